// The server is killed while it answers and while it sends: every committed invitation is mailed, always
// with one link (spec I8).

import type { Page } from "@playwright/test";
import { InviteForm, joinPage, openLink, message } from "../../support/invitations";
import { ADA, enter, expect, test } from "../../support/mailed";
import { MembersPage } from "../../support/members";

const ROUNDS = 50;
/** How many are invited at first, so that there is always something to send, and how many in each round. */
const [AT_FIRST, EACH_ROUND] = [90, 3];
/** For so long nobody else takes what a dead server was sending, and a little longer. */
const LEASE_MS = 12_000;
/** An answer that didn't come by then was cut off. */
const ANSWER_MS = 5_000;
const PAGE_SIZE = 100;

/** Addresses that belong to one round. */
function people(round: number, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `r${round}p${n}@kill.example`);
}

/** A delay that differs from round to round, the same at every run. */
async function pause(round: number, most: number): Promise<void> {
  await new Promise((resume) => setTimeout(resume, (round * 61) % most));
}

async function fillIn(page: Page, addresses: string[]): Promise<InviteForm> {
  const form = await InviteForm.openPage(page);
  await form.email.fill(addresses.join("\n"));
  return form;
}

/** Sends the form; whether the answer came that all were invited. */
async function send(form: InviteForm, count: number): Promise<boolean> {
  await form.send.click({ noWaitAfter: true });
  const done = message(form.page, `${count} people invited.`);
  const end = Date.now() + ANSWER_MS;
  while (Date.now() < end && !form.page.url().startsWith("chrome-error:")) {
    if (await done.isVisible().catch(() => false)) return true;
    await form.page.waitForTimeout(10);
  }
  return false;
}

/** Everybody who is invited, as the table of members has it. */
async function committed(page: Page): Promise<string[]> {
  const members = new MembersPage(page, "acme");
  await members.open(`status=invited&size=${PAGE_SIZE}&q=kill.example`);
  const pages = Math.ceil((await members.total()) / PAGE_SIZE);
  const emails: string[] = [];
  for (let place = 1; place <= pages; place += 1) {
    await members.open(`status=invited&size=${PAGE_SIZE}&q=kill.example&page=${place}`);
    emails.push(...(await members.emails()));
  }
  return emails;
}

test(`killed ${ROUNDS} times, it mails every committed invitation, and never two links of one`, async ({
  browser,
  mail,
  mailed,
  somebody,
}) => {
  test.setTimeout(300_000);
  mail.delay = 40;
  // Unguarded: the browser rightly complains of a server that dies.
  const context = await browser.newContext({ baseURL: mailed.server.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await enter(page, ADA.email);
  const { port } = mailed.server;
  const acknowledged = people(0, AT_FIRST);
  expect(await send(await fillIn(page, acknowledged), AT_FIRST)).toBe(true);

  for (let round = 1; round <= ROUNDS; round += 1) {
    const addresses = people(round, EACH_ROUND);
    const answer = send(await fillIn(page, addresses), EACH_ROUND);
    // Every other time while it answers, otherwise while it sends.
    if (round % 2 === 1) await answer;
    await pause(round, round % 2 === 1 ? 400 : 90);
    await mailed.server.kill();
    if (await answer) acknowledged.push(...addresses);
    mailed.server = await mailed.installation.serve(port);
  }

  const invited = await committed(page);
  expect(new Set(invited).size).toBe(invited.length);
  expect(invited).toEqual(expect.arrayContaining(acknowledged));
  await expect.poll(() => invited.filter((email) => mail.to(email).length === 0), { timeout: 90_000 }).toEqual([]);
  // What the dead ones were sending may come a second time, and then it must be the same.
  await page.waitForTimeout(LEASE_MS);
  const links = invited.map((email) => [...new Set(mail.to(email).map(mail.linkIn))]);
  expect(links.filter(({ length }) => length !== 1)).toEqual([]);
  expect(new Set(links.flat()).size).toBe(invited.length);
  // What was not committed was not mailed.
  expect(mail.messages.flatMap(({ envelope }) => envelope).filter((email) => !invited.includes(email))).toEqual([]);

  const visitor = await somebody();
  for (const link of [links[0], links[Math.floor(links.length / 2)], links.at(-1)].flat()) {
    if (link === undefined) continue;
    await openLink(visitor, link);
    await expect(joinPage(visitor).heading("Acme Industries")).toBeVisible();
  }
  await context.close();
});
