// Moving through many rows (spec M8).

import { MembersPage } from "../../support/members";
import { DEMO_MEMBERS } from "../../support/portal";
import { expect, test } from "../../support/test";

test.use({ as: "admin" });

test("the total is true: the same at the heading, in the sidebar and at the last page", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  const total = await members.total();
  expect(total).toBeGreaterThan(DEMO_MEMBERS * 0.5);
  const written = total.toLocaleString("en");
  await expect(members.sidebar.getByRole("link", { name: /^Members/ })).toContainText(written);
  await expect(members.main).toContainText(`of ${Math.ceil(total / 50)}`);
  await members.pager("Last").click();
  await members.expectRange(new RegExp(`–${written} of ${written}$`));
  expect(await members.emails()).toHaveLength(total % 50 || 50);
});

test("first, previous, next and last move, with the focus staying on them", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  const first = await members.emails();
  await members.pager("Next").focus();
  await page.keyboard.press("Enter");
  await members.expectRange(/^51–100 of/);
  await expect(members.pager("Next")).toBeFocused();
  const second = await members.emails();
  await members.pager("Next").click();
  await members.expectRange(/^101–150 of/);
  await members.pager("Previous").click();
  await members.expectEmails(second);
  await members.pager("Last").click();
  await members.pager("First").click();
  await members.expectEmails(first);
});

test("any page is jumped to", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive("sort=name");
  await members.pageField.fill("123");
  await members.pageField.press("Enter");
  await members.expectParameters({ sort: "name", page: "123" });
  await members.expectRange(/^6,101–6,150 of/);
  await members.pageField.fill("1");
  await members.pageField.press("Enter");
  await members.expectRange(/^1–50 of/);
});

test("the rows in the page stay bounded", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive("size=100");
  for (const range of [/^101–200 of/, /^201–300 of/, /^301–400 of/]) {
    await members.pager("Next").click();
    await members.expectRange(range);
    expect((await members.rows()).length).toBe(100);
  }
});

test("a page has 25, 50 or 100 rows", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive("page=3");
  for (const [size, parameters] of [
    [25, { size: "25" }],
    [100, { size: "100" }],
    [50, {}],
  ] as const) {
    await members.choosePageSize(size);
    await members.expectParameters(parameters);
    await expect.poll(async () => (await members.emails()).length).toBe(size);
  }
});

test("more than 10,000 hits are not counted: the page says 10,000+, and Last says why it is closed", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive("deleted=1");
  expect(await members.total()).toBeGreaterThan(10_000);
  await members.search.fill("@");
  await members.expectRange(/^1–50 of 10,000\+$/);
  await expect(members.main).not.toContainText(/Page\s*\d* of \d/);
  const last = members.main.getByText("Last", { exact: true }).and(page.locator("[aria-disabled=true], :disabled"));
  await expect(last).toBeVisible();
  // STYLE: disabled with its reason
  const reason = await last.evaluate((element) => {
    const ids = (element.getAttribute("aria-describedby") ?? "").split(" ");
    return [element.getAttribute("title"), ...ids.map((id) => document.getElementById(id)?.textContent)].join(" ");
  });
  expect(reason).toMatch(/10,000/);
  await members.pager("Next").click();
  await members.expectRange(/^51–100 of 10,000\+$/);
});

test("a filter alone is counted exactly, however many it has", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open("kind=internal");
  expect(await members.total()).toBeGreaterThan(10_000);
  await expect(members.main).not.toContainText("10,000+");
});
