// The order of the rows (spec M4).

import { compareText, fold, ipKey } from "../../support/fold";
import { type Column, COLUMNS, MembersPage, type Row, SORTS } from "../../support/members";
import { expect, test } from "../../support/test";

test.use({ as: "admin" });

/** What a row sorts by, as text that compares as the column does. */
function key(column: Column, row: Row): string {
  const { text, instant } = row[column];
  switch (column) {
    case "Name":
      return fold(text.replace(/^—|(External User|Deleted)$/g, "").trim());
    case "Organization Role":
      return text === "—" ? "" : fold(text);
    case "Created":
    case "Last Active":
    case "Last Login":
      // "Never" is the oldest time.
      return String(instant === undefined ? 0 : Date.parse(instant)).padStart(16, "0");
    case "Logins Count":
      return String(Number(text.replaceAll(/\D/g, ""))).padStart(16, "0");
    case "Last Login IP":
      return ipKey(text);
    default:
      return fold(text);
  }
}

for (const [column, word] of SORTS) {
  test(`by ${column}, up and down, over the borders of pages`, async ({ page }) => {
    const members = new MembersPage(page);
    await members.openAlive(column === "Email" ? "sort=name&size=100" : "size=100");
    // The default is left out of the address.
    const ascending: Record<string, string> = column === "Email" ? { size: "100" } : { sort: word, size: "100" };
    const turns = [
      ["ascending", ascending],
      ["descending", { ...ascending, dir: "desc" }],
    ] as const;
    for (const [direction, parameters] of turns) {
      await members.sortBy(column);
      await members.expectParameters(parameters);
      await expect(members.header(column)).toHaveAttribute("aria-sort", direction);
      await expect(members.table.locator("[aria-sort]")).toHaveCount(1);
      const rows = await settled(members);
      await members.pager("Next").click();
      await members.expectRange(/^101–200 of/);
      rows.push(...(await members.rows()));
      await members.pager("Last").click();
      await members.expectRange(/^1\d,\d01–/);
      rows.push(...(await members.rows()));

      expect(rows.length).toBeGreaterThan(200);
      expect(new Set(rows.map((row) => row.Email.text)).size).toBe(rows.length);
      const keys = rows.map((row) => key(column, row));
      const sorted = keys.toSorted(compareText);
      expect(keys).toEqual(direction === "ascending" ? sorted : sorted.reverse());
      expect(new Set(keys).size, "a column without differences proves nothing").toBeGreaterThan(1);
      await members.pager("First").click();
      await members.expectRange(/^1–100 of/);
    }
  });
}

test("every column that has an order has a link, and no other", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open();
  await expect(members.table.getByRole("columnheader").getByRole("link")).toHaveCount(SORTS.length);
  for (const column of COLUMNS) {
    const sorts = SORTS.some(([sortable]) => sortable === column);
    await expect(members.header(column).getByRole("link")).toHaveCount(sorts ? 1 : 0);
  }
});

test("e-mail ascending is the beginning, and says so", async ({ page }) => {
  const members = new MembersPage(page);
  await members.open();
  await expect(members.header("Email")).toHaveAttribute("aria-sort", "ascending");
});

test("sorting again turns the order round, and goes to the first page", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive("page=4");
  await members.sortBy("Logins Count");
  await members.expectParameters({ sort: "logins" });
  await members.sortBy("Logins Count");
  await members.expectParameters({ sort: "logins", dir: "desc" });
  await members.sortBy("Email");
  await members.expectParameters({});
});

test("rows that are equal in a column keep their order from page to page", async ({ page }) => {
  const members = new MembersPage(page);
  const seen = new Set<string>();
  for (const number of [1, 2, 3, 4]) {
    await members.open(`sort=role&dir=desc&page=${number}`);
    for (const email of await members.emails()) {
      expect(seen).not.toContain(email);
      seen.add(email);
    }
  }
  await members.open("sort=role&dir=desc&page=2");
  const once = await members.emails();
  await members.open("sort=role&dir=desc&page=2");
  expect(await members.emails()).toEqual(once);
});

/** The rows, once they are those of the order that the heading shows. */
async function settled(members: MembersPage): Promise<Row[]> {
  await expect(members.page.locator("[aria-busy=true]")).toHaveCount(0);
  return members.rows();
}
