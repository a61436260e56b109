// Finding anyone (spec M3).

import { type Request } from "@playwright/test";
import { drawn } from "../../support/look";
import { MembersPage } from "../../support/members";
import { fold } from "../../support/fold";
import { expect, test } from "../../support/test";

const LIST = "**/api/members/list*";

test.describe("in Acme", () => {
  test.use({ as: "ada" });

  const HITS: readonly (readonly [typed: string, email: string])[] = [
    ["ZOË", "zoe@acme.example"],
    ["zoe luk", "zoe@acme.example"],
    ["łukasiewicz", "zoe@acme.example"],
    ["LUKASIEWICZ", "zoe@acme.example"],
    ["浩", "haoran@acme.example"],
    ["孫 浩然", "haoran@acme.example"],
    ["елкина", "ivana@acme.example"],
    ["ИВАНА ЁЛ", "ivana@acme.example"],
    ["ışık", "elif@acme.example"],
    ["isik", "elif@acme.example"],
    ["عمر", "omar@acme.example"],
    ["לוי", "noa@acme.example"],
    ["thorsd", "bjork@acme.example"],
    ["Þórsd", "bjork@acme.example"],
    ["strauss", "max@acme.example"],
    ["O’C", "liam@acme.example"],
    ["bjork@ac", "bjork@acme.example"],
    ["+tag", "ana+tag@acme.example"],
    ["<img", "script@acme.example"],
    ["100%", "percent@acme.example"],
    ["_", "percent@acme.example"],
    ["\\", "percent@acme.example"],
    ["  liam@  ", "liam@acme.example"],
  ];
  test("any part of name or address finds, in any script, ignoring case and diacritics", async ({ page }) => {
    const members = new MembersPage(page, "acme");
    await members.openAlive();
    for (const [typed, email] of HITS) {
      await test.step(typed, async () => {
        await members.search.fill(typed);
        await members.expectEmails([email]);
      });
    }
  });

  test("what looks like a pattern or a query is only text", async ({ page }) => {
    const members = new MembersPage(page, "acme");
    await members.openAlive();
    for (const typed of ["%%", "z*", '"zoe"', "zoe OR ana", "' OR 1=1 --", "NEAR(zoe)", "email:zoe"]) {
      await members.search.fill(typed);
      await expect.poll(() => members.parameters().q).toBe(typed.trim());
      await expect(page.getByRole("heading", { name: "No members match" })).toBeVisible();
    }
  });

  // Accents are ignored (spec M3), so nothing is left to look for.
  test("an accent by itself narrows nothing", async ({ page }) => {
    const members = new MembersPage(page, "acme");
    await members.openAlive();
    const everybody = (await members.emails()).length;
    await members.search.fill("\u0301");
    await expect.poll(() => members.parameters().q).toBe("\u0301");
    await expect.poll(async () => (await members.emails()).length).toBe(everybody);
  });
});

test.describe("among thousands", () => {
  test.use({ as: "admin" });

  test("one character is enough, and every hit has it", async ({ page }) => {
    const members = new MembersPage(page);
    await members.openAlive();
    await members.search.fill("ø");
    await members.expectParameters({ q: "ø" });
    await expect
      .poll(async () => (await members.rows()).every((row) => fold(`${row.Name.text} ${row.Email.text}`).includes("o")))
      .toBe(true);
    expect((await members.rows()).length).toBeGreaterThan(0);
  });

  test("results come while typing, and the focus and the cursor stay", async ({ page }) => {
    const members = new MembersPage(page);
    await members.openAlive();
    await members.search.focus();
    for (const [typed, q] of [
      ["owner", "owner"],
      ["@dmo", "owner@dmo"],
    ] as const) {
      await page.keyboard.type(typed);
      await members.expectParameters({ q });
    }
    await expect(page.getByRole("heading", { name: "No members match" })).toBeVisible();
    await expect(members.search).toBeFocused();
    // Mended in the middle: the cursor must not jump to the end.
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("e");
    await members.expectEmails(["owner@demo.example"]);
    await expect(members.search).toBeFocused();
    await page.keyboard.type("x");
    await expect(members.search).toHaveValue("owner@dexmo");
  });

  test("typing replaces the entry in the history, so that back leaves the page", async ({ page, portal }) => {
    await page.goto("/o/demo");
    const members = new MembersPage(page);
    await members.openAlive();
    const entries = await page.evaluate(() => history.length);
    await members.search.pressSequentially("owner@demo");
    await members.expectEmails(["owner@demo.example"]);
    await members.expectParameters({ q: "owner@demo" });
    expect(await page.evaluate(() => history.length)).toBe(entries);
    await page.goBack();
    await expect(page).toHaveURL(`${portal.url}/o/demo`);
    await page.goForward();
    await members.expectEmails(["owner@demo.example"]);
    await expect(members.search).toHaveValue("owner@demo");
  });

  test("a new search begins at the first page and keeps filters and order", async ({ page }) => {
    const members = new MembersPage(page);
    await members.openAlive("role=member&sort=name&page=3");
    await members.search.fill("example");
    await members.expectParameters({ q: "example", role: "member", sort: "name" });
    await members.expectRange(/^1–50 of/);
  });

  test("an older answer never overwrites a newer one", async ({ page }) => {
    const members = new MembersPage(page);
    await members.openAlive();
    let release = () => {};
    const released = new Promise<void>((done) => {
      release = done;
    });
    let held: Request | undefined;
    await page.route(LIST, async (route) => {
      if (held !== undefined) return route.continue();
      held = route.request();
      // Answered by now, and on its way for long.
      const response = await route.fetch();
      await released;
      // The page may have given it up.
      await route.fulfill({ response }).catch(() => {});
    });

    await members.search.focus();
    await page.keyboard.type("e");
    await expect.poll(() => held !== undefined).toBe(true);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("owner@demo");
    await members.expectEmails(["owner@demo.example"]);

    const over = Promise.race([
      page.waitForEvent("requestfinished", (request) => request === held),
      page.waitForEvent("requestfailed", (request) => request === held),
    ]);
    const given = held?.failure() === null;
    release();
    if (given) await over;
    await drawn(page);
    expect(await members.emails()).toEqual(["owner@demo.example"]);
    await members.expectParameters({ q: "owner@demo" });
    await expect(members.search).toHaveValue("owner@demo");
  });

  test("while an answer is on its way the old rows stay, and the page says that it works", async ({ page }) => {
    const members = new MembersPage(page);
    await members.openAlive();
    const before = await members.emails();
    let release = () => {};
    const released = new Promise<void>((done) => {
      release = done;
    });
    await page.route(LIST, async (route) => {
      await released;
      await route.continue();
    });
    await members.search.fill("owner@demo");
    await expect(members.page.locator("[aria-busy=true]").first()).toBeVisible();
    expect(await members.emails()).toEqual(before);
    release();
    await members.expectEmails(["owner@demo.example"]);
    await expect(members.page.locator("[aria-busy=true]")).toHaveCount(0);
  });

  test("without an answer the page says so, keeps what was typed, and goes on when it can", async ({ page, guard }) => {
    guard.expects(/request failed|ERR_FAILED|Failed to (load|fetch)/);
    const members = new MembersPage(page);
    await members.openAlive();
    await page.route(LIST, (route) => route.abort());
    await members.search.fill("owner@demo");
    await expect(members.main.getByText(/cannot be reached/i).first()).toBeVisible();
    await expect(members.search).toHaveValue("owner@demo");
    await page.unroute(LIST);
    await members.main.getByRole("button", { name: /try again/i }).or(members.main.getByRole("link", { name: /try again/i })).first().click();
    await members.expectEmails(["owner@demo.example"]);
  });

  test("the number of hits is told to screen readers", async ({ page }) => {
    const members = new MembersPage(page);
    await members.openAlive();
    await members.search.fill("owner@demo");
    await members.expectEmails(["owner@demo.example"]);
    await expect(page.getByRole("status").filter({ hasText: /\b1\b/ }).first()).toBeAttached();
  });
});
