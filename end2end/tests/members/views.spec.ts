// Columns of one's own, and views that are kept under a name (spec M9).

import type { Locator, Page } from "@playwright/test";
import { expectFieldError } from "../../support/forms";
import { opened } from "../../support/header";
import { message } from "../../support/invitations";
import { drawn, expectAccessible, expectNoSidewaysScroll, layoutShifts, watchLayout } from "../../support/look";
import { ADA, BO, enter, expect, test } from "../../support/mailed";
import { COLUMNS, MembersPage } from "../../support/members";

const ALL = [...COLUMNS, "Actions"];

/** All headings but these, in order. */
function without(...columns: (typeof COLUMNS)[number][]): string[] {
  return ALL.filter((column) => !columns.some((one) => one === column));
}

async function expectHeadings(page: Page, headings: readonly string[]): Promise<void> {
  const table = page.getByRole("table", { name: "Organization Members" });
  await expect(table.getByRole("columnheader")).toHaveText([...headings]);
  // Each row has a cell for each heading.
  await expect(table.getByRole("row").nth(1).getByRole("cell")).toHaveCount(headings.length);
}

function button(page: Page, name: "Columns" | "Save View"): Locator {
  return page.getByRole("main").getByRole("button", { name, exact: true });
}

/** Opens one of the two menus. */
async function open(page: Page, name: "Columns" | "Save View"): Promise<Locator> {
  await button(page, name).click();
  return opened(page);
}

function column(menu: Locator, name: (typeof COLUMNS)[number]): Locator {
  return menu.getByRole("group", { name: "Columns" }).getByRole("checkbox", { name, exact: true });
}

/** The table of Acme, once everything on it is quick. */
async function table(page: Page, query = ""): Promise<MembersPage> {
  const members = new MembersPage(page, "acme");
  await members.open(query);
  await expect(members.main).toHaveAttribute("data-tools", "ready");
  return members;
}

/** Ticks or unticks a column, and waits until that is remembered. */
async function remember(page: Page, box: Locator): Promise<void> {
  const answer = page.waitForResponse((response) => response.url().includes("/api/members/columns"));
  await box.click();
  expect((await answer).status()).toBe(200);
}

/** The saved views in the sidebar. */
function views(page: Page): Locator {
  return page.getByRole("navigation", { name: "Members and groups" }).getByRole("list", { name: "Views" });
}

/** What can be done with a saved view, unfolded in the open menu. */
async function unfold(menu: Locator, name: string): Promise<Locator> {
  const own = menu.getByRole("list", { name: "Your Views" }).getByRole("listitem").filter({ hasText: name });
  await own.getByText(name, { exact: true }).first().click();
  await expect(own.getByLabel("Name")).toBeVisible();
  return own;
}

async function save(page: Page, name: string): Promise<void> {
  const menu = await open(page, "Save View");
  await menu.getByLabel("Name").first().fill(name);
  await menu.getByRole("button", { name: "Save", exact: true }).click();
  await expect(menu).toBeHidden();
  await expect(views(page).getByRole("link", { name, exact: true })).toHaveAttribute("aria-current", "page");
}

test.describe("with JavaScript", () => {
  test.beforeEach(async ({ page }) => enter(page, ADA.email));

  // spec M9
  test("columns are chosen at once, and are there at the next sign-in elsewhere", async ({ page, somebody }) => {
    await table(page);
    await expectHeadings(page, ALL);
    const menu = await open(page, "Columns");
    // Name and address are no choice.
    await expect(menu.getByRole("checkbox")).toHaveCount(7);
    await remember(page, column(menu, "Groups"));
    await expectHeadings(page, without("Groups"));
    await expect(column(menu, "Groups")).toBeFocused();
    await expect(column(menu, "Groups")).not.toBeChecked();
    await remember(page, column(menu, "Last Login IP"));
    await expectHeadings(page, without("Groups", "Last Login IP"));
    expect(new URL(page.url()).search).toBe("");

    const elsewhere = await somebody(ADA.email);
    const members = new MembersPage(elsewhere, "acme");
    await watchLayout(elsewhere);
    const html = await (await members.open()).text();
    expect(html).not.toContain('data-label="Last Login IP"');
    expect(html).toContain('data-label="Last Login"');
    await expectHeadings(elsewhere, without("Groups", "Last Login IP"));
    await expect(members.main).toHaveAttribute("data-tools", "ready");
    await drawn(elsewhere);
    const moved = (await layoutShifts(elsewhere)).reduce((sum, shift) => sum + shift.value, 0);
    expect(moved, "no column comes or goes by itself").toBeLessThan(0.001);
    await expectHeadings(elsewhere, without("Groups", "Last Login IP"));
    await expect(column(await open(elsewhere, "Columns"), "Groups")).not.toBeChecked();
    // Nobody else has them.
    const other = await somebody(BO.email);
    await new MembersPage(other, "globex").open();
    await expectHeadings(other, ALL);

    const reset = menu.getByRole("button", { name: "Reset", exact: true });
    await remember(page, reset);
    await expect(reset).toBeFocused();
    await expectHeadings(page, ALL);
    await expect(column(menu, "Groups")).toBeChecked();
    // Another table of the same page has them too, and so has a page that was come to by links.
    await page.keyboard.press("Escape");
    await remember(page, column(await open(page, "Columns"), "Created"));
    await page.getByRole("link", { name: "Muster" }).click();
    await expect(page).toHaveURL(/\/o\/acme$/);
    await page.getByRole("navigation", { name: "Members and groups" }).getByRole("link", { name: /^Members/ }).click();
    await expectHeadings(page, without("Created"));
    await expect(column(await open(page, "Columns"), "Created")).not.toBeChecked();
  });

  test("columns are chosen by the keyboard", async ({ page }) => {
    await table(page);
    await button(page, "Columns").focus();
    await page.keyboard.press("ArrowDown");
    const role = column(page.getByRole("main"), "Organization Role");
    await expect(role).toBeFocused();
    await page.keyboard.press("Space");
    await expectHeadings(page, without("Organization Role"));
    await expect(role).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(role).toBeHidden();
    await expect(button(page, "Columns")).toBeFocused();
  });

  // spec M4, M7
  test("the address wins, and what of it means nothing is told", async ({ page }) => {
    const members = await table(page, "columns=role.colour");
    await expectHeadings(page, ["Name", "Email", "Organization Role", "Actions"]);
    await expect(members.notice).toContainText("columns");
    // What is chosen now is the address's.
    const menu = await open(page, "Columns");
    await column(menu, "Groups").click();
    await members.expectParameters({ columns: "role.groups" });
    await expectHeadings(page, ["Name", "Email", "Organization Role", "Groups", "Actions"]);
    await expect(column(menu, "Groups")).toBeFocused();
    await menu.getByRole("button", { name: "Reset", exact: true }).click();
    await members.expectParameters({});
    await expectHeadings(page, ALL);
    await expect(column(menu, "Created")).toBeChecked();
    // A column that is not there orders the rows all the same, and is no reason for a notice.
    await members.open("sort=last_login&dir=desc&columns=none");
    await expectHeadings(page, ["Name", "Email", "Actions"]);
    await expect(members.notice).toHaveCount(0);
    expect(await members.emails()).toEqual([ADA.email, "zoe@acme.example"]);
    await members.sortBy("Name");
    await members.expectParameters({ sort: "name", columns: "none" });
  });

  test("a view is kept, found in the sidebar, shared, changed and deleted", async ({ page, somebody, guard }) => {
    guard.expects(/422/);
    const members = await table(page, "status=invited&sort=name");
    await remember(page, column(await open(page, "Columns"), "Logins Count"));
    await page.keyboard.press("Escape");
    await expect(views(page)).toHaveCount(0);
    const menu = await open(page, "Save View");
    const name = menu.getByLabel("Name").first();
    await expect(name).toBeFocused();
    await menu.getByRole("button", { name: "Save", exact: true }).click();
    await expectFieldError(name, /A view's name is missing/);
    await name.fill("x".repeat(61));
    await expectFieldError(name, /at most 60 characters/);
    await name.fill("  Who   waits ");
    await expect(name).not.toHaveAttribute("aria-invalid");
    await name.press("Enter");
    await expect(menu).toBeHidden();
    await expect(button(page, "Save View")).toBeFocused();
    await expect(message(page, "Saved as “Who waits”.")).toBeVisible();
    const kept = {
      status: "invited",
      sort: "name",
      columns: "role.groups.created.last_active.last_login.ip",
    };
    await members.expectParameters(kept);
    const link = views(page).getByRole("link", { name: "Who waits", exact: true });
    await expect(link).toHaveAttribute("aria-current", "page");
    await expect(members.sidebar.locator("[aria-current]")).toHaveCount(1);

    // Away and back.
    await members.sidebar.getByRole("link", { name: /^Members/ }).click();
    await members.expectParameters({});
    await expect(link).not.toHaveAttribute("aria-current");
    await open(page, "Save View");
    await name.fill("WHO waits");
    await menu.getByRole("button", { name: "Save", exact: true }).click();
    await expectFieldError(name, /You have a view called “WHO waits” already/);
    await expect(name).toHaveValue("WHO waits");
    await page.keyboard.press("Escape");
    await link.click();
    await members.expectParameters(kept);
    await members.expectEmails(["zoe@acme.example"]);

    // Whoever gets the link sees the same, whatever their own columns are.
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await open(page, "Save View");
    await menu.getByRole("button", { name: "Copy Link", exact: true }).click();
    await expect(message(page, "The link is on the clipboard")).toBeVisible();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(page.url());
    const elsewhere = await somebody(ADA.email);
    const theirs = await table(elsewhere);
    await remember(elsewhere, column(await open(elsewhere, "Columns"), "Groups"));
    await elsewhere.goto(copied);
    await expectHeadings(elsewhere, without("Logins Count"));
    await theirs.expectEmails(["zoe@acme.example"]);

    // Another name, and other contents.
    await open(page, "Save View");
    const own = await unfold(menu, "Who waits");
    await expect(own.getByRole("button", { name: "Update View" })).toBeDisabled();
    await own.getByLabel("Name").fill("Invited");
    await own.getByRole("button", { name: "Rename", exact: true }).click();
    await expect(menu).toBeHidden();
    const renamed = views(page).getByRole("link", { name: "Invited", exact: true });
    await expect(renamed).toHaveAttribute("aria-current", "page");
    await members.sortBy("Created");
    await members.expectParameters({ ...kept, sort: "created" });
    await expect(renamed).not.toHaveAttribute("aria-current");
    await open(page, "Save View");
    const update = (await unfold(menu, "Invited")).getByRole("button", { name: "Update View" });
    await expect(update).toHaveAccessibleDescription("Update View puts what is shown now in its place.");
    await update.click();
    await expect(menu).toBeHidden();
    await expect(renamed).toHaveAttribute("aria-current", "page");
    await expect(renamed).toHaveAttribute("href", /sort=created/);

    await open(page, "Save View");
    const last = await unfold(menu, "Invited");
    await last.getByText("Delete View", { exact: true }).click();
    await expect(last).toContainText("“Invited” goes from your sidebar. Its link still shows the same.");
    await last.getByRole("button", { name: "Delete “Invited”", exact: true }).click();
    await expect(message(page, "The view was deleted.")).toBeVisible();
    await expect(views(page)).toHaveCount(0);
    await members.expectParameters({ ...kept, sort: "created" });
  });

  test("menus are accessible in both schemes, and fit on 320 px", async ({ page }) => {
    await table(page);
    const long = "A view whose name is so long that it has no room at all";
    await save(page, long);
    for (const name of ["Columns", "Save View"] as const) {
      const menu = await open(page, name);
      if (name === "Save View") {
        const own = await unfold(menu, long);
        await own.getByText("Delete View", { exact: true }).click();
      }
      await expectAccessible(page);
      await page.keyboard.press("Escape");
    }
    for (const width of [320, 360]) {
      await expectNoSidewaysScroll(page, width);
      for (const name of ["Columns", "Save View"] as const) {
        const box = await (await open(page, name)).boundingBox();
        expect(box?.x).toBeGreaterThanOrEqual(0);
        expect((box?.x ?? 0) + (box?.width ?? width + 1)).toBeLessThanOrEqual(width);
        await page.keyboard.press("Escape");
      }
    }
    // Rows are cards there, with what was chosen.
    const role = column(await open(page, "Columns"), "Created");
    await role.click();
    await expect(page.locator('[data-label="Created"]')).toHaveCount(0);
    await expectNoSidewaysScroll(page, 320);
  });
});

test.describe("without JavaScript", () => {
  // spec M7, M9
  test("the same by forms, and a refused name comes back with what was typed", async ({ somebody }) => {
    const page = await somebody(ADA.email, { javaScriptEnabled: false });
    const members = new MembersPage(page, "acme");
    await members.open("sort=name");
    let menu = await open(page, "Columns");
    await column(menu, "Groups").uncheck();
    await column(menu, "Created").uncheck();
    await menu.getByRole("button", { name: "Apply", exact: true }).click();
    await members.expectParameters({ sort: "name" });
    await expectHeadings(page, without("Groups", "Created"));

    menu = await open(page, "Save View");
    await menu.getByLabel("Name").first().fill("By name");
    await menu.getByRole("button", { name: "Save", exact: true }).click();
    const columns = "role.last_active.logins.last_login.ip";
    await members.expectParameters({ sort: "name", columns });
    await expect(views(page).getByRole("link", { name: "By name", exact: true })).toHaveAttribute("aria-current", "page");

    await members.open();
    menu = await open(page, "Save View");
    await menu.getByLabel("Name").first().fill("BY NAME");
    await menu.getByRole("button", { name: "Save", exact: true }).click();
    const refused = page.getByRole("region", { name: "Save View" });
    await expectFieldError(refused.getByLabel("Name"), /You have a view called “BY NAME” already/);
    await expect(refused.getByLabel("Name")).toHaveValue("BY NAME");
    await refused.getByLabel("Name").fill("Everybody");
    await refused.getByRole("button", { name: "Save", exact: true }).click();
    await members.expectParameters({ columns });
    await expect(views(page).getByRole("link")).toHaveText(["By name", "Everybody"]);

    const own = await unfold(await open(page, "Save View"), "By name");
    await own.getByLabel("Name").fill("Names");
    await own.getByRole("button", { name: "Rename", exact: true }).click();
    await expect(views(page).getByRole("link")).toHaveText(["Everybody", "Names"]);
    await members.open("q=zoe");
    await (await unfold(await open(page, "Save View"), "Names")).getByRole("button", { name: "Update View" }).click();
    await members.expectParameters({ q: "zoe", columns });
    await expect(views(page).getByRole("link", { name: "Names" })).toHaveAttribute("aria-current", "page");
    const last = await unfold(await open(page, "Save View"), "Names");
    await last.getByText("Delete View", { exact: true }).click();
    await last.getByRole("button", { name: "Delete “Names”", exact: true }).click();
    await expect(views(page).getByRole("link")).toHaveText(["Everybody"]);

    await members.open();
    await (await open(page, "Columns")).getByRole("button", { name: "Reset", exact: true }).click();
    await expectHeadings(page, ALL);
  });
});
