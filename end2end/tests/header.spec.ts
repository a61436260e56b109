// The header: the organization's menu, the account's, the colour scheme (spec T4).

import { accountButton, openAccountMenu, opened, openOrganizationMenu, organizationButton } from "../support/header";
import { choice } from "../support/members";
import { expect, test } from "../support/test";

test.use({ as: "admin" });

const NAME = "Demo Organization";

// spec T4
test("the organization's menu leads to members, settings and other organizations", async ({ page, portal }) => {
  await page.goto("/o/demo");
  const menu = await openOrganizationMenu(page, NAME);
  await expect(menu).toContainText("Switch Tenant");
  for (const [name, address] of [
    ["Manage Groups/Members", "/o/demo/members"],
    ["Settings", "/o/demo/settings"],
    ["Users & Groups", "/o/demo/members"],
  ] as const) {
    await page.goto("/o/demo");
    await choice(await openOrganizationMenu(page, NAME), name).click();
    await expect(page).toHaveURL(`${portal.url}${address}`);
    await expect(organizationButton(page, NAME)).toBeVisible();
  }
});

test("the organization's menu is worked by the keyboard, and gives the focus back", async ({ page, portal }) => {
  await page.goto("/o/demo/members");
  await page.waitForLoadState("networkidle");
  const button = organizationButton(page, NAME);
  await button.focus();
  await page.keyboard.press("Enter");
  const menu = await opened(page);
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(button).toBeFocused();

  await page.keyboard.press("Enter");
  await opened(page);
  const settings = choice(menu, "Settings");
  await expect(async () => {
    await page.keyboard.press("ArrowDown");
    await expect(settings).toBeFocused({ timeout: 50 });
  }).toPass({ intervals: [0] });
  await page.keyboard.press("ArrowUp");
  await expect(settings).not.toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${portal.url}/o/demo/settings`);
});

test("the account menu says who is signed in, and closes with Escape", async ({ page }) => {
  await page.goto("/o/demo");
  await page.waitForLoadState("networkidle");
  const menu = await openAccountMenu(page);
  await expect(menu).toContainText("admin@demo.example");
  await expect(menu).toContainText("Sign out");
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(accountButton(page)).toBeFocused();
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled, colorScheme: "light" });

    test("the theme switch changes the colours, and a reload keeps them without a flash", async ({ page }) => {
      const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await page.goto("/o/demo");
      const light = await background();
      const theme = page.getByRole("banner").getByRole("button", { name: /theme/i }).first();
      await theme.click();
      // A menu to choose from, or a button that changes at once.
      const menu = page.locator(":popover-open");
      if (await menu.isVisible()) {
        const name = /dark/i;
        await choice(menu, name).or(menu.getByRole("button", { name })).or(menu.getByRole("radio", { name })).first().click();
      }
      await expect.poll(background).not.toBe(light);
      const dark = await background();
      const html = await (await page.reload())?.text();
      expect(html).toMatch(/<html[^>]*dark/);
      expect(await background()).toBe(dark);
    });

    test("the organization's menu opens and leads on", async ({ page, portal }) => {
      await page.goto("/o/demo");
      await choice(await openOrganizationMenu(page, NAME), "Manage Groups/Members").click();
      await expect(page).toHaveURL(`${portal.url}/o/demo/members`);
    });
  });
}

test("the first press of Tab offers a way past the header", async ({ page }) => {
  await page.goto("/o/demo/members");
  await page.keyboard.press("Tab");
  const skip = page.locator(":focus");
  await expect(skip).toHaveText(/skip/i);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#/);
});
