// The audit log: who did what to whom, to be narrowed and taken home (spec A1, R4).

import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { openOrganizationMenu } from "../support/header";
import { InviteForm } from "../support/invitations";
import { expectAccessible, expectNoSidewaysScroll, expectOrderly } from "../support/look";
import { ADA, enter, expect, test } from "../support/mailed";

/** Its rows, without the first that names the columns. */
const rowsOf = (page: Page) => page.getByRole("table", { name: "Audit Log" }).getByRole("row").filter({ has: page.getByRole("cell") });

for (const javaScriptEnabled of [true, false]) {
  test(`what was done is found by person, action and day${javaScriptEnabled ? "" : ", without JavaScript"}`, async ({
    page,
    somebody,
  }) => {
    await enter(page, ADA.email);
    await (await InviteForm.open(page)).invite("Ana Lima <ana@x.example>", "=cmd@x.example");
    const reader = await somebody(ADA.email, { javaScriptEnabled });
    await reader.goto("/o/acme/audit");
    await expect(reader.getByRole("heading", { name: "Audit Log", level: 1 })).toBeVisible();
    await expect(rowsOf(reader).first()).toContainText("Signed in");
    await reader.getByLabel("Person").fill("ANA@x.example");
    await reader.getByRole("button", { name: "Show", exact: true }).click();
    await expect(reader).toHaveURL(/person=ANA%40x\.example/);
    await expect(rowsOf(reader)).toHaveCount(1);
    for (const text of [ADA.email, "Invited", "ana@x.example", "127.0.0.1"]) {
      await expect(rowsOf(reader).first()).toContainText(text);
    }
    await reader.getByLabel("Action").selectOption("Removed");
    await reader.getByRole("button", { name: "Show", exact: true }).click();
    await expect(reader.getByRole("heading", { name: "No entries match" })).toBeVisible();
    await reader.getByRole("link", { name: "Clear filters" }).first().click();
    await expect(reader).toHaveURL(/\/o\/acme\/audit$/);
    await reader.getByLabel("Person").fill("nobody@x.example");
    await reader.getByRole("button", { name: "Show", exact: true }).click();
    await expect(reader.getByRole("main")).toContainText("Nobody here ever had the address nobody@x.example");
  });
}

test("it goes on over pages, and the file has what the page is narrowed to", async ({ page, mailed }) => {
  const people = Array.from({ length: 120 }, (_, n) => `p${n}@x.example`);
  const imported = await mailed.installation.importPeople("acme", `email\n${people.join("\n")}\n`);
  expect(imported.code).toBe(0);
  await enter(page, ADA.email);
  await page.goto("/o/acme/audit?action=member.imported");
  await expect(rowsOf(page)).toHaveCount(50);
  const first = await rowsOf(page).first().getByRole("cell").nth(3).innerText();
  const pages = page.getByRole("navigation", { name: "Pages" });
  await expect(pages.getByRole("link", { name: "Newer" })).toHaveCount(0);
  await pages.getByRole("link", { name: "Older" }).click();
  await pages.getByRole("link", { name: "Older" }).click();
  await expect(pages.getByRole("link", { name: "Older" })).toHaveCount(0);
  // Zoe was imported before.
  await expect(rowsOf(page)).toHaveCount(21);
  await pages.getByRole("link", { name: "Newer" }).click();
  await expect(rowsOf(page)).toHaveCount(50);
  await pages.getByRole("link", { name: "Newest" }).click();
  await expect(rowsOf(page).first().getByRole("cell").nth(3)).toHaveText(first);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("audit-log.csv");
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  expect(lines).toHaveLength(122);
  expect(lines.slice(1).every((line) => line.includes(",member.imported,"))).toBe(true);
});

test("from the menu and from a member, accessible and narrow", async ({ page }) => {
  await enter(page, ADA.email);
  const menu = await openOrganizationMenu(page, "Acme Industries");
  await menu.getByRole("link", { name: "Audit Log" }).click();
  await expect(page).toHaveURL(/\/o\/acme\/audit$/);
  await expect(rowsOf(page).first()).toBeVisible();
  await expectOrderly(page);
  await expectAccessible(page);
  for (const width of [320, 360, 768, 1024]) await expectNoSidewaysScroll(page, width);
});
