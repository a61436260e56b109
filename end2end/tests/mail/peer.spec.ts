// The tests' own mail server does what the tests tell it to. No product is needed.

import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { test as base, expect } from "@playwright/test";
import { linkIn, MailServer, parseMail } from "../../support/smtp";

const test = base.extend<{ mail: MailServer }>({
  mail: async ({}, use) => {
    const mail = await MailServer.start();
    await use(mail);
    await mail.stop();
  },
});

const LINK = "https://muster.example/invite/Ab-_0123456789";
const MESSAGE = [
  "From: Muster <muster@example.com>",
  "To: =?utf-8?q?Ana_D=C3=ADaz?= <Ana@X.example>",
  "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=",
  "Message-ID: <1@example.com>",
  "Content-Type: text/plain; charset=utf-8",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "Gr=C3=BC=C3=9Fe: https://muster.example/invite/Ab-_01234=",
  "56789.",
].join("\r\n");

/** Hands a message over; gives the answers, the last of which is the first that refuses. */
async function handOver(mail: MailServer, to: string, message = MESSAGE): Promise<string[]> {
  const socket = connect(mail.port, "127.0.0.1").on("error", () => {});
  const closed = once(socket, "close");
  const lines = ["EHLO x.example", "MAIL FROM:<muster@example.com>", `RCPT TO:<${to}>`, "DATA", `${message}\r\n.`, "QUIT"];
  const answers: string[] = [];
  for await (const answer of createInterface(socket)) {
    if (/^\d{3}-/.test(answer)) continue;
    answers.push(answer);
    const next = lines.shift();
    if (next === undefined || /^[45]/.test(answer)) break;
    socket.write(`${next}\r\n`);
  }
  socket.destroy();
  await closed;
  return answers;
}

test("what it takes is read as a person would", async ({ mail }) => {
  expect((await handOver(mail, "Ana@X.example")).at(-1)).toMatch(/^221/);
  const message = await mail.waitFor("ana@x.example");
  expect(message).toMatchObject({
    from: { name: "Muster", address: "muster@example.com" },
    to: [{ name: "Ana Díaz", address: "ana@x.example" }],
    envelope: ["ana@x.example"],
    subject: "Grüße",
    html: "",
    messageId: "<1@example.com>",
    links: [LINK],
  });
  expect(message.text.trim()).toBe(`Grüße: ${LINK}.`);
  expect(mail.linkIn(message)).toBe(LINK);
  await expect(mail.waitFor("ana@x.example", { after: 1, timeout: 50 })).rejects.toThrow(/No message/);
});

test("two links are one too many", async () => {
  const message = await parseMail(Buffer.from(`Subject: x\r\n\r\n${LINK} ${LINK}2\r\n`));
  expect(() => linkIn(message)).toThrow(/not 2/);
});

test("it refuses where it is told to, as often as it is told to", async ({ mail }) => {
  for (const at of ["CONNECT", "MAIL", "RCPT", "DATA"] as const) {
    mail.refuseWith(451, `Not at ${at}`, 1, at);
    expect((await handOver(mail, "a@x.example")).at(-1), at).toBe(`451 Not at ${at}`);
    expect(mail.messages).toEqual([]);
  }
  mail.refuseWith(550, "No such user", Infinity, "RCPT", "gone@x.example");
  expect((await handOver(mail, "gone@x.example")).at(-1)).toBe("550 No such user");
  expect((await handOver(mail, "a@x.example")).at(-1)).toMatch(/^221/);
  expect(mail.attempts("gone@x.example")).toBe(1);
  mail.recover();
  expect((await handOver(mail, "gone@x.example")).at(-1)).toMatch(/^221/);
  mail.behave(({ to }) => (to === "gone@x.example" ? { is: "refusal", code: 553, text: "Again" } : undefined));
  expect((await handOver(mail, "gone@x.example")).at(-1)).toBe("553 Again");
});

test("it takes a message and hangs up before saying so", async ({ mail }) => {
  mail.cutAfterData();
  expect((await handOver(mail, "a@x.example")).at(-1)).toMatch(/^354/);
  expect([mail.cut.length, mail.messages.length]).toEqual([1, 0]);
  await handOver(mail, "a@x.example");
  expect([mail.cut.length, mail.messages.length]).toEqual([1, 1]);
});

test("it falls silent until it recovers", async ({ mail }) => {
  mail.hang();
  let answered = false;
  const silent = handOver(mail, "a@x.example").finally(() => (answered = true));
  expect((await handOver(mail, "b@x.example")).at(-1)).toMatch(/^221/);
  expect(answered).toBe(false);
  mail.recover();
  expect(await silent).toEqual([]);
  expect(mail.to("a@x.example")).toEqual([]);
});

test("half a message is none", async ({ mail }) => {
  const socket = connect(mail.port, "127.0.0.1");
  const lines = ["EHLO x.example", "MAIL FROM:<a@x.example>", "RCPT TO:<half@x.example>", "DATA", "Subject: half\r\n\r\nhalf"];
  for await (const answer of createInterface(socket)) {
    if (/^\d{3}-/.test(answer)) continue;
    socket.write(`${lines.shift()}\r\n`);
    if (lines.length === 0) break;
  }
  socket.destroy();
  await handOver(mail, "whole@x.example");
  expect(mail.messages.flatMap(({ envelope }) => envelope)).toEqual(["whole@x.example"]);
});
