// The product as an operator meets it: a folder of data, commands, and servers on it.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Where polling ends: a start on two busy cores is slower than a person would believe. */
const START_MS = 30_000;

/** The password of every account that the tests make. */
export const PASSWORD = "correct horse battery staple";

/** What a command said, and how it ended. */
export interface Finished {
  code: number | null;
  /** Standard output and standard error, as they came. */
  output: string;
}

/** What `muster organization create` is told. */
export interface NewOrganization {
  name: string;
  slug: string;
  kind?: "customer" | "partner";
  administrator: { name: string; email: string };
}

function binary(): string {
  return process.env.MUSTER_BINARY ?? resolve(__dirname, "../../target/release/muster");
}

/** One installation: a folder of its own, gone afterwards. */
export class Installation {
  private constructor(
    private readonly folder: string,
    private readonly settings: Record<string, string>,
  ) {}

  /** An empty installation; `settings` are further `MUSTER_…` variables. */
  static async make(settings: Record<string, string> = {}): Promise<Installation> {
    return new Installation(await mkdtemp(join(tmpdir(), "muster-end2end-")), settings);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A file beside the data, for a command to read. */
  async write(name: string, content: string | Buffer): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  }

  /** Runs a command to its end, whatever that is. */
  async run(...command: string[]): Promise<Finished> {
    const child = this.start(command, {});
    const output = collect(child);
    const [code] = (await once(child, "close")) as [number | null];
    return { code, output: output() };
  }

  /** Runs a command that must succeed; gives what it said. */
  async succeed(...command: string[]): Promise<string> {
    const { code, output } = await this.run(...command);
    if (code !== 0) throw new Error(`muster ${command.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }

  async createOrganization(organization: NewOrganization): Promise<void> {
    await this.succeed(
      "organization",
      "create",
      `--name=${organization.name}`,
      `--slug=${organization.slug}`,
      `--kind=${organization.kind ?? "customer"}`,
      `--administrator-email=${organization.administrator.email}`,
      `--administrator-name=${organization.administrator.name}`,
      `--password-file=${await this.write("password", `${PASSWORD}\n`)}`,
    );
  }

  /** The organization `demo` with believable people, and its four accounts. */
  async makeDemo(members: number, groups: number): Promise<void> {
    const password = await this.write("password", `${PASSWORD}\n`);
    await this.succeed(
      "demo",
      `--members=${members}`,
      `--groups=${groups}`,
      "--seed=1",
      `--password-file=${password}`,
    );
  }

  /** Runs the import of a file's content. */
  async importPeople(slug: string, csv: string | Buffer, ...flags: string[]): Promise<Finished> {
    return this.run("import", await this.write("people.csv", csv), `--organization=${slug}`, ...flags);
  }

  /** The messages that were written to files, as no mail server was named (spec I8). */
  async outbox(): Promise<Buffer[]> {
    const folder = join(this.folder, "data", "outbox");
    const names = await readdir(folder).catch(() => []);
    return Promise.all(names.filter((name) => name.endsWith(".eml")).map((name) => readFile(join(folder, name))));
  }

  /** Starts a server and waits until it is ready; `at` is the port where it was before, if it was. */
  async serve(at?: number): Promise<Server> {
    for (let attempt = 1; ; attempt += 1) {
      const port = at ?? (await freePort());
      const child = this.start(["serve"], { MUSTER_LISTEN: `127.0.0.1:${port}` });
      const server = new Server(`http://127.0.0.1:${port}`, child, collect(child));
      if (await server.isReady()) return server;
      // Somebody else may have taken the port between our looking and the server's.
      if (attempt === 3) throw new Error(`The server did not become ready:\n${server.output()}`);
      await server.kill();
    }
  }

  private start(command: string[], settings: Record<string, string>): ChildProcess {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("MUSTER_"));
    return spawn(binary(), command, {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...Object.fromEntries(inherited),
        MUSTER_DATA_DIR: join(this.folder, "data"),
        ...this.settings,
        ...settings,
      },
    });
  }
}

/** A running server. */
export class Server {
  constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    /** What it said so far. */
    readonly output: () => string,
  ) {}

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async isReady(): Promise<boolean> {
    return until(async () => {
      if (this.ended) return false;
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      return answer?.ok === true ? true : undefined;
    });
  }

  /** The address with the one-time code that a first start prints (spec T2). */
  async setUpAddress(): Promise<string> {
    let address: string | undefined;
    await until(async () => {
      address = /https?:\/\/\S+[?&]code=[\w%~.-]+/.exec(this.output())?.[0];
      return address === undefined ? undefined : true;
    });
    if (address === undefined) throw new Error(`No address with a code was printed:\n${this.output()}`);
    return address;
  }

  /** Ends it as an operator does; a panic that nobody saw shows here. */
  async stop(): Promise<void> {
    await this.end("SIGTERM");
    if (this.child.exitCode !== 0 || /panicked at/.test(this.output())) {
      throw new Error(`The server ended with ${this.child.exitCode}:\n${this.output()}`);
    }
  }

  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  private get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.ended) return;
    const closed = once(this.child, "close");
    this.child.kill(signal);
    await closed;
  }
}

function collect(child: ChildProcess): () => string {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return () => output;
}

/** Asks again and again until there is an answer; none in time is `false`. */
async function until(ask: () => Promise<boolean | undefined>): Promise<boolean> {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resume) => setTimeout(resume, 25));
  }
  return false;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return address.port;
}
