// Mail and a mail server that fails: nothing is lost, nothing is doubled without need, and administrators
// see how it stands (spec I8).

import { expectMail, InviteForm, joinPage, mailRow, openLink } from "../../support/invitations";
import { ADA, BO, enter, expect, test } from "../../support/mailed";
import { expectAccessible, expectNoSidewaysScroll, expectOrderly } from "../../support/look";
import { PASSWORD } from "../../support/muster";
import { MailServer, type Step } from "../../support/smtp";

const COLUMNS = ["To", "What", "State", "When", "Actions"];
/** Until a server that doesn't answer is given up for this time. */
const PATIENCE_MS = 120_000;

test.beforeEach(async ({ page }) => enter(page, ADA.email));

test("a refusal for now is tried again until it is taken, and the server's words are shown", async ({ page, mail }) => {
  test.setTimeout(120_000);
  mail.refuseWith(451, "4.7.1 Greylisted, come back later", Infinity);
  await (await InviteForm.open(page)).invite("ana@x.example");
  await expectMail(page, "ana@x.example", "Failing", "Greylisted, come back later");
  await expect.poll(() => mail.attempts("ana@x.example")).toBeGreaterThan(1);
  expect(mail.messages).toEqual([]);
  mail.recover();
  await mail.waitFor("ana@x.example", { timeout: 60_000 });
  await expectMail(page, "ana@x.example", "Sent");
  await expect(mailRow(page, "ana@x.example")).not.toContainText("Greylisted");
  expect(mail.to("ana@x.example")).toHaveLength(1);
});

test("the first try again comes after about two seconds, wherever the refusal came", async ({ page, mail }) => {
  test.setTimeout(120_000);
  const moments: Step["at"][] = ["CONNECT", "MAIL", "RCPT", "DATA"];
  for (const at of moments) {
    const address = `${at.toLowerCase()}@x.example`;
    mail.refuseWith(421, "Too busy", 1, at);
    await (await InviteForm.open(page)).invite(address);
    const begun = Date.now();
    await mail.waitFor(address);
    expect(Date.now() - begun, at).toBeLessThan(8_000);
    expect(mail.to(address)).toHaveLength(1);
    // On a connection that is kept nobody connects.
    mail.recover();
  }
});

test("a refusal for good is given up with the server's words, and sent again when asked to", async ({
  page,
  mail,
  somebody,
}) => {
  mail.refuseWith(550, "5.1.1 No such user here", Infinity, "RCPT", "gone@x.example");
  await (await InviteForm.open(page)).invite("gone@x.example", "ana@x.example");
  // The others of the batch don't wait for it.
  await mail.waitFor("ana@x.example");
  await expectMail(page, "gone@x.example", "Given up", "No such user here");
  await expectMail(page, "ana@x.example", "Sent");
  const tries = mail.attempts("gone@x.example");
  expect(tries).toBe(1);
  // Still refused: told again.
  const again = mailRow(page, "gone@x.example").getByRole("button", { name: /^Send again/ });
  await again.click();
  await expect.poll(() => mail.attempts("gone@x.example")).toBe(tries + 1);
  await expectMail(page, "gone@x.example", "Given up", "No such user here");
  mail.recover();
  await again.click();
  const link = mail.linkIn(await mail.waitFor("gone@x.example"));
  await expectMail(page, "gone@x.example", "Sent");
  const visitor = await somebody();
  await openLink(visitor, link);
  await expect(joinPage(visitor).heading("Acme Industries")).toBeVisible();
  expect(mail.to("ana@x.example")).toHaveLength(1);
});

test("letters whose sender is refused wait, are told, and are all sent again", async ({ page, mail }) => {
  const people = ["ana@x.example", "bela@x.example", "cara@x.example"];
  mail.refuseWith(553, "5.7.1 <muster@example.com>: Sender address rejected: not owned by user portal", Infinity);
  await (await InviteForm.open(page)).invite(...people);
  for (const address of people) await expectMail(page, address, "Failing", "refused the sender", "not owned by user");
  const main = page.getByRole("main");
  await expect(main).toContainText("The mail server refuses the sender of 3 letters. Whoever runs this server has to");
  await expectAccessible(page);
  mail.recover();
  const again = main.getByRole("button", { name: "Send all again", exact: true });
  await again.click();
  // Some of them may have been tried again by themselves meanwhile.
  await expect(main.getByRole("status")).toContainText(/sent again\.$|^No letter waits any more\.$/);
  for (const address of people) await mail.waitFor(address);
  for (const address of people) await expectMail(page, address, "Sent");
  await expect(again).toHaveCount(0);
  for (const address of people) expect(mail.to(address)).toHaveLength(1);
});

test("a server that falls silent holds nobody up who invites, and loses nothing", async ({ page, mail }) => {
  test.setTimeout(PATIENCE_MS + 60_000);
  mail.hang(1);
  const people = ["ana@x.example", "bela@x.example", "cara@x.example"];
  // Told at once: the answer doesn't wait for the mail.
  await (await InviteForm.open(page)).invite(...people);
  for (const address of people) await mail.waitFor(address, { timeout: PATIENCE_MS });
  for (const address of people) expect(new Set(mail.to(address).map(mail.linkIn)).size).toBe(1);
  for (const address of people) await expectMail(page, address, "Sent");
});

test("the product stops although the mail server is silent", async ({ page, mail, mailed, guard }) => {
  // The open table notices that the server is away.
  guard.expects(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
  test.setTimeout(120_000);
  mail.hang(Infinity);
  await (await InviteForm.open(page)).invite("ana@x.example");
  await expect.poll(() => mail.steps.length).toBeGreaterThan(0);
  await mailed.server.stop();
  mail.recover();
  mailed.server = await mailed.installation.serve(mailed.server.port);
  await mail.waitFor("ana@x.example", { timeout: 60_000 });
});

test("a server that is down is waited for", async ({ page, mail }) => {
  const { port } = mail;
  await mail.stop();
  await (await InviteForm.open(page)).invite("ana@x.example");
  await expectMail(page, "ana@x.example", "Failing");
  const back = await MailServer.start(undefined, port);
  await back.waitFor("ana@x.example", { timeout: 45_000 });
  await expectMail(page, "ana@x.example", "Sent");
  await back.stop();
});

test("a message that was taken without a word is repeated with the very same link", async ({ page, mail, somebody }) => {
  const people = Array.from({ length: 5 }, (_, n) => `person${n}@x.example`);
  mail.cutAfterData(3);
  await (await InviteForm.open(page)).invite(...people);
  for (const address of people) await mail.waitFor(address);
  expect(mail.cut).toHaveLength(3);
  for (const lost of mail.cut) {
    const [address = ""] = lost.envelope;
    expect(mail.to(address).map(mail.linkIn)).toEqual([mail.linkIn(lost)]);
  }
  const visitor = await somebody();
  await openLink(visitor, mail.linkIn(mail.cut[0] ?? (await mail.waitFor("nobody"))));
  await expect(joinPage(visitor).heading("Acme Industries")).toBeVisible();
});

test("the table of mail is the organization's, for its administrators", async ({ page, mail, somebody }) => {
  const security = await InviteForm.open(page);
  await security.role.selectOption({ label: "Security" });
  await security.invite("sam@x.example");
  const sam = await somebody();
  await openLink(sam, mail.linkIn(await mail.waitFor("sam@x.example")));
  await joinPage(sam).name.fill("Sam");
  await joinPage(sam).password.fill(PASSWORD);
  await joinPage(sam).join.click();
  await expect(sam).toHaveURL(/\/o\/acme$/);
  expect((await sam.goto("/o/acme/mail"))?.status()).toBe(403);

  // Another organization's mail is not there at all.
  const bo = await somebody(BO.email);
  expect((await bo.goto("/o/acme/mail"))?.status()).toBe(404);
  expect((await bo.goto("/o/globex/mail"))?.status()).toBe(200);
  await expect(bo.getByText("sam@x.example")).toHaveCount(0);

  // A link would open the organization to whoever reads it.
  await page.goto("/o/acme/mail");
  await expect(page.getByRole("heading", { name: "Mail", level: 1 })).toBeVisible();
  await expect(mailRow(page, "sam@x.example")).toHaveCount(1);
  const headings = page.getByRole("table", { name: "Mail", exact: true }).getByRole("columnheader");
  expect((await headings.allInnerTexts()).map((text) => text.trim())).toEqual(COLUMNS);
  expect(await page.content()).not.toMatch(/\/invite\/[\w-]{20,}/);
  await page.waitForLoadState("networkidle");
  await expectOrderly(page);
  await expectAccessible(page);
  for (const width of [320, 768]) await expectNoSidewaysScroll(page, width);
});
