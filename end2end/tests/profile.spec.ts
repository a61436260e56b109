// One's own profile: where one is signed in, the name, the password, the time zone, the theme (spec L3, M1).

import { expectFieldError, signIn } from "../support/forms";
import { openAccountMenu } from "../support/header";
import { expectAccessible, expectNoSidewaysScroll, expectOrderly } from "../support/look";
import { ADA, BO, enter, expect, test } from "../support/mailed";
import { PASSWORD } from "../support/muster";

const NEW = "orange ladders sing at dawn";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    // spec L3
    test("a changed password ends the sessions elsewhere, and the old one opens nothing", async ({ somebody }) => {
      const page = await somebody(ADA.email, { javaScriptEnabled });
      const elsewhere = await somebody(ADA.email);
      await page.goto("/o/acme/profile");
      await expect(page.getByRole("heading", { name: "Your Profile", level: 1 })).toBeVisible();
      const main = page.getByRole("main");
      const [current, next] = [main.getByLabel("Current password"), main.getByLabel("New password", { exact: true })];
      const change = main.getByRole("button", { name: "Change password" });
      await current.fill("this is not the password");
      await next.fill(NEW);
      await change.click();
      await expectFieldError(current, /This is not your password/);
      await current.fill(PASSWORD);
      await next.fill("aaaaaaaaaaaaaaaaaa");
      await change.click();
      await expectFieldError(next, /among the first that would be guessed/);
      await current.fill(PASSWORD);
      await next.fill(NEW);
      await change.click();
      await expect(main.getByRole("status").filter({ hasText: "Your password is changed." })).toBeVisible();
      await elsewhere.goto("/o/acme");
      await expect(elsewhere).toHaveURL(/\/sign-in/);
      await signIn(elsewhere, ADA.email, NEW);
      if (!javaScriptEnabled) return;
      // It was said once.
      await page.getByRole("link", { name: "Muster" }).click();
      await expect(page).toHaveURL(/\/o\/acme$/);
      await page.goBack();
      await expect(page.getByRole("heading", { name: "Your Profile", level: 1 })).toBeVisible();
      await expect(main.getByRole("status").filter({ hasText: "Your password is changed." })).toHaveCount(0);
    });

    test("sessions are named by device and ended one by one or all at once", async ({ somebody }) => {
      const page = await somebody(ADA.email, { javaScriptEnabled });
      const userAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
      const others = [await somebody(ADA.email, { userAgent }), await somebody(ADA.email), await somebody(ADA.email)];
      const bo = await somebody(BO.email);
      await page.goto("/o/acme/profile");
      const sessions = page.getByRole("region", { name: "Your sessions" }).getByRole("listitem");
      await expect(sessions).toHaveCount(4);
      await expect(sessions.first()).toContainText("This browser");
      await expect(sessions.first().getByRole("button")).toHaveCount(0);
      await expect(sessions.filter({ hasText: "Firefox on Windows" })).toContainText("127.0.0.1");
      await page.getByRole("button", { name: "End Firefox on Windows" }).click();
      await expect(sessions).toHaveCount(3);
      await others[0]?.goto("/o/acme");
      await expect(others[0] ?? page).toHaveURL(/\/sign-in/);
      await others[1]?.goto("/o/acme");
      await expect(others[1] ?? page).toHaveURL(/\/o\/acme$/);
      await page.getByRole("button", { name: "End all others" }).click();
      await expect(sessions).toHaveCount(1);
      await others[2]?.goto("/o/acme");
      await expect(others[2] ?? page).toHaveURL(/\/sign-in/);
      await page.goto("/o/acme");
      await expect(page).toHaveURL(/\/o\/acme$/);
      await bo.goto("/o/globex");
      await expect(bo).toHaveURL(/\/o\/globex$/);
    });

    // spec M1
    test("another name is everybody's at once, and one that is none comes back with its reason", async ({ somebody }) => {
      const page = await somebody(ADA.email, { javaScriptEnabled });
      await page.goto("/o/acme/profile");
      const main = page.getByRole("main");
      const [name, change] = [main.getByLabel("Your name"), main.getByRole("button", { name: "Change name" })];
      await expect(name).toHaveValue(ADA.name);
      await name.fill("a".repeat(201));
      await change.click();
      await expectFieldError(name, /at most 200 characters/);
      await expect(name).toHaveValue("a".repeat(201));
      await name.fill("Adaeze Okafor");
      await change.click();
      await expect(main.getByRole("status").filter({ hasText: "Your name is changed." })).toBeVisible();
      await expect(name).toHaveValue("Adaeze Okafor");
      await page.goto("/o/acme/members?q=adaeze");
      await expect(page.getByRole("table", { name: "Organization Members" })).toContainText("Adaeze Okafor");
      await page.goto("/o/acme/audit?action=member.renamed");
      await expect(page.getByRole("main")).toContainText("Adaeze Okafor");
    });

    test("the theme is chosen there too, and stands on the page from its first byte", async ({ somebody }) => {
      const page = await somebody(ADA.email, { javaScriptEnabled });
      await page.goto("/o/acme/profile");
      const theme = page.getByLabel("Colours in this browser");
      await expect(theme).toHaveValue("system");
      await theme.selectOption("Dark");
      await page.getByRole("button", { name: "Use theme" }).click();
      await expect(page).toHaveURL(/\/o\/acme\/profile$/);
      await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
      await expect(theme).toHaveValue("dark");
      const answer = await page.request.get("/o/acme");
      expect(await answer.text()).toContain('data-theme="dark"');
    });

    // spec M1
    test("times are shown in the zone that was chosen", async ({ somebody }) => {
      const page = await somebody(ADA.email, { javaScriptEnabled });
      await page.goto("/o/acme/profile");
      await page.getByLabel("Times are shown in").selectOption("Asia/Tokyo");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await expect(page.getByRole("status").filter({ hasText: "Saved." })).toBeVisible();
      await expect(page.getByLabel("Times are shown in")).toHaveValue("Asia/Tokyo");
      await page.goto("/o/acme/members");
      await expect(page.getByRole("main")).toContainText("Times in Asia/Tokyo");
    });
  });
}

// spec L1
test("a new password is judged while it is typed, and nothing is said of one that is too short", async ({ page }) => {
  await enter(page, ADA.email);
  await page.goto("/o/acme/profile");
  const main = page.getByRole("main");
  const next = main.getByLabel("New password", { exact: true });
  const meter = main.getByRole("meter", { name: "How hard it is to guess" });
  const says = (words: RegExp) => main.getByRole("status").filter({ hasText: words });
  await expect(meter).toBeHidden();
  await expect(async () => {
    // The page may still come to life.
    await next.fill("");
    await next.fill("aaaaaaaaaaaaaaaaaa");
    await expect(says(/among the first that would be guessed/)).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(meter).toBeVisible();
  await next.fill(`${ADA.email}12`);
  await expect(says(/made of what is known about you/)).toBeVisible();
  await next.fill(NEW);
  await expect(says(/This password is very good/)).toBeVisible();
  await expectAccessible(page);
  await next.fill("too short");
  await expect(meter).toBeHidden();
  await expect(says(/This password is/)).toHaveCount(0);
});

test("from the account's menu, accessible and narrow", async ({ page }) => {
  await enter(page, ADA.email);
  const menu = await openAccountMenu(page);
  await menu.getByRole("link", { name: "Your Profile" }).click();
  await expect(page).toHaveURL(/\/o\/acme\/profile$/);
  await expect(page.getByRole("region", { name: "Your sessions" })).toBeVisible();
  await expectOrderly(page);
  await expectAccessible(page);
  for (const width of [320, 360, 768, 1024]) await expectNoSidewaysScroll(page, width);
});
