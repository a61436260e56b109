// The page of a member: what they have, who gave it, what happened lately (spec M10, S6).

import { openActions, rowOf, message } from "../../support/invitations";
import { expectAccessible, expectNoSidewaysScroll } from "../../support/look";
import { ADA, enter, expect, GROUPS, test } from "../../support/mailed";
import { MembersPage } from "../../support/members";

const ZOE = "zoe@acme.example";

test.beforeEach(async ({ page }) => enter(page, ADA.email));

// spec S6
test("a name leads to the page that says what somebody has and who gave it", async ({ page }) => {
  await new MembersPage(page, "acme").open();
  await rowOf(page, ZOE).getByRole("cell").first().getByRole("link").click();
  await expect(page).toHaveURL(/\/o\/acme\/members\/[0-9a-f-]{36}$/);
  const why = page.getByRole("region", { name: "Why this access?" });
  const given = (text: string | RegExp) => why.getByRole("listitem").filter({ hasText: text });
  await expect(given("The organization role Member:")).toContainText("Given on the command line");
  await expect(given(`Member of the group ${GROUPS[0]}:`)).toContainText("Given on the command line");
  await expect(page.getByRole("region", { name: "Facts" })).toContainText("Logins Count");
  await expect(page.getByRole("region", { name: "Recent" })).toContainText("Imported");

  // Whoever changes it next is named, on the page that is there after saving.
  await page.getByRole("combobox", { name: "Organization Role" }).selectOption("Security");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(message(page, /^Saved what/)).toBeVisible();
  await expect(given("The organization role Security:")).toContainText(`Given by ${ADA.name}`);
  await expect(given("The organization role Security:").locator("time")).toHaveText("just now");
  await expect(page.getByRole("region", { name: "Recent" })).toContainText("Member edited");
  await given("The organization role Security:").getByRole("link", { name: ADA.name }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(ADA.name);
  await expect(given("The organization role Administrator:")).toBeVisible();
  await expect(given("In the group administrators")).toBeVisible();
});

// spec M10
test("Why this access? in the menu of a row leads there", async ({ page }) => {
  await new MembersPage(page, "acme").open();
  const menu = await openActions(page, ZOE);
  await menu.getByRole("button", { name: "Why this access?", exact: true }).click();
  await expect(page).toHaveURL(/#why$/);
  await expect(page.getByRole("region", { name: "Why this access?" })).toBeVisible();
  await page.goBack();
  await expect(rowOf(page, ZOE)).toBeVisible();
});

test("the page is accessible in both schemes, and does not scroll sideways", async ({ page }) => {
  await new MembersPage(page, "acme").open();
  await rowOf(page, ZOE).getByRole("cell").first().getByRole("link").click();
  await expect(page.getByRole("region", { name: "Recent" })).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page, 320);
});

test.describe("without JavaScript", () => {
  test("the same is there", async ({ somebody }) => {
    const plain = await somebody(ADA.email, { javaScriptEnabled: false });
    await new MembersPage(plain, "acme").open();
    await rowOf(plain, ZOE).getByRole("cell").first().getByRole("link").click();
    await expect(plain.getByRole("region", { name: "Why this access?" })).toContainText("Given on the command line");
  });
});
