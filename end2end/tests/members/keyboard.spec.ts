// The members page by the keyboard (STYLE).

import { choice, MembersPage } from "../../support/members";
import { expect, test } from "../../support/test";

test.use({ as: "admin" });

test("the slash leads to the search, and is not typed there", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  await page.keyboard.press("/");
  await expect(members.search).toBeFocused();
  await expect(members.search).toHaveValue("");
  // Inside a field it is a letter like any other.
  await page.keyboard.press("/");
  await expect(members.search).toHaveValue("/");
});

test("a filter is opened, chosen from and closed by the keyboard, and the focus comes back", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  const button = members.main.getByRole("button", { name: /^Role/ });
  await button.focus();
  await page.keyboard.press("Enter");
  const menu = page.locator(":popover-open");
  await expect(menu).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(menu).toHaveCount(0);
  await expect(button).toBeFocused();
  await members.expectParameters({});

  await page.keyboard.press("Enter");
  await expect(menu).toBeVisible();
  const security = choice(menu, "Security");
  await expect(async () => {
    await page.keyboard.press("ArrowDown");
    await expect(security).toBeFocused({ timeout: 50 });
  }).toPass({ intervals: [0], timeout: 5_000 });
  await page.keyboard.press("Enter");
  await members.expectParameters({ role: "security" });
  await expect(menu).toHaveCount(0);
  await expect(members.main.getByRole("button", { name: /^Role/ })).toBeFocused();
});

test("the group filter starts in its search, and arrows lead into the list", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  const button = members.main.getByRole("button", { name: /^Group/ });
  await button.focus();
  await page.keyboard.press("Enter");
  const menu = page.locator(":popover-open");
  await expect(menu.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("support");
  await expect(choice(menu, /^Support/)).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(choice(menu, /^Support/)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menu).toHaveCount(0);
  await expect(button).toBeFocused();
});

test("sorting by the keyboard keeps the focus on the heading", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  const link = members.header("Created").getByRole("link");
  await link.focus();
  await page.keyboard.press("Enter");
  await members.expectParameters({ sort: "created" });
  await expect(members.header("Created").getByRole("link")).toBeFocused();
});

// issue 15, "Tables"
test("arrows reach everything in a cell, and the same cell of the next row", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  const row = (place: number) => members.table.getByRole("row").nth(place);
  const box = (place: number) => row(place).getByRole("checkbox", { name: /^Select / });
  const cell = (place: number) => row(1).getByRole("cell").nth(place);
  await box(1).focus();
  await page.keyboard.press("ArrowRight");
  await expect(cell(0).getByRole("link")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(cell(1), "nothing in it takes the focus, so it does").toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(box(1)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(box(2)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(box(1)).toBeFocused();
});

// issue 15, "Tables"
test("one key leads from a row to the actions for the selected", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  const box = members.table.getByRole("row").nth(1).getByRole("checkbox", { name: /^Select / });
  await box.focus();
  await page.keyboard.press("Space");
  const actions = page
    .getByRole("region", { name: "Selected members" })
    .getByRole("button", { name: "Actions for selected members" });
  await expect(actions).toBeVisible();
  await expect(box).toBeFocused();
  await page.keyboard.press("a");
  await expect(actions).toBeFocused();
});

test("everything that takes the focus shows it", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  const controls = [
    members.search,
    members.main.getByRole("button", { name: /^Role/ }),
    members.header("Name").getByRole("link"),
    members.pager("Next"),
    members.sidebar.getByRole("link", { name: /^Members/ }),
    page.getByRole("banner").getByRole("button").first(),
  ];
  for (const control of controls) {
    await page.keyboard.press("Tab");
    await control.focus();
    const shown = await control.evaluate((element) => {
      const { boxShadow, outlineStyle, outlineWidth } = getComputedStyle(element);
      return boxShadow !== "none" || (outlineStyle !== "none" && outlineWidth !== "0px");
    });
    expect(shown).toBe(true);
  }
});

test("a press of ? lists the keys, and Escape puts the list away", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  await page.keyboard.press("?");
  const list = page.getByRole("dialog");
  await expect(list).toBeVisible();
  await expect(list).toContainText("/");
  await page.keyboard.press("Escape");
  await expect(list).toBeHidden();
});
