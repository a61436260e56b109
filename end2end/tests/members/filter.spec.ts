// Narrowing the table (spec M5, M6).

import { choice, MembersPage, type Row } from "../../support/members";
import { expect, test } from "../../support/test";

test.use({ as: "admin" });

const VALUES: readonly (readonly [filter: "Role" | "Status" | "Kind", value: string, word: string, fits: (row: Row) => boolean])[] = [
  ["Role", "Administrator", "role=administrator", (row) => row["Organization Role"].text === "Administrator"],
  ["Role", "Member", "role=member", (row) => row["Organization Role"].text === "Member"],
  ["Role", "Security", "role=security", (row) => row["Organization Role"].text === "Security"],
  ["Status", "Active", "status=active", (row) => !/Invite|Deleted/.test(row["Last Active"].text + row.Name.text)],
  ["Status", "Invited", "status=invited", (row) => row["Last Active"].text === "Invite Pending"],
  ["Status", "Expired", "status=expired", (row) => row["Last Active"].text === "Invite Expired"],
  ["Status", "Deleted", "status=deleted", (row) => row.Name.text.includes("Deleted")],
  ["Kind", "Internal", "kind=internal", (row) => !row.Name.text.includes("External User")],
];

for (const [filter, value, parameters, fits] of VALUES) {
  test(`${filter}: ${value} shows those and no others`, async ({ page }) => {
    const members = new MembersPage(page);
    await members.openAlive();
    await members.filter(filter, value);
    await expect.poll(() => new URL(page.url()).search).toBe(`?${parameters}`);
    await expect.poll(async () => (await members.rows()).every(fits)).toBe(true);
    expect((await members.rows()).length).toBeGreaterThan(0);
    // The control says what it does, and takes it back.
    await expect(members.main.getByRole("button", { name: new RegExp(`^${filter}`) })).toContainText(value);
  });
}

test("filters combine with each other, the search and the order", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  await members.filter("Role", "Member");
  await members.expectParameters({ role: "member" });
  await members.filter("Status", "Invited");
  await members.expectParameters({ role: "member", status: "invited" });
  await members.search.fill("an");
  await members.expectParameters({ role: "member", status: "invited", q: "an" });
  await members.sortBy("Name");
  await members.expectParameters({ role: "member", status: "invited", q: "an", sort: "name" });
  await expect(members.header("Name")).toHaveAttribute("aria-sort", "ascending");
  const combined = await members.total();
  const rows = await members.rows();
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows) {
    expect(row["Organization Role"].text).toBe("Member");
    expect(row["Last Active"].text).toBe("Invite Pending");
  }
  await members.open("q=an");
  expect(combined).toBeLessThan(await members.total());
});

test("totals of the roles and of the statuses add up", async ({ page }) => {
  const members = new MembersPage(page);
  const total = async (query: string) => {
    await members.open(query);
    return members.total();
  };
  const all = await total("");
  const sum = async (queries: string[]) => {
    let count = 0;
    for (const query of queries) count += await total(query);
    return count;
  };
  expect(await sum(["status=active", "status=invited", "status=expired"])).toBe(all);
  expect(await sum(["role=administrator", "role=member", "role=security"])).toBeLessThanOrEqual(all);
  expect(await total("deleted=1")).toBe(all + (await total("status=deleted")));
});

test("a group is found by typing, and narrows the table to its members", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  const menu = await members.openFilter("Group");
  await menu.getByRole("searchbox").fill("uppor");
  const support = choice(menu, /^Support/);
  await expect(support).toBeVisible();
  await expect(choice(menu, /^administrators/)).toHaveCount(0);
  await support.click();
  await expect.poll(() => members.parameters().group).toBeTruthy();
  await expect(members.main.getByRole("button", { name: /^Group/ })).toContainText("Support");
  await members.expectRange(/^1–50 of/);
  // One group has a third of everybody (issue 2, section 2); the sidebar has the very number.
  const link = members.sidebar.locator(`[href*='${members.parameters().group}']`);
  if ((await link.count()) > 0) await expect(link).toContainText((await members.total()).toLocaleString("en"));
});

test("without hits the page says so, and Clear filters brings everybody back, order kept", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive("role=administrator&sort=name&dir=desc");
  await members.search.fill("nobody is called that");
  await expect(page.getByRole("heading", { name: "No members match" })).toBeVisible();
  await members.main.getByRole("link", { name: "Clear filters" }).or(members.main.getByRole("button", { name: "Clear filters" })).first().click();
  await members.expectParameters({ sort: "name", dir: "desc" });
  await expect(members.search).toHaveValue("");
  await members.expectRange(/^1–50 of/);
  await expect(page.getByRole("heading", { name: "No members match" })).toHaveCount(0);
});

// spec M6
test("deleted members are off at first, and on by the switch", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive("q=example&sort=name");
  const before = await members.total();
  await members.toggleDeleted();
  await members.expectParameters({ q: "example", sort: "name", deleted: "1" });
  await expect.poll(() => members.total()).toBeGreaterThanOrEqual(before);
  await expect.poll(() => members.deletedShown()).toBe(true);
  await members.toggleDeleted();
  await members.expectParameters({ q: "example", sort: "name" });
  await expect.poll(() => members.total()).toBe(before);
});

test("asking for the deleted turns the switch on by itself", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open("status=deleted");
  expect(await members.deletedShown()).toBe(true);
  for (const row of await members.rows()) expect(row.Name.text).toMatch(/Deleted$/);
});

test("an unused kind is an empty state, not an error", async ({ page }) => {
  const members = new MembersPage(page);
  const response = await page.goto(members.path("kind=external"));
  expect(response?.status()).toBe(200);
  const none = page.getByRole("heading", { name: "No members match" });
  if (await none.isVisible()) return;
  for (const row of await members.rows()) expect(row.Name.text).toContain("External User");
});
