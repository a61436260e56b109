// The page of groups: who sees what, search, sort, and how it looks (spec G1, R1, R4, R5).

import { GROUP_COLUMNS, groupForm, GroupsPage } from "../../support/groups";
import { expectAccessible, expectNoSidewaysScroll, expectOrderly } from "../../support/look";
import { DEMO_GROUPS } from "../../support/portal";
import { expect, test } from "../../support/test";

test.describe("an administrator", () => {
  test.use({ as: "admin" });

  // spec G1, R1
  test("sees all groups, the built-in one first and as it is", async ({ page }) => {
    const groups = new GroupsPage(page, "demo");
    await groups.open();
    await expect(groups.table.getByRole("columnheader")).toHaveText([...GROUP_COLUMNS]);
    const names = await groups.names();
    expect(names[0]).toBe("administrators");
    expect(names.length).toBeGreaterThanOrEqual(DEMO_GROUPS);
    const first = groups.table.getByRole("row").nth(1);
    await expect(first).toContainText("Built in");
    for (const action of ["Edit Group", "Delete Group"] as const) {
      const link = first.getByRole("link", { name: action });
      await expect(link).toHaveAttribute("aria-disabled", "true");
      await link.focus();
      await expect(first.getByRole("tooltip")).toContainText("built in");
    }
  });

  test("comes here from the sidebar, which says where one is", async ({ page }) => {
    await page.goto("/o/demo/members");
    const sidebar = page.getByRole("navigation", { name: "Members and groups" });
    await sidebar.getByRole("link", { name: /^Groups/ }).click();
    const groups = new GroupsPage(page, "demo");
    await groups.expectHere();
    await expect(page).toHaveURL(/\/o\/demo\/groups$/);
    await expect(sidebar.getByRole("link", { name: /^Groups/ })).toHaveAttribute("aria-current", "page");
  });

  // spec G1, M7
  test("searches while typing and sorts by both columns, all of it in the address", async ({ page }) => {
    const groups = new GroupsPage(page, "demo");
    await groups.openAlive();
    await groups.search.fill("SUPPOR");
    await expect(page).toHaveURL(/\?q=SUPPOR$/);
    await groups.expectNames(["Support"]);
    await expect(groups.search).toBeFocused();
    await groups.search.fill("no such group");
    await expect(groups.main.getByRole("heading", { name: "No groups match" })).toBeVisible();
    await groups.main.getByRole("link", { name: "Clear search" }).click();
    await expect(page).toHaveURL(/\/groups$/);
    await groups.sortBy("Member Count");
    await expect(page).toHaveURL(/sort=members$/);
    await groups.sortBy("Member Count");
    await expect(page).toHaveURL(/sort=members&dir=desc$/);
    const counts = async () => {
      const texts = await groups.table.locator("tbody td.num[data-label='Member Count']").allInnerTexts();
      return texts.slice(1).map((text) => Number(text.replaceAll(/\D/g, "")));
    };
    await expect.poll(counts).toEqual((await counts()).toSorted((a, b) => b - a));
    const shown = await groups.names();
    expect(shown[0]).toBe("administrators");
    await page.reload();
    await groups.expectNames(shown);
    await page.goBack();
    await expect(page).toHaveURL(/sort=members$/);
  });
});

test.describe("without JavaScript", () => {
  test.use({ as: "admin", javaScriptEnabled: false });

  test("searches and sorts by links and a form", async ({ page, guard }) => {
    guard.expects(/wasm was preloaded using link preload but not used/);
    const groups = new GroupsPage(page, "demo");
    await groups.open();
    await groups.search.fill("suppor");
    await groups.main.getByRole("button", { name: "Search" }).click();
    await groups.expectNames(["Support"]);
    await groups.open();
    await groups.sortBy("Member Count");
    await expect(page).toHaveURL(/sort=members$/);
  });
});

test.describe("the Security role", () => {
  test.use({ as: "security" });

  // spec R4
  test("sees all groups, and why it changes none", async ({ page }) => {
    const groups = new GroupsPage(page, "demo");
    await groups.open();
    expect((await groups.names()).length).toBeGreaterThanOrEqual(DEMO_GROUPS);
    const create = groups.main.getByRole("link", { name: "Create Group" });
    await expect(create).toHaveAttribute("aria-disabled", "true");
    await create.focus();
    await expect(groups.main.getByRole("tooltip").first()).toContainText("Only administrators");
    for (const link of await groups.table.getByRole("link", { name: /^(Edit|Delete) Group/ }).all()) {
      await expect(link).toHaveAttribute("aria-disabled", "true");
    }
    const response = await page.goto("/o/demo/groups/new");
    expect(response?.status()).toBe(403);
    await expect(groups.main).toContainText("create and change groups");
  });
});

test.describe("a member", () => {
  test.use({ as: "member" });

  // spec R5
  test("sees their own groups only, and no actions", async ({ page, visit }) => {
    const groups = new GroupsPage(page, "demo");
    await groups.open();
    await expect(groups.table.getByRole("columnheader")).toHaveText(GROUP_COLUMNS.slice(0, -1));
    const own = await groups.names();
    expect(own).not.toContain("administrators");
    await page.goto("/o/demo");
    const home = await page.getByRole("main").locator("[href*='group']:not([href$='/groups'])").count();
    expect(own).toHaveLength(home);

    // A group that is there and one that is not read the same.
    const administrator = new GroupsPage(await visit("admin"), "demo");
    await administrator.open();
    const edit = administrator.row("Support").getByRole("link", { name: "Edit Group" });
    const path = (await edit.getAttribute("href")) ?? "";
    for (const address of [path, path.replace(/[0-9a-f]{12}\/edit$/, "000000000000/edit"), "/o/demo/groups/new"]) {
      const response = await page.goto(address);
      expect(response?.status(), address).toBe(403);
    }
  });
});

test.describe("the look", () => {
  test.use({ as: "admin" });

  test("every page of groups is accessible in both schemes, and never scrolls sideways", async ({ page }) => {
    const groups = new GroupsPage(page, "demo");
    await groups.open();
    const [edit, remove] = await Promise.all(
      ["Edit Group", "Delete Group"].map((name) =>
        groups.row("Support").getByRole("link", { name }).getAttribute("href"),
      ),
    );
    const paths = [groups.path(), groups.path("q=nothing+at+all"), "/o/demo/groups/new", edit ?? "", remove ?? ""];
    for (const path of paths) {
      const response = await page.goto(path);
      expect(response?.status(), path).toBe(200);
      await page.waitForLoadState("networkidle");
      await expectOrderly(page);
      await expectAccessible(page);
      for (const width of [320, 360, 768, 1280]) await expectNoSidewaysScroll(page, width);
    }
  });

  test("on a phone a group is a card with its actions", async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    const groups = new GroupsPage(page, "demo");
    await groups.open();
    const edit = groups.row("Support").getByRole("link", { name: "Edit Group" });
    await edit.scrollIntoViewIfNeeded();
    await edit.click();
    await expect(groupForm(page).name).toHaveValue("Support");
  });
});

test.describe("somebody else", () => {
  test.use({ as: "ada" });

  // spec T1
  test("finds no group of another organization, as if it were not there", async ({ page, visit }) => {
    const administrator = new GroupsPage(await visit("admin"), "demo");
    await administrator.open();
    const edit = administrator.row("Support").getByRole("link", { name: "Edit Group" });
    const foreign = /groups\/([^/]+)\/edit/.exec((await edit.getAttribute("href")) ?? "")?.[1] ?? "";
    expect(foreign).not.toBe("");
    for (const id of [foreign, foreign.replace(/.{8}$/, "00000000"), "x"]) {
      for (const what of ["edit", "delete"]) {
        const response = await page.goto(`/o/acme/groups/${id}/${what}`);
        expect(response?.status()).toBe(404);
      }
    }
  });
});
