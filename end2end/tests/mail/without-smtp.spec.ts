// Without a mail server each message is a file, and the pages say so (spec I8).

import {
  expectEnded,
  InviteForm,
  join,
  joinPage,
  mailRow,
  openActions,
  openLink,
  message,
  shownLink,
} from "../../support/invitations";
import { ADA, enter, expect, test } from "../../support/mailed";
import { PASSWORD } from "../../support/muster";
import { linkIn, parseMail } from "../../support/smtp";

const WRITTEN_TO_FILES = /not sent[^]*\bfiles?\b/i;

test.use({ settings: { MUSTER_SMTP_URL: undefined, MUSTER_MAIL_FROM: undefined } });
test.beforeEach(async ({ page }) => enter(page, ADA.email));

test("each message is an .eml file in the data directory, and its link works", async ({ page, mail, mailed, somebody }) => {
  const form = await InviteForm.open(page);
  await expect(form.root).toContainText(WRITTEN_TO_FILES);
  await form.invite('"Ana Lima" <ana@x.example>', "bela@x.example");
  const { installation } = mailed;
  await expect.poll(async () => (await installation.outbox()).length).toBe(2);
  const messages = await Promise.all((await installation.outbox()).map((file) => parseMail(file)));
  expect(messages.flatMap(({ to }) => to.map(({ address }) => address)).toSorted()).toEqual([
    "ana@x.example",
    "bela@x.example",
  ]);
  const letter = messages.find(({ to }) => to[0]?.address === "ana@x.example");
  if (letter === undefined) throw new Error("There is no message to Ana.");
  expect(letter.to[0]?.name).toBe("Ana Lima");
  expect(letter.from.address).toMatch(/^\S+@\S+$/);
  expect(letter.subject).toContain("Acme Industries");
  expect(letter.messageId).toMatch(/^<\S+@\S+>$/);
  expect(letter.headers.get("date")).toBeInstanceOf(Date);
  await join(await somebody(), linkIn(letter), "Ana Lima", PASSWORD);
  // Nobody was told by another way.
  expect(mail.steps).toEqual([]);
});

test("the pages of mail and of inviting say that it is not sent", async ({ page }) => {
  await (await InviteForm.open(page)).invite("ana@x.example");
  await page.goto("/o/acme/mail");
  await expect(page.getByRole("main")).toContainText(WRITTEN_TO_FILES);
  await expect(mailRow(page, "ana@x.example")).toHaveCount(1);
  const form = await InviteForm.openPage(page);
  await expect(form.root).toContainText(WRITTEN_TO_FILES);
});

// spec I6: for installations without mail
test("Copy Invite Link gives a link that works, and no further message", async ({ page, context, mailed, somebody }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await (await InviteForm.open(page)).invite("ana@x.example");
  await expect.poll(async () => (await mailed.installation.outbox()).length).toBe(1);
  const [file] = await mailed.installation.outbox();
  const first = linkIn(await parseMail(file ?? Buffer.alloc(0)));
  const menu = await openActions(page, "ana@x.example");
  await menu.getByRole("button", { name: "Copy Invite Link" }).click();
  const second = await shownLink(page);
  await expectEnded(await somebody(), first, "There is a newer invite");
  await join(await somebody(), second, "Ana Lima", PASSWORD);
  expect(await mailed.installation.outbox()).toHaveLength(1);
});

test("Resend Invite and a forgotten password are files too", async ({ page, mailed, somebody }) => {
  const { installation } = mailed;
  await (await InviteForm.open(page)).invite("ana@x.example");
  const menu = await openActions(page, "ana@x.example");
  await menu.getByRole("button", { name: "Resend Invite" }).click();
  await expect(message(page, "A new invite is on its way to ana@x.example.")).toBeVisible();
  // The first may have been withdrawn before it was written.
  const links = async () => (await Promise.all((await installation.outbox()).map((file) => parseMail(file)))).map(linkIn);
  const opens = async (link: string) => {
    const visitor = await somebody();
    await visitor.goto(link);
    return joinPage(visitor).heading("Acme Industries").isVisible();
  };
  await expect
    .poll(async () => (await Promise.all((await links()).map(opens))).filter(Boolean).length, { intervals: [500] })
    .toBe(1);

  const ada = await somebody();
  await ada.goto("/forgot-password");
  await ada.getByRole("main").getByRole("textbox", { name: "Email", exact: true }).fill(ADA.email);
  await ada.getByRole("button", { name: "Send link", exact: true }).click();
  await expect.poll(async () => (await links()).filter((link) => link.includes("/reset/")).length).toBe(1);
  const reset = (await links()).find((link) => link.includes("/reset/")) ?? "";
  await openLink(ada, reset);
  await expect(ada.getByRole("button", { name: "Set password", exact: true })).toBeVisible();
});
