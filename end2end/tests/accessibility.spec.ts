// Every page of the list of pages, and states of some: no serious finding of axe in either scheme, one main part, no sideways
// scroll (DESIGN 8). The set-up page is looked at where it is, in set-up.spec.ts.

import { expectAccessible, expectNoSidewaysScroll, expectOrderly } from "../support/look";
import { openAccountMenu, openOrganizationMenu } from "../support/header";
import { MembersPage } from "../support/members";
import { addressOf, type Ids, idsIn, PAGES } from "../support/pages";
import { expect, type Person, test } from "../support/test";

const STATES: readonly (readonly [what: string, as: Person | "nobody", path: string, status: number])[] = [
  ["sign-in", "nobody", "/", 200],
  ["a member's home", "member", "/o/demo", 200],
  ["the members", "admin", "/o/demo/members?deleted=1", 200],
  ["the members of a small organization", "ada", "/o/acme/members", 200],
  ["an organization of one", "ada", "/o/globex/members", 200],
  ["members without a hit", "admin", "/o/demo/members?q=nobody+at+all&role=security", 200],
  ["an address that is not understood", "admin", "/o/demo/members?sort=colour&page=99999", 200],
  ["the groups of a member", "member", "/o/demo/groups", 200],
  ["a refusal", "member", "/o/demo/settings", 403],
  ["a missing page", "admin", "/o/demo/nothing", 404],
  ["a missing organization", "admin", "/o/nothing", 404],
];

for (const [what, as, path, status] of STATES) {
  test.describe(what, () => {
    test.use({ as });

    test(`${what}: accessible in both schemes, one main part`, async ({ page }) => {
      const response = await page.goto(path);
      expect(response?.status()).toBe(status);
      await page.waitForLoadState("networkidle");
      await expectOrderly(page);
      await expectAccessible(page);
    });

    test(`${what}: no sideways scroll from 320 px up`, async ({ page }) => {
      await page.goto(path);
      for (const width of [320, 360, 768, 1024]) await expectNoSidewaysScroll(page, width);
    });
  });
}

test.describe("every page of the list", () => {
  test.use({ as: "ada" });
  // The installation is the worker's, as this is.
  let ids: Ids | undefined;

  for (const listed of PAGES) {
    test(`${listed.pattern}: accessible in both schemes, its title, no sideways scroll from 320 px up`, async ({ page }) => {
      ids ??= await idsIn(page, "acme", "Platform", "elif@acme.example");
      const response = await page.goto(addressOf(listed, "acme", ids));
      expect(response?.status()).toBe(200);
      // What a page is about stands in its title instead.
      if (!/\{(id|member)\}/.test(listed.pattern)) await expect(page).toHaveTitle(`${listed.title} · Acme Industries`);
      await page.waitForLoadState("networkidle");
      await expectOrderly(page);
      await expectAccessible(page);
      for (const width of [320, 360, 768, 1024]) await expectNoSidewaysScroll(page, width);
    });
  }
});

test.describe("what opens", () => {
  test.use({ as: "ada" });

  test("the header's menus are accessible", async ({ page }) => {
    await page.goto("/o/acme");
    await openOrganizationMenu(page, "Acme Industries");
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await openAccountMenu(page);
    await expectAccessible(page);
  });

  test("the filters' menus are accessible, and fit on 320 px", async ({ page }) => {
    const members = new MembersPage(page, "acme");
    await members.openAlive();
    for (const filter of ["Role", "Group", "Status", "Kind"] as const) {
      await members.openFilter(filter);
      await expectAccessible(page);
      await page.keyboard.press("Escape");
    }
    await page.setViewportSize({ width: 320, height: 800 });
    for (const filter of ["Role", "Group", "Status", "Kind"] as const) {
      const menu = await members.openFilter(filter);
      const box = await menu.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 321)).toBeLessThanOrEqual(320);
      await page.keyboard.press("Escape");
    }
  });
});

test.describe("on a phone", () => {
  test.use({ as: "admin", viewport: { width: 360, height: 740 }, hasTouch: true });

  test("a row is still a row, with its name and address to be read", async ({ page }) => {
    const members = new MembersPage(page);
    await members.open("q=owner@demo");
    const row = page.getByRole("row", { name: /owner@demo\.example/ });
    await expect(row).toBeVisible();
    const box = await row.getByText("owner@demo.example").boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 361)).toBeLessThanOrEqual(360);
  });

  // STYLE: 24 px at least, 44 on touch
  test("nothing to touch is too small", async ({ page }) => {
    const members = new MembersPage(page);
    await members.open();
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("a[href], button, input, select")]
        .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        .map((element) => [element, element.getBoundingClientRect()] as const)
        .filter(([element, { width, height }]) => {
          const inText = getComputedStyle(element).display === "inline";
          return !inText && width > 1 && (height < 24 || width < 24);
        })
        .map(([element, { width, height }]) => `${element.outerHTML.slice(0, 100)} ${width}×${height}`),
    );
    expect(small).toEqual([]);
  });
});

test.describe("with reduced motion", () => {
  test.use({ as: "admin", contextOptions: { reducedMotion: "reduce" } });

  test("nothing moves", async ({ page }) => {
    const members = new MembersPage(page);
    await members.open();
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll("*")].filter((element) => {
        const { transitionDuration, animationName, animationDuration } = getComputedStyle(element);
        const long = (durations: string) => durations.split(",").some((duration) => parseFloat(duration) > 0.01);
        return long(transitionDuration) || (animationName !== "none" && long(animationDuration));
      }).length,
    );
    expect(moving).toBe(0);
  });
});
