// A mail server for the product to hand its mail to. It keeps what it took, and it fails where a test
// tells it to: it refuses, it falls silent, it takes a message and hangs up before saying so.

import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { type AddressObject, type Headers, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerSession } from "smtp-server";

/** How long a test waits for a message. */
const ARRIVAL_MS = 30_000;
/** Longer than any test: who falls silent doesn't hang up either. */
const SILENCE_MS = 600_000;

export interface Mailbox {
  name: string;
  address: string;
}

/** A message, parsed. */
export interface Mail {
  from: Mailbox;
  /** The recipients that the message names. */
  to: Mailbox[];
  /** The recipients that the server was told; a file has none. */
  envelope: string[];
  subject: string;
  /** The text part, empty where there is none. */
  text: string;
  /** The HTML part, empty where there is none. */
  html: string;
  messageId: string;
  headers: Headers;
  receivedAt: number;
  /** Every different link to an invitation or to a new password. */
  links: string[];
}

const LINK = /https?:\/\/[^\s"'<>]+?\/(?:invite|reset)\/[\w~%-]+/g;

/** Reads a message, as it was sent or as it lies in an `.eml` file. */
export async function parseMail(raw: Buffer, envelope: string[] = []): Promise<Mail> {
  // Only what the message holds: the parser makes a missing part from the other one otherwise.
  const read = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
  const text = read.text ?? "";
  const html = read.html === false ? "" : (read.html ?? "");
  return {
    from: mailboxes(read.from)[0] ?? { name: "", address: "" },
    to: mailboxes(read.to),
    envelope: envelope.map((address) => address.toLowerCase()),
    subject: read.subject ?? "",
    text,
    html,
    messageId: read.messageId ?? "",
    headers: read.headers,
    receivedAt: Date.now(),
    links: [...new Set(`${text}\n${html.replaceAll("&amp;", "&")}`.match(LINK))],
  };
}

function mailboxes(header: AddressObject | AddressObject[] | undefined): Mailbox[] {
  const all = [header ?? []].flat().flatMap(({ value }) => value);
  return all.map(({ name, address }) => ({ name, address: (address ?? "").toLowerCase() }));
}

/** The link of a message, the same one in its text and in its HTML. */
export function linkIn(mail: Mail): string {
  const [link, ...others] = mail.links;
  if (link === undefined || others.length > 0) {
    throw new Error(`One link was expected in “${mail.subject}”, not ${mail.links.length}:\n${mail.text}`);
  }
  return link;
}

/** Where in the talk the client is; at DATA, the whole message has been read. */
export interface Step {
  at: "CONNECT" | "MAIL" | "RCPT" | "DATA";
  /** The recipient, from RCPT on. */
  to: string;
}

export type Fault =
  /** An answer such as 451 or 550, with words. */
  | { is: "refusal"; code: number; text: string }
  /** No answer, and no hanging up. */
  | { is: "silence" }
  /** The connection is cut. */
  | { is: "cut" };

/** What is wrong at a step, if anything is. */
export type Behaviour = (step: Step) => Fault | undefined;

interface Rule {
  meets: (step: Step) => boolean;
  fault: Fault;
  left: number;
}

export class MailServer {
  /** What was taken, in the order of arrival. */
  readonly messages: Mail[] = [];
  /** What was taken without a word: the client cannot know that it arrived. */
  readonly cut: Mail[] = [];
  /** Every step of every client, those that failed included. */
  readonly steps: Step[] = [];
  /** How many milliseconds pass between a message's end and the word that it was taken. */
  delay = 0;
  readonly linkIn = linkIn;

  private readonly sockets = new Map<number, Socket>();
  /** Those who wait for an answer that doesn't come. */
  private readonly waiting = new Set<Socket>();
  private rules: Rule[] = [];
  private readonly server = new SMTPServer({
    name: "mail.example",
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    socketTimeout: SILENCE_MS,
    onConnect: (session, done) => void this.meet({ at: "CONNECT", to: "" }, session).then(() => done(), done),
    onMailFrom: (_, session, done) => void this.meet({ at: "MAIL", to: "" }, session).then(() => done(), done),
    onRcptTo: ({ address }, session, done) =>
      void this.meet({ at: "RCPT", to: address.toLowerCase() }, session).then(() => done(), done),
    onData: (stream, session, done) => void this.take(buffer(stream), session).then(() => done(), done),
  });

  private constructor(private behaviour: Behaviour) {}

  /** Starts a server, at a port of its own unless it comes back at one that it had. */
  static async start(behaviour: Behaviour = () => undefined, port = 0): Promise<MailServer> {
    const mail = new MailServer(behaviour);
    // A client that dies in the middle of a message is what some tests are about.
    mail.server.on("error", () => {});
    mail.server.server.on("connection", (socket) => {
      const { remotePort } = socket;
      if (remotePort === undefined) return;
      mail.sockets.set(remotePort, socket);
      socket.once("close", () => {
        mail.sockets.delete(remotePort);
        mail.waiting.delete(socket);
      });
    });
    await once(mail.server.listen(port, "127.0.0.1"), "listening");
    return mail;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** What `MUSTER_SMTP_URL` is told. */
  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Hangs up on everybody and leaves the port. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((done) => this.server.close(done));
    for (const socket of this.sockets.values()) socket.destroy();
    await closed;
  }

  /** From now on, asks this first what is wrong at each step. */
  behave(behaviour: Behaviour): void {
    this.behaviour = behaviour;
  }

  /** Refuses as often as that, at that step, everybody or one recipient (who is known from RCPT on). */
  refuseWith(code: number, text: string, times = 1, at: Step["at"] = "RCPT", to?: string): void {
    const meets = (step: Step) => step.at === at && (to === undefined || step.to === to.toLowerCase());
    this.rules.push({ meets, left: times, fault: { is: "refusal", code, text } });
  }

  /** Never answers that many clients, whether they connect or begin a message on a connection that they have. */
  hang(times = 1): void {
    this.rules.push({ meets: ({ at }) => at === "CONNECT" || at === "MAIL", left: times, fault: { is: "silence" } });
  }

  /** Takes that many messages and hangs up before saying so. */
  cutAfterData(times = 1): void {
    this.rules.push({ meets: ({ at }) => at === "DATA", left: times, fault: { is: "cut" } });
  }

  /** Nothing is wrong any more, and who waits in silence is hung up on. */
  recover(): void {
    this.rules = [];
    this.behaviour = () => undefined;
    for (const socket of this.waiting) socket.destroy();
  }

  /** What an address got. */
  to(address: string): Mail[] {
    return this.messages.filter(({ envelope }) => envelope.includes(address.toLowerCase()));
  }

  /** How often a message to an address was begun. */
  attempts(address: string): number {
    return this.steps.filter(({ at, to }) => at === "RCPT" && to === address.toLowerCase()).length;
  }

  /** The first message to an address, of those that came when there were `after` of them in all. */
  async waitFor(address: string, { after = 0, timeout = ARRIVAL_MS } = {}): Promise<Mail> {
    const end = Date.now() + timeout;
    for (;;) {
      const found = this.messages.slice(after).find(({ envelope }) => envelope.includes(address.toLowerCase()));
      if (found !== undefined) return found;
      if (Date.now() > end) {
        const others = this.messages.slice(after).map((mail) => `${mail.envelope.join()}: ${mail.subject}`);
        throw new Error(`No message to ${address} came in ${timeout} ms, only these:\n${others.join("\n")}`);
      }
      await pause(20);
    }
  }

  private async take(reading: Promise<Buffer>, session: SMTPServerSession): Promise<void> {
    // Fails where the client dies before the message's end.
    const raw = await reading;
    const mail = await parseMail(raw, session.envelope.rcptTo.map(({ address }) => address));
    const step: Step = { at: "DATA", to: mail.envelope[0] ?? "" };
    await this.meet(step, session, (fault) => fault.is === "cut" && this.cut.push(mail));
    this.messages.push(mail);
    if (this.delay > 0) await pause(this.delay);
  }

  private async meet(step: Step, session: SMTPServerSession, note?: (fault: Fault) => void): Promise<void> {
    this.steps.push(step);
    const fault = this.behaviour(step) ?? this.next(step);
    if (fault === undefined) return;
    note?.(fault);
    if (fault.is === "refusal") throw Object.assign(new Error(fault.text), { responseCode: fault.code });
    const socket = this.sockets.get(session.remotePort);
    if (fault.is === "cut") socket?.destroy();
    else if (socket !== undefined) this.waiting.add(socket);
    await new Promise<never>(() => {});
  }

  private next(step: Step): Fault | undefined {
    const rule = this.rules.find(({ left, meets }) => left > 0 && meets(step));
    if (rule !== undefined) rule.left -= 1;
    return rule?.fault;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}
