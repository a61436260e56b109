// The page comes to life without moving, flashing or rewriting what it shows (DESIGN 8).

import type { Page } from "@playwright/test";
import { drawn, forgetLayoutShifts, layoutShifts, watchLayout } from "../../support/look";
import { MembersPage } from "../../support/members";
import { expect, test } from "../../support/test";

test.use({ as: "admin" });

/** Holds the program back, so that a test sees the page before it comes to life; the answer lets it go. */
async function holdProgram(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((done) => {
    release = done;
  });
  await page.route("**/*.wasm", async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

const VIEWS = ["", "q=an&sort=name&dir=desc", "status=expired&size=100", "deleted=1&page=3", "q=nobody+at+all", "page=99999"];

for (const query of VIEWS) {
  test(`nothing moves and no row changes at hydration of ?${query}`, async ({ page }) => {
    await watchLayout(page);
    const release = await holdProgram(page);
    const members = new MembersPage(page);
    const response = await page.goto(members.path(query), { waitUntil: "domcontentloaded" });
    const html = (await response?.text()) ?? "";
    await drawn(page);
    // A busy browser draws half of a page before it has read the rest: a pixel may move, nobody sees it.
    const whileRead = await forgetLayoutShifts(page);
    expect(whileRead.reduce((sum, shift) => sum + shift.value, 0)).toBeLessThan(0.001);

    release();
    await members.alive();
    await drawn(page);
    expect(await layoutShifts(page)).toEqual([]);
    // The main part now, and as it was sent: the same elements, attributes and words.
    const [sent, alive] = await page.evaluate((html) => {
      const bones = (root: ParentNode) => {
        const main = root.querySelector("main");
        if (main === null) return "";
        const copy = main.cloneNode(true) as Element;
        const comments = document.createTreeWalker(copy, NodeFilter.SHOW_COMMENT);
        const found: Node[] = [];
        while (comments.nextNode()) found.push(comments.currentNode);
        for (const comment of found) comment.parentNode?.removeChild(comment);
        for (const script of copy.querySelectorAll("script, noscript, template")) script.remove();
        return [...copy.querySelectorAll("table, [role=status], nav, form")].map((part) => part.textContent).join("\n");
      };
      return [bones(new DOMParser().parseFromString(html, "text/html")), bones(document)];
    }, html);
    expect(alive).toBe(sent);
  });
}

test("the very rows that the server sent stay in the page", async ({ page }) => {
  await page.addInitScript(() => {
    const watch = () => {
      const body = document.querySelector("tbody");
      if (body === null) return;
      // A property of the element: a row that is written anew hasn't got it.
      for (const row of body.rows) Object.assign(row, { asSent: true });
      const observer = new MutationObserver((changes) => {
        const touched = changes.filter(({ target, attributeName, oldValue, addedNodes, removedNodes }) => {
          // Written anew with the value that it has: nothing to see.
          if (attributeName !== null) return (target as Element).getAttribute(attributeName) !== oldValue;
          const nodes = [...addedNodes, ...removedNodes];
          return nodes.length === 0 || nodes.some((node) => node instanceof Element) || target instanceof Text;
        });
        Object.assign(window, { changedRows: ((window as { changedRows?: number }).changedRows ?? 0) + touched.length });
      });
      observer.observe(body, { childList: true, subtree: true, characterData: true, attributeOldValue: true });
    };
    document.addEventListener("DOMContentLoaded", watch);
  });
  const members = new MembersPage(page);
  await members.openAlive();
  await drawn(page);
  const kept = await members.table.evaluate((table: HTMLTableElement) =>
    [...(table.tBodies[0]?.rows ?? [])].filter((row) => (row as { asSent?: boolean }).asSent === true).length,
  );
  expect(kept).toBe(50);
  expect(await page.evaluate(() => (window as { changedRows?: number }).changedRows ?? 0)).toBe(0);
});

test("the first view asks the server for nothing twice", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/")) asked.push(request.url());
  });
  const members = new MembersPage(page);
  await members.openAlive();
  await page.waitForLoadState("networkidle");
  expect(asked).toEqual([]);
});

test("typed before the page has come to life, a search is not lost", async ({ page }) => {
  const release = await holdProgram(page);
  const members = new MembersPage(page);
  await page.goto(members.path(), { waitUntil: "commit" });
  await members.search.fill("security@demo");
  release();
  await expect(members.search).toHaveValue("security@demo");
  // By itself, once the page has come to life.
  await members.expectParameters({ q: "security@demo" });
  await expect(members.search).toHaveValue("security@demo");
  await members.expectEmails(["security@demo.example"]);
});

test("columns stay where they are while rows change", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  const widths = () =>
    members.table.evaluate((table: HTMLTableElement) =>
      [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => Math.round(cell.getBoundingClientRect().width)),
    );
  const before = await widths();
  await members.sortBy("Name");
  await members.expectParameters({ sort: "name" });
  await expect(members.header("Name")).toHaveAttribute("aria-sort", "ascending");
  await drawn(page);
  expect(await widths()).toEqual(before);
  await members.search.fill("li");
  await expect.poll(() => members.parameters().q).toBe("li");
  await expect.poll(async () => (await members.emails()).every((email) => email !== "")).toBe(true);
  expect(await widths()).toEqual(before);
});
