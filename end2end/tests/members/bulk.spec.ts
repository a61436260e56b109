// The same for many members at once: chosen across pages, or all that match (spec M11).

import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { opened } from "../../support/header";
import { InviteForm, join, rowOf } from "../../support/invitations";
import { expectAccessible, expectNoSidewaysScroll } from "../../support/look";
import { ADA, enter, expect, GROUPS, test } from "../../support/mailed";
import { MembersPage } from "../../support/members";
import { PASSWORD } from "../../support/muster";

const PEOPLE = Array.from({ length: 120 }, (_, n) => `p${String(n).padStart(3, "0")}@x.example`);

const box = (page: Page, email: string): Locator => rowOf(page, email).getByRole("checkbox", { name: /^Select / });
const chosen = (page: Page): Locator => page.getByRole("region", { name: "Selected members" });
const change = (page: Page): Locator => page.getByRole("region", { name: "Change of many members" });

/** Opens the members page with a query, and waits until it has come to life. */
async function members(page: Page, query = ""): Promise<void> {
  await page.goto(new MembersPage(page, "acme").path(query));
  await expect(page.getByRole("main")).toHaveAttribute("data-tools", "ready");
}

/** Chooses an action for those who are chosen; gives its dialog. */
async function choose(page: Page, action: string): Promise<Locator> {
  await chosen(page).getByRole("button", { name: "Actions for selected members" }).click();
  const menu = await opened(page);
  await menu.getByRole("button", { name: action, exact: true }).click();
  return page.getByRole("dialog", { name: action });
}

test.beforeEach(async ({ page, mailed }) => {
  const imported = await mailed.installation.importPeople("acme", `email\n${PEOPLE.join("\n")}\n`);
  expect(imported.code).toBe(0);
  await enter(page, ADA.email);
});

test("members of several pages are chosen, changed together, and each result can be read", async ({ page }) => {
  await members(page, "q=x.example");
  await box(page, "p000@x.example").check();
  await box(page, "p001@x.example").check();
  await expect(chosen(page).getByRole("status")).toHaveText("2 members selected");
  await page.getByRole("link", { name: "Next", exact: true }).click();
  await expect(rowOf(page, "p050@x.example")).toBeVisible();
  await box(page, "p050@x.example").check();
  await expect(chosen(page).getByRole("status")).toHaveText("3 members selected, 2 not on this page");
  await page.goBack();
  await expect(box(page, "p000@x.example"), "they stay chosen").toBeChecked();

  const role = await choose(page, "Edit Role");
  await role.getByRole("combobox", { name: "Organization Role" }).selectOption("Security");
  await role.getByRole("button", { name: "Edit Role: 3 members" }).click();
  await expect(role).toBeHidden();
  await expect(change(page).getByRole("status")).toHaveText("Role changed: 3.");
  await expect(chosen(page)).toHaveCount(0);
  await expect(rowOf(page, "p000@x.example")).toContainText("Security");
  await expect(box(page, "p000@x.example")).not.toBeChecked();

  await change(page).getByRole("link", { name: "Results" }).click();
  await expect(page.getByRole("heading", { name: "Edit Role", level: 1 })).toBeVisible();
  const results = page.getByRole("table", { name: "Results" });
  await expect(results.getByRole("row").filter({ has: page.getByRole("cell") })).toHaveCount(3);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download results" }).click();
  const file = await readFile(await (await download).path(), "utf8");
  expect(file.split("\r\n")[1]).toBe("p000@x.example,,done,");
});

test("all that match are removed but for oneself, and come back", async ({ page, somebody }) => {
  await members(page);
  const other = await somebody(ADA.email);
  await members(other, "q=p00");
  await page.getByRole("checkbox", { name: "Select all on this page" }).check();
  await expect(chosen(page).getByRole("status")).toHaveText("50 members selected");
  await chosen(page).getByRole("button", { name: /^Select all 122 that match$/ }).click();
  await expect(chosen(page).getByRole("status")).toHaveText("All that match are selected");
  const remove = await choose(page, "Remove From Organization");
  await expect(remove).toContainText("They lose access to Acme Industries immediately");
  await remove.getByRole("button", { name: "Remove From Organization: 122 members" }).click();
  await expect(change(page).getByRole("status")).toHaveText("Removed: 121. Refused: 1.");
  // Another window sees it, and nobody is gone who asked for it.
  await expect(rowOf(page, ADA.email)).toBeVisible();
  await expect(other.getByRole("heading", { name: "No members match" }).or(other.getByRole("button", { name: /changes? — show/ })).first()).toBeVisible();
  await change(page).getByRole("link", { name: "Results" }).click();
  await page.getByRole("link", { name: /^1\s*Refused$/ }).click();
  await expect(page.getByRole("table", { name: "Results" })).toContainText("This is the last active administrator");

  await members(page, "status=deleted");
  await page.getByRole("checkbox", { name: "Select all on this page" }).check();
  await chosen(page).getByRole("button", { name: /that match$/ }).click();
  const restore = await choose(page, "Restore");
  await restore.getByRole("button", { name: "Restore: 121 members" }).click();
  await expect(change(page).getByRole("status")).toHaveText("Restored: 121.");
  await change(page).getByRole("button", { name: "Close" }).click();
  await expect(change(page)).toHaveCount(0);
});

test("a group is named, and what is wrong is said at its field", async ({ page }) => {
  await members(page, "q=p00");
  await page.getByRole("checkbox", { name: "Select all on this page" }).check();
  const dialog = await choose(page, "Add to Group");
  const add = dialog.getByRole("button", { name: "Add to Group: 10 members" });
  await add.click();
  await expect(dialog.getByRole("alert").filter({ hasText: "Choose a group." })).toBeVisible();
  await dialog.getByRole("radio", { name: GROUPS[0] }).check();
  await expect(dialog.getByRole("combobox", { name: "Group Role" }), "no more than a member has").toHaveValue("member");
  await dialog.getByRole("combobox", { name: "Group Role" }).selectOption("Owner");
  await add.click();
  await expect(change(page).getByRole("status")).toHaveText("Added: 10.");
  await expect(rowOf(page, "p003@x.example")).toContainText(GROUPS[0]);
  // spec G5: from the group's own page, which is the likely group of the table then.
  const sidebar = page.getByRole("navigation", { name: "Members and groups" });
  await sidebar.getByRole("link", { name: new RegExp(`^${GROUPS[0]}`) }).click();
  await page.getByRole("link", { name: "Change Many" }).click();
  await expect(page.getByRole("main")).toHaveAttribute("data-tools", "ready");
  await expect(rowOf(page, "p003@x.example")).toBeVisible();
  await page.getByRole("checkbox", { name: "Select all on this page" }).check();
  const roles = await choose(page, "Edit Group Role");
  await expect(roles.getByRole("radio", { name: GROUPS[0] })).toBeChecked();
  await roles.getByRole("combobox", { name: "Group Role" }).selectOption("Observer");
  await roles.getByRole("button", { name: /^Edit Group Role: \d+ members$/ }).click();
  await expect(change(page).getByRole("status")).toHaveText(/^Group role changed: 1\d\./);
  await expect(rowOf(page, "p003@x.example")).toContainText(GROUPS[0]);
  await members(page, "q=p00");
  await page.keyboard.press("Escape");
  await chosen(page).waitFor({ state: "detached" });
  await box(page, "p003@x.example").focus();
  await page.keyboard.press("Space");
  await expect(chosen(page).getByRole("status")).toHaveText("1 member selected");
  await chosen(page).getByRole("button", { name: "Clear selection" }).click();
  await expect(box(page, "p003@x.example")).not.toBeChecked();
});

test("Security ends sessions of many, and sees why the rest is not theirs", async ({ page, somebody, mail }) => {
  const form = await InviteForm.open(page);
  await form.role.selectOption("Security");
  await form.invite("sam@x.example");
  const sam = await somebody();
  await join(sam, mail.linkIn(await mail.waitFor("sam@x.example")), "Sam", PASSWORD);
  await members(sam, "q=ada");
  await box(sam, ADA.email).check();
  await chosen(sam).getByRole("button", { name: "Actions for selected members" }).click();
  const menu = await opened(sam);
  // What is open there would be refused what it asks for.
  await page.goto("about:blank");
  await expect(menu.getByRole("button", { name: "Remove From Organization" })).toHaveAttribute("aria-disabled", "true");
  await expect(menu).toContainText("Only administrators can do this.");
  await menu.getByRole("button", { name: "End Sessions" }).click();
  await sam.getByRole("dialog", { name: "End Sessions" }).getByRole("button", { name: "End Sessions", exact: true }).click();
  await expect(change(sam).getByRole("status")).toHaveText("Sessions ended: 1.");
  await page.goto("/o/acme");
  await expect(page).toHaveURL(/sign-in/);
});

test("bar, dialog and results: accessible in both schemes, and no sideways scroll", async ({ page }) => {
  await members(page);
  await page.getByRole("checkbox", { name: "Select all on this page" }).check();
  await expect(chosen(page)).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page, 320);
  const dialog = await choose(page, "Remove from Group");
  await expect(dialog.getByRole("radio").first()).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page, 320);
  await dialog.getByRole("radio", { name: GROUPS[1] }).check();
  await dialog.getByRole("button", { name: /^Remove from Group: / }).click();
  await expect(change(page).getByRole("status")).toContainText("Unchanged");
  await change(page).getByRole("link", { name: "Results" }).click();
  await expect(page.getByRole("table", { name: "Results" })).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page, 320);
});

test("the same without JavaScript", async ({ somebody }) => {
  const page = await somebody(ADA.email, { javaScriptEnabled: false });
  await page.goto("/o/acme/members?q=p00");
  await box(page, "p001@x.example").check();
  await box(page, "p002@x.example").check();
  await page.getByRole("button", { name: "Actions for the selected" }).click();
  await expect(page.getByRole("heading", { name: "Change 2 members", level: 1 })).toBeVisible();
  await page.getByRole("combobox", { name: "What to do" }).selectOption("Add to Group");
  await page.getByRole("button", { name: "Do it" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Choose a group." })).toBeVisible();
  await page.getByRole("combobox", { name: "What to do" }).selectOption("Add to Group");
  await page.getByRole("radio", { name: GROUPS[1] }).check();
  await page.getByRole("button", { name: "Do it" }).click();
  await expect(page).toHaveURL(/\/members\/bulk\/[0-9a-f-]{36}$/);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("main")).toContainText("Added: 2.", { timeout: 500 });
  }).toPass();
  await page.goto("/o/acme/members?q=p00");
  await page.getByRole("link", { name: "Actions for all that match" }).click();
  await expect(page.getByRole("heading", { name: "Change 10 members", level: 1 })).toBeVisible();
});
