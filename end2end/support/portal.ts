// The installation that the tests share which only look: the demo organization, a small one whose
// people are known by name, and accounts for what depends on the account.

import { type Browser, type BrowserContext } from "@playwright/test";
import { Installation, type Server } from "./muster";
import { signIn } from "./forms";

export type Session = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** More than 10,000, so that a search can have more hits than are counted (spec M8). */
export const DEMO_MEMBERS = 13_000;
/** More than the sidebar lists (issue 2, section 4). */
export const DEMO_GROUPS = 40;

/** Who signs in. The four of `demo` come with it; the others are made here. */
export const people = {
  admin: "admin@demo.example",
  security: "security@demo.example",
  owner: "owner@demo.example",
  member: "member@demo.example",
  /** Administers Acme and Globex, and belongs to nothing else. */
  ada: "ada@acme.example",
  /** Administers the organization `kolkata`, and signs in nowhere but in its test. */
  kolkata: "meera@kolkata.example",
  /** Administers the organization `nowhere`; its test has no JavaScript to tell the time zone. */
  nowhere: "nemo@nowhere.example",
} as const;

/** The people of Acme, imported: awkward on purpose. */
export const acme = [
  ["zoe@acme.example", "Zoë Łukasiewicz", "member", "London Team"],
  ["haoran@acme.example", "孫 浩然", "security", "London Team;Platform"],
  ["ivana@acme.example", "Ивана Ёлкина", "member", "Platform"],
  ["elif@acme.example", "Elif IŞIK", "member", ""],
  ["omar@acme.example", "عمر الشريف", "member", "Platform"],
  ["noa@acme.example", "נועה לוי", "member", ""],
  ["bjork@acme.example", "Björk Þórsdóttir", "member", ""],
  ["max@acme.example", "Max Strauß", "administrator", ""],
  ["liam@acme.example", "Liam O’Connor", "member", "A;B;C;D;E;F"],
  ["script@acme.example", "<img src=x onerror=console.error(1)>", "member", "<b>bold</b>"],
  ["percent@acme.example", "100% _Percent_ \\", "member", ""],
  ["ana@acme.example", "Ana Lima", "member", ""],
  ["ana+tag@acme.example", "Ana Lima (Tag)", "member", ""],
] as const;

function csv(rows: readonly (readonly string[])[]): string {
  const quoted = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(","));
  return ["email,name,organization_role,groups", ...quoted, ""].join("\n");
}

export class Portal {
  private readonly sessions = new Map<string, Session>();

  private constructor(
    readonly installation: Installation,
    private readonly server: Server,
    private readonly browser: Browser,
  ) {}

  static async start(browser: Browser): Promise<Portal> {
    const installation = await Installation.make();
    await installation.makeDemo(DEMO_MEMBERS, DEMO_GROUPS);
    const ada = { name: "Ada Okafor", email: people.ada };
    await installation.createOrganization({ name: "Acme Industries", slug: "acme", administrator: ada });
    await installation.createOrganization({ name: "Globex", slug: "globex", kind: "partner", administrator: ada });
    for (const [slug, name, email] of [
      ["kolkata", "Meera Nair", people.kolkata],
      ["nowhere", "Nemo", people.nowhere],
    ] as const) {
      await installation.createOrganization({ name: slug, slug, administrator: { name, email } });
    }
    const imported = await installation.importPeople("acme", csv(acme));
    if (imported.code !== 0) throw new Error(`The people of Acme were refused:\n${imported.output}`);
    return new Portal(installation, await installation.serve(), browser);
  }

  get url(): string {
    return this.server.url;
  }

  /** A session of that account, begun once by the form as a person in New York would. */
  async session(email: string): Promise<Session> {
    const known = this.sessions.get(email);
    if (known !== undefined) return known;
    const context = await this.browser.newContext({
      baseURL: this.url,
      locale: "en-GB",
      timezoneId: "America/New_York",
      // Nobody yet: a context that is made inside a test takes over the test's own session otherwise.
      storageState: { cookies: [], origins: [] },
    });
    const page = await context.newPage();
    await page.goto("/");
    await signIn(page, email);
    const session = await context.storageState();
    await context.close();
    this.sessions.set(email, session);
    return session;
  }

  async stop(): Promise<void> {
    try {
      await this.server.stop();
    } finally {
      await this.installation.remove();
    }
  }
}
