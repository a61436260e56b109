// One group's page (spec G5, M3–M8, R1, R4–R6).

import { compareText, fold } from "../../support/fold";
import { GroupPage } from "../../support/group";
import { expectAccessible, expectNoSidewaysScroll, expectOrderly } from "../../support/look";
import { expect, type Person, test } from "../../support/test";

const ALL = ["Name", "Email", "Group Role", "Groups", "Last Active", "Actions"];

/** What each sees of the group Support, and whether they may change who is in it. */
const READERS: readonly (readonly [as: Person, columns: readonly string[], manages: boolean])[] = [
  ["admin", ALL, true],
  ["security", ALL, false],
  ["owner", ["Name", "Email", "Group Role", "Actions"], true],
];

for (const [as, columns, manages] of READERS) {
  test.describe(as, () => {
    test.use({ as });

    test(`${as}: sees ${columns.length} columns and ${manages ? "may" : "may not"} change who is in it`, async ({ page }) => {
      const group = new GroupPage(page);
      const path = await group.open("Support");
      await expect(page.getByRole("heading", { level: 1, name: "Support" })).toBeVisible();
      await expect(group.main).toContainText(/[\d,]+ members? · ([\d,+]+|no) owners?/);
      const [row] = await group.rows();
      expect(Object.keys(row ?? {})).toEqual(columns);
      const add = group.main.getByRole("link", { name: "Add Group Member" });
      const actions = group.table.getByRole("link", { name: /^Actions for/ }).first();
      if (manages) {
        await expect(add).toHaveAttribute("href", `${path}/add`);
        await expect(actions).toHaveAttribute("href", new RegExp(`^${path}/members/[0-9a-f-]{36}$`));
      } else {
        for (const link of [add, actions]) {
          await expect(link).toHaveAttribute("aria-disabled", "true");
          await expect(link).toHaveAccessibleDescription(/Only administrators and owners of this group/);
        }
      }
      // The sidebar says where one is, where it lists the group.
      await page.goto(`${path}?groups=Support`);
      await expect(page.getByRole("navigation", { name: "Members and groups" }).locator("[aria-current]")).toHaveText(/^Support/);
    });
  });
}

// spec R5
test.describe("a member of a group", () => {
  test.use({ as: "member" });

  test("sees name, address and group role of who is in it, and orders by nothing else", async ({ page }) => {
    await page.goto("/o/demo");
    await page.getByRole("main").locator("[href*='/groups/']").first().click();
    const group = new GroupPage(page);
    await expect(group.table).toBeVisible();
    const [row] = await group.rows();
    expect(Object.keys(row ?? {})).toEqual(["Name", "Email", "Group Role"]);
    await expect(group.main.getByRole("button", { name: "Membership" })).toHaveCount(0);
    await expect(group.main.getByRole("link", { name: "Add Group Member" })).toHaveAttribute("aria-disabled", "true");
    const byEmail = await group.emails();
    await page.goto(`${new URL(page.url()).pathname}?sort=last_active&membership=ended`);
    expect(await group.emails()).toEqual(byEmail);
  });
});

test.describe("an administrator", () => {
  test.use({ as: "admin" });

  for (const [column, word] of [["Name", "name"], ["Email", "email"], ["Group Role", "role"], ["Last Active", "last_active"]] as const) {
    test(`by ${column}, up and down, over the borders of pages`, async ({ page }) => {
      const group = new GroupPage(page);
      await group.open("Support", column === "Email" ? "sort=name&size=25" : "size=25");
      await group.alive();
      const ascending: Record<string, string> = column === "Email" ? { size: "25" } : { sort: word, size: "25" };
      for (const direction of ["ascending", "descending"] as const) {
        await group.sortBy(column);
        await group.expectParameters(direction === "ascending" ? ascending : { ...ascending, dir: "desc" });
        await expect(group.header(column)).toHaveAttribute("aria-sort", direction);
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        const emails = await group.emails();
        const values = await group.column(column);
        await group.pager("Next").click();
        await group.expectRange(/^26–50 of/);
        emails.push(...(await group.emails()));
        values.push(...(await group.column(column)));
        expect(new Set(emails).size).toBe(50);
        if (column !== "Last Active") {
          const keys = values.map((value) => fold(value.replace(/^—|External User$/g, "").replace(/ (Ends|Ended) .*$/, "")));
          const sorted = keys.toSorted(compareText);
          expect(keys).toEqual(direction === "ascending" ? sorted : sorted.reverse());
        }
        await group.pager("First").click();
        await group.expectRange(/^1–25 of/);
      }
    });
  }

  test("searches while typing, by any part of name and address, and clears again", async ({ page }) => {
    const group = new GroupPage(page);
    await group.open("Support");
    await group.alive();
    await group.search.fill("OWNER@de");
    await group.expectParameters({ q: "OWNER@de" });
    await expect.poll(() => group.emails()).toEqual(["owner@demo.example"]);
    await expect(group.search).toBeFocused();
    await group.search.fill("nobody is called that");
    await expect(page.getByRole("heading", { name: "No members match" })).toBeVisible();
    await group.main.getByRole("link", { name: "Clear filters" }).click();
    await group.expectParameters({});
    await group.expectRange(/^1–50 of/);
  });

  test("filters by group role, and the address brings the view back", async ({ page }) => {
    const group = new GroupPage(page);
    const path = await group.open("Support");
    await group.alive();
    await group.filter("Role", "Owner");
    await group.expectParameters({ role: "owner" });
    await expect(group.main.getByRole("button", { name: /^Role/ })).toContainText("Owner");
    await expect.poll(async () => (await group.column("Group Role")).every((role) => role.startsWith("Owner"))).toBe(true);
    const owners = await group.emails();
    expect(owners).toContain("owner@demo.example");
    await page.reload();
    expect(await group.emails()).toEqual(owners);
    await page.goBack();
    await group.expectParameters({});
    await group.expectRange(/^1–50 of/);
    await page.goForward();
    await group.expectParameters({ role: "owner" });
    await expect.poll(() => group.emails()).toEqual(owners);
    // Nobody's membership has ended here.
    await page.goto(`${path}?membership=ended`);
    await expect(page.getByRole("heading", { name: "No members match" })).toBeVisible();
  });

  test("any position is reached, and what an address does not mean is said", async ({ page }) => {
    const group = new GroupPage(page);
    const path = await group.open("Support");
    await group.alive();
    await group.pager("Last").click();
    await expect(group.pager("Next")).toHaveAttribute("aria-disabled", "true");
    const last = await group.emails();
    const response = await page.goto(`${path}?page=99999&sort=colour`);
    expect(response?.status()).toBe(200);
    expect(await group.emails()).toEqual(last);
    await expect(group.main).toContainText("does not exist; this is the last page");
    await expect(group.main).toContainText("“sort” in the address was not understood");
    // However many there are, so many rows.
    expect((await group.rows()).length).toBeLessThanOrEqual(50);
  });

  // spec R1
  test("sees in administrators who holds full rights; nobody has a group role there", async ({ page }) => {
    const group = new GroupPage(page);
    await group.open("administrators");
    await expect(group.main).toContainText(/may do everything in th(e|is) organization/i);
    expect(new Set(await group.column("Group Role"))).toEqual(new Set(["—"]));
    expect(await group.emails()).toContain("admin@demo.example");
    await expect(group.header("Group Role").getByRole("link")).toHaveCount(0);
    await expect(group.main.getByRole("button", { name: /^Role/ })).toHaveCount(0);
  });

  test("comes here from the groups of a row, and goes to another group from here", async ({ page }) => {
    await page.goto("/o/demo/members?sort=last_active&dir=desc");
    const table = page.getByRole("table", { name: "Organization Members" });
    await table.getByRole("button", { name: /^\+\d/ }).first().click();
    const link = page.locator(":popover-open").getByRole("link").first();
    const name = (await link.innerText()).trim();
    await link.click();
    await expect(page).toHaveURL(/\/o\/demo\/groups\//);
    await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
    await page.getByRole("navigation", { name: "Members and groups" }).getByRole("link", { name: /^administrators/ }).click();
    await expect(page.getByRole("heading", { level: 1, name: "administrators" })).toBeVisible();
    await page.goBack();
    await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
  });

  test("accessible in both schemes, orderly, and no sideways scroll from 320 px up", async ({ page }) => {
    const group = new GroupPage(page);
    await group.open("Support");
    await page.waitForLoadState("networkidle");
    await expectOrderly(page);
    await expectAccessible(page);
    for (const width of [320, 360, 768, 1024]) await expectNoSidewaysScroll(page, width);
    await page.setViewportSize({ width: 360, height: 740 });
    const row = group.table.getByRole("row").nth(1);
    await expect(row).toBeVisible();
    await expect(row).toContainText(/Owner|Member|Observer/);
  });
});

test.describe("security", () => {
  test.use({ as: "security" });

  test("a page that changes nothing is accessible too", async ({ page }) => {
    await new GroupPage(page).open("Support");
    await expectAccessible(page);
  });
});

// spec M7
test.describe("without JavaScript", () => {
  test.use({ as: "admin", javaScriptEnabled: false });

  test("sort, search, filter and pages are links and forms", async ({ page }) => {
    const group = new GroupPage(page);
    await group.open("Support");
    await group.sortBy("Name");
    await group.expectParameters({ sort: "name" });
    await group.search.fill("an");
    await group.main.getByRole("button", { name: "Search" }).click();
    await group.expectParameters({ sort: "name", q: "an" });
    const names = await group.rows();
    for (const row of names) expect(fold(`${row.Name} ${row.Email}`)).toContain("an");
    await group.pager("Next").click();
    await group.expectParameters({ sort: "name", q: "an", page: "2" });
    await group.main.getByRole("button", { name: /^Role/ }).click();
    await page.locator(":popover-open").getByRole("link", { name: "Observer" }).click();
    await group.expectParameters({ sort: "name", q: "an", role: "observer" });
    for (const role of await group.column("Group Role")) expect(role).toMatch(/^Observer/);
  });
});
