// The tests' own tools can fail: what they must see is put before them. No product is needed.

import { type Page, test as base } from "@playwright/test";
import { messyFile, told } from "../support/csv";
import { compareText, fold, ipKey } from "../support/fold";
import { Guard } from "../support/guard";
import { expectAccessible, expectNoSidewaysScroll, layoutShifts, watchLayout } from "../support/look";
import { expect } from "../support/test";

const test = base.extend<{ guard: Guard }>({
  guard: async ({}, use) => use(new Guard()),
  context: async ({ context, guard }, use) => {
    await guard.watch(context);
    await use(context);
  },
});

const SITE = "http://guard.test/";

/** Shows a page under the strictest policy that lets its own script run. */
async function show(page: Page, body: string, status = 200): Promise<void> {
  await page.route(`${SITE}**`, (route) =>
    route.request().isNavigationRequest()
      ? route.fulfill({
          status,
          contentType: "text/html; charset=utf-8",
          headers: { "Content-Security-Policy": "default-src 'none'; img-src 'self'; script-src 'nonce-a'; style-src 'nonce-a'" },
          body: `<!doctype html><html lang="en"><title>Page</title><meta name="viewport" content="width=device-width"><main><h1>Page</h1>${body}</main></html>`,
        })
      : route.request().url().endsWith("broken")
        ? route.abort("connectionreset")
        : route.fulfill({ status: 404 }),
  );
  await page.goto(SITE);
}

const FAULTS: readonly (readonly [what: string, body: string, seen: RegExp])[] = [
  ["a warning", "<script nonce=a>console.warn('careful')</script>", /careful/],
  ["an error in the console", "<script nonce=a>console.error('broken')</script>", /broken/],
  ["an uncaught error", "<script nonce=a>throw new Error('nobody')</script>", /nobody/],
  ["a rejected promise", "<script nonce=a>Promise.reject(new Error('later'))</script>", /later/],
  ["a script against the policy", "<script>1</script>", /security policy: script-src/],
  ["a style against the policy", "<p style='color: red'>red</p>", /security policy: style-src/],
  ["a missing file", "<img src=missing alt=''>", /status 404/],
  ["a broken request", "<img src=broken alt=''>", /request failed/],
];
for (const [what, body, seen] of FAULTS) {
  test(`the guard sees ${what}`, async ({ page, guard }) => {
    await show(page, body);
    await expect.poll(() => guard.complaints().join("\n")).toMatch(seen);
    expect(() => guard.check()).toThrow();
  });
}

test("the guard lets a refused page pass, and what a test names", async ({ page, guard }) => {
  await show(page, "<script nonce=a>console.error('named')</script>", 403);
  await expect.poll(() => guard.complaints()).toHaveLength(1);
  guard.expects(/named/);
  guard.check();
});

test("a shift of the layout is seen", async ({ page }) => {
  await watchLayout(page);
  await show(page, "<p id=a>first</p><script nonce=a>setTimeout(() => a.insertAdjacentHTML('beforebegin', '<p>before'), 300)</script>");
  await expect.poll(async () => (await layoutShifts(page)).length).toBeGreaterThan(0);
});

test("faint text and a missing label are found, and a wide page is", async ({ page }) => {
  await show(page, "<style nonce=a>i { color: #ddd } b { display: block; width: 500px }</style><i>faint</i><b>wide</b><input>");
  await expect(expectAccessible(page)).rejects.toThrow(/color-contrast[^]*label|label[^]*color-contrast/);
  await expect(expectNoSidewaysScroll(page, 320)).rejects.toThrow();
});

test("the messy file knows its lines", () => {
  const { content, good, bad } = messyFile(10_000, "ada@x.example");
  const lines = content.toString().split("\r\n").join("\n").split("\n");
  expect(good + bad.length).toBe(10_000);
  expect(content.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  const [, again, twoSigns] = bad;
  expect(lines[(bad[0]?.line ?? 0) - 1]).toContain("LIMA.ANA@");
  expect(lines[(again?.line ?? 0) - 1]).toContain("broken@@");
  expect(lines[(twoSigns?.line ?? 0) - 1]).toContain("nobody;");
  expect(lines[(bad.at(-1)?.line ?? 0) - 1]).toContain("Person00100@");
  const [first] = bad;
  if (first === undefined) throw new Error("no bad row");
  const { line } = first;
  expect(`x\nline ${line}, email: is listed twice.\n`).toMatch(told(first));
  expect(`line ${line}, name: is listed twice.`).not.toMatch(told(first));
  expect(`line ${line + 1}, email: is listed twice.`).not.toMatch(told(first));
});

test("the order is the one that the specification promises", () => {
  expect(["Þórsdóttir", "Łukasz ŚWIĄTEK", "IŞIK ışık", "Straße", "ﬁn"].map(fold)).toEqual([
    "thorsdottir",
    "lukasz swiatek",
    "isik isik",
    "strasse",
    "fin",
  ]);
  expect(["z", "\u{1F600}", "\uFF5E", "a"].toSorted(compareText)).toEqual(["a", "z", "\uFF5E", "\u{1F600}"]);
  const addresses = ["2001:db8::1", "10.0.0.2", "—", "9.255.0.1", "::1", "192.0.2.1"];
  expect(addresses.toSorted((a, b) => compareText(ipKey(a), ipKey(b)))).toEqual([
    "—",
    "::1",
    "9.255.0.1",
    "10.0.0.2",
    "192.0.2.1",
    "2001:db8::1",
  ]);
});
