// Times: relative to read, exact at hand, in the reader's zone (spec M1).

import { signIn } from "../../support/forms";
import { MembersPage } from "../../support/members";
import { people } from "../../support/portal";
import { expect, test } from "../../support/test";

const RELATIVE = /^(just now|yesterday|\d+ (minute|hour|day|week|month|year)s? ago)$/;
const EXACT = /\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d:\d\d UTC([+-]\d\d:\d\d)/;

test.describe("in New York", () => {
  test.use({ as: "admin" });

  test("times are relative, with the exact instant in the DOM", async ({ page }) => {
    const members = new MembersPage(page);
    await members.openAlive("status=active&sort=last_active&dir=desc");
    const times = members.table.getByRole("time");
    expect(await times.count()).toBeGreaterThan(100);
    const read = await times.evaluateAll((found) =>
      found.map((time) => ({
        instant: time.getAttribute("datetime") ?? "",
        shown: time.textContent?.trim() ?? "",
        whole: time.parentElement?.outerHTML ?? "",
      })),
    );
    for (const { instant, shown, whole } of read) {
      expect(shown).toMatch(/\S/);
      expect(instant).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[45]:00$/);
      const [exact, offset] = EXACT.exec(whole) ?? [];
      expect(exact).toBeDefined();
      expect(instant.endsWith(offset ?? "?")).toBe(true);
      // The wall clock of the sentence is the attribute's.
      expect(exact).toContain(instant.slice(11, 19));
    }
    const [first] = await members.rows();
    expect(first?.["Last Active"].text).toMatch(RELATIVE);
  });

  test("what is shown as relative fits its instant", async ({ page }) => {
    const members = new MembersPage(page);
    await members.open("status=active&sort=last_active&dir=desc&size=100");
    const hours = (await members.rows())
      .map((row) => row["Last Active"])
      .flatMap(({ text, instant }) => {
        const [, count] = /^(\d+) hours? ago/.exec(text) ?? [];
        return count === undefined ? [] : [[Number(count), (Date.now() - Date.parse(instant ?? "")) / 3_600_000] as const];
      });
    for (const [shown, real] of hours) {
      expect(real).toBeGreaterThan(shown - 0.1);
      expect(real).toBeLessThan(shown + 1.1);
    }
  });

  test("they count on while the page stays open, and nothing else moves", async ({ page }) => {
    await page.clock.install();
    const members = new MembersPage(page);
    await members.openAlive("sort=last_active&dir=desc");
    const minutes = async () => {
      const texts = await members.table.getByRole("time").allInnerTexts();
      return texts.map((text) => (text === "just now" ? 0 : Number(/^(\d+) minutes? ago$/.exec(text)?.[1] ?? Number.NaN)));
    };
    const before = await minutes();
    // Whoever looks at the groups of a member goes on looking at them.
    await members.table.getByRole("button", { name: /more of/ }).first().click();
    const menu = page.locator("[popover]:popover-open");
    await expect(menu).toBeVisible();
    await page.clock.runFor(180_000);
    const recent = before.findIndex((minute) => minute < 50);
    expect(recent).toBeGreaterThanOrEqual(0);
    expect((await minutes())[recent]).toBe((before[recent] ?? 0) + 3);
    await expect(menu).toBeVisible();
  });

  test("the exact instant shows to whoever hovers or tabs there", async ({ page }) => {
    const members = new MembersPage(page);
    await members.openAlive("status=active&sort=last_active&dir=desc");
    const cell = members.table.getByRole("row").nth(1).getByRole("time").last();
    await cell.hover();
    const exact = (await cell.getAttribute("title")) ?? (await page.getByRole("tooltip").first().innerText());
    expect(exact).toMatch(EXACT);
    const reachable = await cell.evaluate((time) => time.closest("[tabindex], a, button") !== null);
    expect(reachable, "a time can be reached by the keyboard").toBe(true);
  });

  test("a member who never accepted shows how the invitation stands", async ({ page }) => {
    const members = new MembersPage(page);
    for (const [status, text] of [
      ["invited", "Invite Pending"],
      ["expired", "Invite Expired"],
    ] as const) {
      await members.open(`status=${status}`);
      for (const row of await members.rows()) {
        expect(row["Last Active"].text).toBe(text);
        expect(row["Last Login"].instant).toBeUndefined();
        expect(row["Logins Count"].text).toMatch(/^(0|—)$/);
      }
    }
  });
});

test.describe("in Kolkata", () => {
  test.use({ timezoneId: "Asia/Kolkata" });

  test("the zone is the browser's at the first sign-in, on the server too", async ({ page }) => {
    await page.goto("/");
    await signIn(page, people.kolkata);
    const members = new MembersPage(page, "kolkata");
    const html = await (await members.open()).text();
    const [row] = await members.rows();
    expect(row?.Created.instant).toMatch(/\+05:30$/);
    expect(html).toMatch(/UTC\+05:30/);
    await members.alive();
    const [alive] = await members.rows();
    expect(alive?.Created).toEqual(row?.Created);
    // spec L7: this very sign-in is counted, with time and address.
    expect(row?.["Logins Count"].text).toBe("1");
    expect(row?.["Last Login IP"].text).toBe("127.0.0.1");
    expect(Math.abs(Date.parse(row?.["Last Login"].instant ?? "") - Date.now())).toBeLessThan(60_000);
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the zone is UTC, and named", async ({ page }) => {
    await page.goto("/");
    await signIn(page, people.nowhere);
    const members = new MembersPage(page, "nowhere");
    const html = await (await members.open()).text();
    const [row] = await members.rows();
    expect(row?.Created.instant).toMatch(/Z$/);
    expect(html).toMatch(/UTC\+00:00/);
    await expect(members.main).toContainText("UTC");
  });
});

test.describe("in Acme", () => {
  test.use({ as: "ada" });

  // spec M1: names are isolated, so that one written from right to left leaves its neighbours alone
  test("names of any direction stay within their place", async ({ page }) => {
    const members = new MembersPage(page, "acme");
    await members.open();
    for (const name of ["عمر الشريف", "נועה לוי", "Ana Lima"]) {
      const isolation = await members.table
        .getByText(name, { exact: true })
        .evaluate((element) => getComputedStyle(element).unicodeBidi);
      expect(["isolate", "plaintext", "isolate-override"]).toContain(isolation);
    }
  });
});
