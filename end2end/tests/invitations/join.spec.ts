// The link of an invitation, from the mail into the organization (spec I5–I7, M10).

import { expectFieldError } from "../../support/forms";
import { openOrganizationMenu, organizationButton } from "../../support/header";
import {
  expectEnded,
  InviteForm,
  join,
  joinPage,
  openActions,
  openLink,
  rowOf,
  message,
  shownLink,
} from "../../support/invitations";
import { ADA, BO, enter, expect, test } from "../../support/mailed";
import { MembersPage } from "../../support/members";
import { PASSWORD } from "../../support/muster";
import type { MailServer } from "../../support/smtp";
import type { Page } from "@playwright/test";

/** Ada invites one person by the dialog; the link that came by mail. */
async function invite(page: Page, mail: MailServer, entry: string): Promise<string> {
  const after = mail.messages.length;
  const form = await InviteForm.open(page);
  await form.add(entry);
  await form.send.click();
  await expect(message(page, "1 person invited.")).toBeVisible();
  const address = /[^<\s]+@[^>\s]+/.exec(entry)?.[0] ?? "";
  return mail.linkIn(await mail.waitFor(address, { after }));
}

test.beforeEach(async ({ page }) => enter(page, ADA.email));

// spec I7, M1
test("whoever is new chooses a name and a password and lands in the organization, and the open table shows it", async ({
  page,
  mail,
  somebody,
}) => {
  const link = await invite(page, mail, "Ana L. <ana@x.example>");
  const row = rowOf(page, "ana@x.example");
  await expect(row).toContainText("Invite Pending");
  await expect(row).toContainText("Ana L.");
  await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));

  const ana = await somebody();
  await openLink(ana, link);
  const form = joinPage(ana);
  await expect(form.heading("Acme Industries")).toBeVisible();
  await expect(ana.getByRole("main")).toContainText("ana@x.example");
  await expect(form.name).toHaveValue("Ana L.");
  await form.name.fill("Ana Lima");
  // A password that won't do costs nothing but another try.
  await form.password.fill("too short");
  await form.join.click();
  await expectFieldError(form.password, /at least 15 characters/);
  await expect(form.name).toHaveValue("Ana Lima");
  await form.password.fill(PASSWORD);
  await form.join.click();
  await expect(ana).toHaveURL(/\/o\/acme$/);
  await expect(organizationButton(ana, "Acme Industries")).toBeVisible();

  await expect(row).not.toContainText("Invite Pending");
  await expect(row).toContainText("Ana Lima");
  expect(await page.evaluate(() => "stillTheSamePage" in window)).toBe(true);

  // spec I5: single use
  await expectEnded(await somebody(), link, "This invite was used already");
  // The password is theirs.
  const again = await somebody("ana@x.example");
  await expect(organizationButton(again, "Acme Industries")).toBeVisible();
});

// spec I7, T3
test("an existing account signs in and joins a second organization", async ({ page, mail, somebody }) => {
  const link = await invite(page, mail, BO.email);
  const bo = await somebody();
  await openLink(bo, link);
  const form = joinPage(bo);
  await expect(form.heading("Acme Industries")).toBeVisible();
  await expect(bo.getByRole("main")).toContainText(BO.email);
  await expect(form.name).toHaveCount(0);
  await form.password.fill("this is not the password");
  await form.signInAndJoin.click();
  await expect(bo.getByRole("main").getByRole("alert").or(bo.locator("[aria-invalid=true]")).first()).toBeVisible();
  await form.password.fill(PASSWORD);
  await form.signInAndJoin.click();
  await expect(bo).toHaveURL(/\/o\/acme$/);
  const menu = await openOrganizationMenu(bo, "Acme Industries");
  await expect(menu).toContainText("Globex");
  // spec M1: from now on the name is the account's.
  await expect(rowOf(page, BO.email)).toContainText(BO.name);
});

// spec I7
test("whoever is signed in as the invited account only says yes", async ({ page, mail, somebody }) => {
  const link = await invite(page, mail, BO.email);
  const bo = await somebody(BO.email);
  await openLink(bo, link);
  const form = joinPage(bo);
  await expect(form.heading("Acme Industries")).toBeVisible();
  await expect(form.name).toHaveCount(0);
  await expect(form.password).toHaveCount(0);
  // Opening the link is not accepting it.
  await expect(rowOf(page, BO.email)).toContainText("Invite Pending");
  await form.join.click();
  await expect(bo).toHaveURL(/\/o\/acme$/);
});

// spec I7
test("whoever is signed in as somebody else is told both addresses and may switch", async ({ page, mail }) => {
  const link = await invite(page, mail, "ana@x.example");
  await openLink(page, link);
  const main = page.getByRole("main");
  await expect(main).toContainText(ADA.email);
  await expect(main).toContainText("ana@x.example");
  const form = joinPage(page);
  await expect(form.join).toHaveCount(0);
  await form.switchAccount.click();
  await expect(form.heading("Acme Industries")).toBeVisible();
  await form.name.fill("Ana Lima");
  await form.password.fill(PASSWORD);
  await form.join.click();
  await expect(page).toHaveURL(/\/o\/acme$/);
  // As Ana, who is no administrator.
  expect((await page.goto("/o/acme/members"))?.status()).toBe(403);
});

// spec I7
test("a form is about the link that it was opened with", async ({ page, mail, somebody }) => {
  const first = await invite(page, mail, "ana@x.example");
  const bo = await somebody(BO.email);
  const globex = await InviteForm.open(bo, "globex");
  await globex.invite("ana@x.example");
  const second = mail.linkIn(await mail.waitFor("ana@x.example", { after: 1 }));
  const ana = await somebody();
  await openLink(ana, first);
  const form = joinPage(ana);
  await form.name.fill("Ana Lima");
  await form.password.fill(PASSWORD);
  // Another link is opened beside it, in a tab of the same browser.
  const beside = await ana.context().newPage();
  await openLink(beside, second);
  await form.join.click();
  await expect(form.heading("Globex")).toBeVisible();
  await expect(rowOf(page, "ana@x.example")).toContainText("Invite Pending");
});

// spec I6
test("Resend Invite sends a new link and kills the old one", async ({ page, mail, somebody }) => {
  const first = await invite(page, mail, "ana@x.example");
  const after = mail.messages.length;
  const menu = await openActions(page, "ana@x.example");
  await menu.getByRole("button", { name: "Resend Invite" }).click();
  await expect(message(page, "A new invite is on its way to ana@x.example.")).toBeVisible();
  const second = mail.linkIn(await mail.waitFor("ana@x.example", { after }));
  expect(second).not.toBe(first);
  await expectEnded(await somebody(), first, "There is a newer invite");
  await join(await somebody(), second, "Ana Lima", PASSWORD);
  // Whoever accepted has nothing to be sent.
  await expect(rowOf(page, "ana@x.example")).not.toContainText("Invite Pending");
  const done = await openActions(page, "ana@x.example");
  for (const name of ["Resend Invite", "Copy Invite Link"]) {
    const button = done.getByRole("button", { name });
    await expect(button).toBeDisabled();
    const reason = await button.evaluate((element) => {
      const tied = (element.getAttribute("aria-describedby") ?? "").split(/\s+/).map((id) => document.getElementById(id));
      return [element, ...tied].map((place) => place?.textContent ?? "").join(" ");
    });
    expect(reason.replace(name, "")).toMatch(/\w{3,}/);
  }
});

// spec I6
test("Copy Invite Link makes a new link, on the clipboard and on the page", async ({ page, context, mail, somebody }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const first = await invite(page, mail, "ana@x.example");
  const menu = await openActions(page, "ana@x.example");
  await menu.getByRole("button", { name: "Copy Invite Link" }).click();
  const second = await shownLink(page);
  expect(second).toMatch(/\/invite\/[\w-]{20,}$/);
  expect(second).not.toBe(first);
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(second);
  await expectEnded(await somebody(), first, "There is a newer invite");
  await join(await somebody(), second, "Ana Lima", PASSWORD);
});

// spec I5
test("a link that never was one is not valid", async ({ somebody }) => {
  const page = await somebody();
  for (const token of ["A".repeat(43), "nonsense"]) {
    await expectEnded(page, `/invite/${token}`, "This invite is not valid");
  }
});

// spec I7: the page keeps nothing that another could use
test("once joined, going back or opening the page again shows no form", async ({ page, mail, somebody }) => {
  const link = await invite(page, mail, "ana@x.example");
  const ana = await somebody();
  await join(ana, link, "Ana Lima", PASSWORD);
  await ana.goto("/invite");
  await expect(joinPage(ana).join).toHaveCount(0);
  const stranger = await somebody();
  await stranger.goto("/invite");
  await expect(stranger.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(joinPage(stranger).join).toHaveCount(0);
});

test.describe("without JavaScript", () => {
  // The administrator's page keeps its JavaScript: the dialog is what invites here.
  test("joining is a plain form", async ({ page, mail, somebody }) => {
    const link = await invite(page, mail, "Ana L. <ana@x.example>");
    const ana = await somebody(undefined, { javaScriptEnabled: false });
    await openLink(ana, link);
    const form = joinPage(ana);
    await expect(form.name).toHaveValue("Ana L.");
    await form.name.fill("Ana Lima");
    await form.password.fill("too short");
    await form.join.click();
    await expectFieldError(form.password, /at least 15 characters/);
    await expect(form.name).toHaveValue("Ana Lima");
    await form.password.fill(PASSWORD);
    await form.join.click();
    await expect(ana).toHaveURL(/\/o\/acme$/);
  });

  // spec M10
  test("a row's actions are a page", async ({ page, mail, somebody }) => {
    const first = await invite(page, mail, "ana@x.example");
    const plain = await somebody(ADA.email, { javaScriptEnabled: false });
    await new MembersPage(plain, "acme").open();
    const link = rowOf(plain, "ana@x.example").getByRole("link", { name: /^Actions for / });
    await link.click();
    await expect(plain).toHaveURL(/\/o\/acme\/members\/[\w-]+$/);
    const after = mail.messages.length;
    await plain.getByRole("button", { name: "Resend Invite" }).click();
    await expect(message(plain, "A new invite is on its way to ana@x.example.")).toBeVisible();
    const second = mail.linkIn(await mail.waitFor("ana@x.example", { after }));
    await expectEnded(await somebody(), first, "There is a newer invite");

    await new MembersPage(plain, "acme").open();
    await link.click();
    await plain.getByRole("button", { name: "Copy Invite Link" }).click();
    const third = await shownLink(plain);
    await expectEnded(await somebody(), second, "There is a newer invite");
    await join(await somebody(), third, "Ana Lima", PASSWORD);
  });
});
