// The members table without JavaScript: complete in the first HTML, worked by links and forms alone
// (spec M7; issue 2, section 4).

import { choice, groupOf, MembersPage } from "../../support/members";
import { acme, DEMO_GROUPS } from "../../support/portal";
import { expect, test } from "../../support/test";

test.use({ as: "admin", javaScriptEnabled: false });

test("the rows stand in the HTML that the server sends", async ({ page }) => {
  const members = new MembersPage(page);
  const html = await (await members.open()).text();
  const emails = await members.emails();
  expect(emails).toHaveLength(50);
  for (const email of emails) expect(html).toContain(email);
  await members.expectRange(/^1–50 of 1[\d,]+$/);
});

test("a heading sorts, and sorts the other way the second time", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open();
  await members.sortBy("Name");
  await members.expectParameters({ sort: "name" });
  await expect(members.header("Name")).toHaveAttribute("aria-sort", "ascending");
  const ascending = await members.emails();
  await members.sortBy("Name");
  await members.expectParameters({ sort: "name", dir: "desc" });
  await expect(members.header("Name")).toHaveAttribute("aria-sort", "descending");
  expect(await members.emails()).not.toEqual(ascending);
});

test("the search is a form", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open("sort=name&role=member");
  await members.search.fill("example");
  await members.search.press("Enter");
  // What the form leaves out would be lost.
  await members.expectParameters({ q: "example", sort: "name", role: "member" });
  await expect(members.search).toHaveValue("example");
  for (const row of await members.rows()) {
    expect(`${row.Email.text} ${row.Name.text}`.toLowerCase()).toContain("example");
    expect(row["Organization Role"].text).toBe("Member");
  }
});

test("filters are links, by themselves and together", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open();
  await members.filter("Role", "Security");
  await members.expectParameters({ role: "security" });
  await members.filter("Status", "Active");
  await members.expectParameters({ role: "security", status: "active" });
  const rows = await members.rows();
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    expect(row["Organization Role"].text).toBe("Security");
    expect(row["Last Active"].text).not.toContain("Invite");
  }
});

test("the group filter finds a group by a form", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open("role=member");
  const menu = await members.openFilter("Group");
  const search = menu.getByRole("searchbox");
  await search.fill("uppor");
  await search.press("Enter");
  // The answer is a page: its menu may be closed again.
  if ((await page.locator(":popover-open").count()) === 0) await members.openFilter("Group");
  await choice(page.locator(":popover-open"), /^Support/).click();
  await expect.poll(() => members.parameters().role).toBe("member");
  expect(members.parameters().group).toBeTruthy();
  for (const row of await members.rows()) expect(row["Organization Role"].text).toBe("Member");
});

test("nothing found is said, with a way back", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open("sort=name");
  await members.search.fill("nobody is called that");
  await members.search.press("Enter");
  await expect(page.getByRole("heading", { name: "No members match" })).toBeVisible();
  await members.main.getByRole("link", { name: "Clear filters" }).first().click();
  await members.expectParameters({ sort: "name" });
  expect(await members.emails()).toHaveLength(50);
});

test("the pager is links, and its ends are closed", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open();
  const first = await members.emails();
  await expect(enabled(members, "First")).toHaveCount(0);
  await expect(enabled(members, "Previous")).toHaveCount(0);
  await members.pager("Next").click();
  await members.expectParameters({ page: "2" });
  await members.expectRange(/^51–100 of/);
  const second = await members.emails();
  expect(second.filter((email) => first.includes(email))).toEqual([]);
  await members.pager("Last").click();
  await expect(enabled(members, "Next")).toHaveCount(0);
  await expect(enabled(members, "Last")).toHaveCount(0);
  await members.pager("Previous").click();
  await members.pager("First").click();
  await members.expectEmails(first);
});

test("a page is jumped to by a form", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open("sort=name&status=active");
  await members.pageField.fill("7");
  await members.pageField.press("Enter");
  await members.expectParameters({ sort: "name", status: "active", page: "7" });
  await members.expectRange(/^301–350 of/);
  await expect(members.pageField).toHaveValue("7");
});

test("the size of a page is chosen", async ({ page }) => {
  const members = new MembersPage(page);
  for (const size of [25, 100]) {
    await members.open("sort=name");
    await members.choosePageSize(size);
    await members.expectParameters({ sort: "name", size: String(size) });
    expect(await members.emails()).toHaveLength(size);
  }
});

// spec M6
test("deleted members are shown on request, and marked", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open();
  const without = await members.total();
  await members.toggleDeleted();
  await members.expectParameters({ deleted: "1" });
  expect(await members.total()).toBeGreaterThan(without);
  await expect(members.showDeleted.first()).toBeVisible();
  await members.toggleDeleted();
  expect(await members.total()).toBe(without);
});

// spec M2
test("the sidebar lists groups, finds others, and leads to their pages", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open();
  await expect(members.sidebar.getByRole("link", { name: /^Members/ })).toHaveAttribute("aria-current", "page");
  await expect(members.sidebar).toContainText(new RegExp(`Groups\\s*${DEMO_GROUPS}|Groups\\s*4\\d`));
  const groups = members.sidebar.locator("[href*='/groups/']");
  expect(await groups.count()).toBeLessThanOrEqual(20);

  const search = members.sidebar.getByRole("searchbox");
  await search.fill("SUPPOR");
  await search.press("Enter");
  const support = members.sidebar.getByRole("link", { name: /^Support/ });
  await expect(groups).toHaveCount(1);
  const group = groupOf(await support.getAttribute("href"));
  await support.click();
  await expect(page).toHaveURL(new RegExp(`/o/demo/groups/${group}`));
  await expect(page.getByRole("table", { name: "Group Members" })).toBeVisible();
  await expect(members.sidebar.locator(`[aria-current][href*='${group}']`)).toHaveCount(1);
});

test.describe("in Acme", () => {
  test.use({ as: "ada" });

  test("more groups of a row open in place", async ({ page }) => {
    const members = new MembersPage(page, "acme");
    await members.open("q=liam");
    await page.getByRole("row", { name: /liam@acme/ }).getByRole("button", { name: /^\+\d/ }).click();
    for (const group of ["A", "B", "C", "D", "E", "F"]) {
      await expect(page.getByRole("row", { name: /liam@acme/ }).getByText(group, { exact: true }).first()).toBeVisible();
    }
  });

  test("names are text, whatever they look like", async ({ page }) => {
    const members = new MembersPage(page, "acme");
    await members.open();
    const names = (await members.rows()).map((row) => row.Name.text);
    for (const [, name] of acme) expect(names).toContain(name);
    await expect(members.table.locator("img, b")).toHaveCount(0);
  });
});

function enabled(members: MembersPage, name: "First" | "Previous" | "Next" | "Last") {
  return members.pager(name).and(members.page.locator("a[href]:not([aria-disabled=true])"));
}
