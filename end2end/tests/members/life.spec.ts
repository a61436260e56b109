// What happens to members after joining, with the eyes of the administrator and of the person (spec E1–E4, M10, R4, R7).

import type { Locator, Page } from "@playwright/test";
import { InviteForm, join, openActions, rowOf, message } from "../../support/invitations";
import { expectAccessible, expectNoSidewaysScroll } from "../../support/look";
import { ADA, BO, enter, expect, GROUPS, test } from "../../support/mailed";
import { MembersPage } from "../../support/members";
import { PASSWORD } from "../../support/muster";
import type { MailServer } from "../../support/smtp";

const ANA = { name: "Ana Lima", email: "ana@x.example" };

/** Somebody new, in a browser of their own; the administrator is on the members page afterwards. */
async function joined(page: Page, mail: MailServer, ana: Page): Promise<void> {
  const form = await InviteForm.open(page);
  await form.invite(ANA.email);
  await join(ana, mail.linkIn(await mail.waitFor(ANA.email)), ANA.name, PASSWORD);
  await expect(rowOf(page, ANA.email)).toContainText(ANA.name);
}

/** Chooses an action in the menu of a row. */
async function choose(page: Page, email: string, action: string): Promise<void> {
  const menu = await openActions(page, email);
  await menu.getByRole("button", { name: action, exact: true }).click();
}

/** The dialog that asks once more. */
function question(page: Page, title: string): Locator {
  return page.getByRole("dialog", { name: title });
}

/** The form **Edit Member**, in its dialog or on the member's page. */
function editForm(root: Locator) {
  return {
    role: root.getByRole("combobox", { name: "Organization Role" }),
    group: (name: string) => root.getByRole("checkbox", { name, exact: true }),
    roleIn: (name: string) => root.getByRole("combobox", { name: `Group Role in ${name}` }),
    save: root.getByRole("button", { name: "Save", exact: true }),
  };
}

test.beforeEach(async ({ page }) => enter(page, ADA.email));

// spec E1, E2
test("role and groups are edited in a dialog, and nothing that another administrator did is overwritten", async ({
  page,
  somebody,
  mail,
}) => {
  await joined(page, mail, await somebody());
  await choose(page, ANA.email, "Edit Member");
  const dialog = page.getByRole("dialog", { name: `Edit Member: ${ANA.name}` });
  const form = editForm(dialog);
  await expect(dialog).toContainText("the address cannot be changed");
  await form.role.selectOption("Security");
  // A tick stays with its group, wherever that stands in the list.
  await form.group(GROUPS[1]).check();
  await expect(form.group(GROUPS[1])).toBeFocused();
  await expect(form.group(GROUPS[0])).not.toBeChecked();
  await form.group(GROUPS[0]).check();
  await form.group(GROUPS[1]).uncheck();
  await expect(form.roleIn(GROUPS[1])).toHaveCount(0);
  await expect(form.group(GROUPS[0])).toBeChecked();
  await form.roleIn(GROUPS[0]).selectOption("Owner");
  await form.save.click();
  await expect(dialog).toBeHidden();
  await expect(message(page, `Saved what ${ANA.name} has.`)).toBeVisible();
  await expect(rowOf(page, ANA.email)).toContainText("Security");
  await expect(rowOf(page, ANA.email)).toContainText(GROUPS[0]);
  await expect(rowOf(page, ANA.email).getByRole("link", { name: /^Actions for/ })).toBeFocused();

  // Another window was opened before that was all.
  const other = await somebody(ADA.email);
  await new MembersPage(other, "acme").open();
  await choose(other, ANA.email, "Edit Member");
  const late = editForm(other.getByRole("dialog"));
  await expect(late.roleIn(GROUPS[0])).toHaveValue("owner");
  await choose(page, ANA.email, "Edit Member");
  await expect(form.roleIn(GROUPS[0])).toHaveValue("owner");
  await form.group(GROUPS[1]).check();
  await form.save.click();
  await expect(dialog).toBeHidden();
  await late.role.selectOption("Administrator");
  await late.save.click();
  const alert = other.getByRole("dialog").getByRole("alert").filter({ hasText: "in the meantime" });
  await expect(alert).toContainText(`They were put into ${GROUPS[1]}, as Member.`);
  await expect(late.role, "what was chosen stays").toHaveValue("administrator");
  await late.save.click();
  await expect(other.getByRole("dialog")).toBeHidden();
  await expect(rowOf(other, ANA.email)).toContainText("Administrator");
});

// spec E3, E4
test("a removed member is out in every tab with the next click, and Undo brings them back", async ({
  page,
  somebody,
  mail,
}) => {
  const ana = await somebody();
  await joined(page, mail, ana);
  const tab = await ana.context().newPage();
  await tab.goto("/o/acme");
  await choose(page, ANA.email, "Remove From Organization");
  const dialog = question(page, `Remove ${ANA.name} from Acme Industries?`);
  await expect(dialog).toContainText(`${ANA.name} loses access to Acme Industries immediately`);
  // Whoever thinks better of it is where they were.
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(rowOf(page, ANA.email).getByRole("link", { name: /^Actions for/ })).toBeFocused();
  await choose(page, ANA.email, "Remove From Organization");
  await dialog.getByRole("button", { name: "Remove From Organization" }).click();
  await expect(dialog).toBeHidden();
  await expect(message(page, `${ANA.name} was removed.`)).toBeVisible();
  await expect(rowOf(page, ANA.email)).toHaveCount(0);
  for (const open of [ana, tab]) {
    const answer = await open.reload();
    expect(answer?.status()).toBe(404);
  }
  const undo = page.getByRole("button", { name: "Undo", exact: true });
  await expect(undo).toBeFocused();
  await undo.click();
  await expect(message(page, `${ANA.name} is a member again.`)).toBeVisible();
  await expect(rowOf(page, ANA.email)).toContainText(ANA.name);
  // The sessions of before are over here.
  await ana.goto("/o/acme");
  await expect(ana).toHaveURL(/\/sign-in/);
  await enter(ana, ANA.email);
  await expect(ana).toHaveURL(/\/o\/acme$/);
});

// spec M6, E4
test("a removed member is restored from the table", async ({ page }) => {
  await new MembersPage(page, "acme").open();
  await choose(page, "zoe@acme.example", "Remove From Organization");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("invite to Acme Industries stops working immediately");
  await dialog.getByRole("button", { name: "Remove From Organization" }).click();
  await page.getByRole("button", { name: "Put the message away" }).click();
  await page.goto("/o/acme/members?deleted=1");
  await expect(rowOf(page, "zoe@acme.example")).toContainText("Deleted");
  const menu = await openActions(page, "zoe@acme.example");
  const edit = menu.getByRole("button", { name: "Edit Member", exact: true });
  await expect(edit).toBeDisabled();
  await expect(edit).toHaveAccessibleDescription("Removed members are restored first.");
  await menu.getByRole("button", { name: "Restore", exact: true }).click();
  await expect(message(page, "zoe@acme.example is invited again: a new link is on its way.")).toBeVisible();
  await expect(rowOf(page, "zoe@acme.example")).toContainText("Invite Pending");
});

// spec E6
test("who was removed is erased for good, and asked about it first", async ({ page, somebody, mail }) => {
  await joined(page, mail, await somebody());
  await choose(page, ANA.email, "Remove From Organization");
  await question(page, `Remove ${ANA.name} from Acme Industries?`).getByRole("button", { name: "Remove From Organization" }).click();
  await page.goto(new MembersPage(page, "acme").path("status=deleted"));
  await choose(page, ANA.email, "Erase");
  const asks = question(page, `Erase ${ANA.name} for good?`);
  await expect(asks).toContainText("This cannot be undone.");
  await expect(asks.getByRole("button", { name: "Cancel" })).toBeFocused();
  await asks.getByRole("button", { name: "Erase", exact: true }).click();
  await expect(message(page, `${ANA.name} was erased.`)).toBeVisible();
  await expect(rowOf(page, ANA.email)).toHaveCount(0);
  await page.goto("/o/acme/audit?action=member.erased");
  await expect(page.getByRole("table", { name: "Audit Log" })).toContainText("User Removed");
});

// spec R7
test("the last administrator stays, and the dialog says why", async ({ page, guard }) => {
  guard.expects(/422/);
  await new MembersPage(page, "acme").open();
  const why = "This is the last active administrator, and an organization always has one";
  await choose(page, ADA.email, "Remove From Organization");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Remove From Organization" }).click();
  await expect(dialog.getByRole("alert")).toContainText(why);
  await page.keyboard.press("Escape");
  await choose(page, ADA.email, "Edit Member");
  const form = editForm(dialog);
  await form.role.selectOption("Member");
  await form.save.click();
  await expect(dialog.getByRole("alert").filter({ hasText: why })).toBeVisible();
  await expect(form.role).toHaveValue("member");
});

// spec T7, R4
test("Security ends sessions, and sees why the rest is not theirs", async ({ page, somebody, mail }) => {
  const ana = await somebody();
  await joined(page, mail, ana);
  await choose(page, ANA.email, "Edit Member");
  const form = editForm(page.getByRole("dialog"));
  await form.role.selectOption("Security");
  await form.save.click();
  await expect(page.getByRole("dialog")).toBeHidden();
  const bo = await somebody();
  await (await InviteForm.open(page)).invite(BO.email);
  const link = mail.linkIn(await mail.waitFor(BO.email));
  await enter(bo, BO.email);
  await bo.goto(link);
  await bo.getByRole("button", { name: "Join", exact: true }).click();
  await expect(bo).toHaveURL(/\/o\/acme$/);

  await new MembersPage(ana, "acme").open();
  const menu = await openActions(ana, BO.email);
  for (const name of [
    "Edit Member",
    "Resend Invite",
    "Copy Invite Link",
    "Unlock Sign-In",
    "Restore",
    "Remove From Organization",
  ]) {
    const action = menu.getByRole("button", { name, exact: true });
    await expect(action).toBeDisabled();
    await expect(action).toHaveAccessibleDescription("Only administrators can do this.");
  }
  await menu.getByRole("button", { name: "End Sessions", exact: true }).click();
  const dialog = question(ana, `End the sessions of ${BO.name}?`);
  await dialog.getByRole("button", { name: "End Sessions" }).click();
  await expect(message(ana, `1 session of ${BO.name} was ended.`)).toBeVisible();
  await bo.goto("/o/acme");
  await expect(bo).toHaveURL(/\/sign-in/);
  // What they do elsewhere is nobody's business here.
  await bo.goto("/o/globex");
  await expect(bo).toHaveURL(/\/o\/globex$/);
  // Nor does the address of the page let them do more.
  for (const action of ["remove", "edit", "restore"]) {
    const id = await rowOf(ana, BO.email).getByRole("link", { name: /^Actions for/ }).getAttribute("href");
    const member = (id ?? "").split("/").at(-1) ?? "";
    const edited: Record<string, string> = action === "edit" ? { seen: "member", "wanted[role]": "member" } : {};
    const form = { change: `members/${action}`, member, ...edited };
    const answer = await ana.request.post(id ?? "", { form });
    expect(answer.status(), action).toBe(403);
  }
});

test("dialogs and menu: accessible in both schemes, and no sideways scroll", async ({ page }) => {
  await new MembersPage(page, "acme").open();
  await openActions(page, "zoe@acme.example");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await choose(page, "zoe@acme.example", "Edit Member");
  const dialog = page.getByRole("dialog");
  await expect(editForm(dialog).roleIn(GROUPS[0])).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page, 320);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  await page.setViewportSize({ width: 1280, height: 800 });
  await choose(page, "zoe@acme.example", "Remove From Organization");
  await expect(dialog).toContainText("and you can restore them later");
  await expectAccessible(page);
  await expectNoSidewaysScroll(page, 320);
  await page.keyboard.press("Escape");
  const link = rowOf(page, "zoe@acme.example").getByRole("link", { name: /^Actions for / });
  expect((await page.goto((await link.getAttribute("href")) ?? ""))?.status()).toBe(200);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page, 320);
  await page.getByRole("button", { name: "Resend Invite", exact: true }).click();
  await expect(message(page, "A new invite is on its way to zoe@acme.example.")).toBeVisible();
});

test.describe("without JavaScript", () => {
  // spec M10, E1, E3, E4
  test("the same on the member's page", async ({ page, somebody, mail }) => {
    await joined(page, mail, await somebody());
    const plain = await somebody(ADA.email, { javaScriptEnabled: false });
    await new MembersPage(plain, "acme").open();
    await rowOf(plain, ANA.email).getByRole("link", { name: /^Actions for / }).click();
    const main = plain.getByRole("main");
    const form = editForm(main);
    await form.group(GROUPS[0]).check();
    await form.role.selectOption("Security");
    await form.save.click();
    await expect(message(plain, `Saved what ${ANA.name} has.`)).toBeVisible();
    await expect(form.role).toHaveValue("security");
    await form.roleIn(GROUPS[0]).selectOption("Observer");
    // Meanwhile somebody else…
    await choose(page, ANA.email, "Edit Member");
    const theirs = editForm(page.getByRole("dialog"));
    await theirs.group(GROUPS[1]).check();
    await theirs.save.click();
    await expect(page.getByRole("dialog")).toBeHidden();
    await form.save.click();
    await expect(main.getByRole("alert").filter({ hasText: `They were put into ${GROUPS[1]}, as Member.` })).toBeVisible();
    await expect(form.roleIn(GROUPS[0]), "what was chosen stays").toHaveValue("observer");
    await form.save.click();
    await expect(message(plain, `Saved what ${ANA.name} has.`)).toBeVisible();

    await main.getByText("Remove From Organization", { exact: true }).click();
    await expect(main).toContainText("loses access to Acme Industries immediately");
    await main.getByRole("button", { name: `Remove ${ANA.name}`, exact: true }).click();
    await expect(message(plain, `${ANA.name} was removed.`)).toBeVisible();
    await main.getByRole("button", { name: "Restore", exact: true }).click();
    await expect(message(plain, `${ANA.name} is a member again.`)).toBeVisible();
    await main.getByRole("button", { name: "End Sessions", exact: true }).click();
    await expect(message(plain, `${ANA.name} had no open session.`)).toBeVisible();
  });
});
