// Who sees what in one organization (spec R2–R5).

import { compareText, fold } from "../support/fold";
import { GroupPage } from "../support/group";
import { openOrganizationMenu } from "../support/header";
import { choice, COLUMNS, groupOf, MembersPage } from "../support/members";
import { expect, type Person, test } from "../support/test";

// spec R3, R5
test.describe("a member", () => {
  test.use({ as: "member" });

  test("gets a page instead of the members that says what they have, why it does not suffice and whom to ask", async ({
    page,
    visit,
  }) => {
    const response = await page.goto("/o/demo/members");
    expect(response?.status()).toBe(403);
    const main = page.getByRole("main");
    await expect(main).toHaveCount(1);
    await expect(page.getByRole("table")).toHaveCount(0);
    await expect(main).toContainText(/Member\b/);
    await expect(main).toContainText(/see all members of the organization/);
    await expect(main).toContainText(/Administrators and Security/);

    // Whom to ask: each with an address, and each an administrator indeed.
    const named = (await main.innerText()).match(/[\w.+'-]+@[\w.-]+\w/g) ?? [];
    expect(named.length).toBeGreaterThan(0);
    expect(named.length).toBeLessThanOrEqual(10);
    const administrators = new MembersPage(await visit("admin"));
    for (const address of named) {
      await administrators.open(`role=administrator&q=${encodeURIComponent(address)}`);
      expect(await administrators.emails()).toContain(address);
    }
  });

  test("has a home with their own groups, whose people they see by name and address", async ({ page }) => {
    await page.goto("/o/demo");
    const groups = page.getByRole("main").locator("[href*='/groups/']");
    expect(await groups.count()).toBeGreaterThan(0);
    await groups.first().click();
    await expect(page).toHaveURL(/\/o\/demo\/groups\/[0-9a-f-]{36}$/);
    const group = new GroupPage(page);
    await expect(group.table).toBeVisible();
    const [row] = await group.rows();
    expect(Object.keys(row ?? {})).toEqual(["Name", "Email", "Group Role"]);
    expect(await group.emails()).toEqual((await group.emails()).toSorted((a, b) => compareText(fold(a), fold(b))));

    // The address that led here before there was such a page still does what it did.
    const members = new MembersPage(page);
    await page.goto(members.path(`group=${groupOf(page.url())}`));
    await expect(members.table).toBeVisible();
    expect(Object.keys((await members.rows())[0] ?? {})).toEqual(["Name", "Email"]);
  });

  test("is offered neither settings nor all members in the header's menu", async ({ page }) => {
    await page.goto("/o/demo");
    const menu = await openOrganizationMenu(page, "Demo Organization");
    for (const name of ["Manage Groups/Members", "Settings", "Users & Groups"]) {
      const entry = choice(menu, name);
      // STYLE, spec M10: what is not allowed is disabled with its reason, or not there at all.
      if ((await entry.count()) > 0) await expect(entry).toHaveAttribute("aria-disabled", "true");
    }
  });
});

for (const as of ["owner", "member"] as const satisfies Person[]) {
  test.describe(as, () => {
    test.use({ as });

    // spec R5, R6
    test(`the ${as} sees only their own groups`, async ({ page, visit }) => {
      await page.goto("/o/demo");
      const own = await page.locator("[href*='/groups/']").allInnerTexts();
      if (as === "owner") expect(own.join()).toContain("Support");
      expect(own.join()).not.toContain("administrators");

      // An administrator knows the address of a group that isn't theirs.
      const administrator = await visit("admin");
      await administrator.goto("/o/demo/members");
      const link = administrator.locator("[href*='/groups/']").filter({ hasText: "administrators" }).first();
      const group = groupOf(await link.getAttribute("href"));
      for (const path of ["/o/demo/members?group=", "/o/demo/groups/"]) {
        const answers = [];
        for (const id of [group, group.replace(/.{8}$/, "00000000")]) {
          const response = await page.goto(path + id);
          expect(path.includes("members") ? [403, 404] : [404]).toContain(response?.status());
          await expect(page.getByRole("table")).toHaveCount(0);
          answers.push([response?.status(), (await page.getByRole("main").innerText()).replaceAll(id, "…")]);
        }
        expect(answers[0]).toEqual(answers[1]);
      }
    });
  });
}

// spec R4
test.describe("security", () => {
  test.use({ as: "security" });

  test("reads all members, with every column", async ({ page }) => {
    const members = new MembersPage(page);
    await members.open();
    const [row] = await members.rows();
    expect(Object.keys(row ?? {})).toEqual([...COLUMNS, "Actions"]);
  });

  test("is refused the settings, and told which administrators to ask", async ({ page }) => {
    const response = await page.goto("/o/demo/settings");
    expect(response?.status()).toBe(403);
    const main = page.getByRole("main");
    await expect(main).toHaveCount(1);
    await expect(main).toContainText("Security");
    await expect(main).toContainText(/open the organization's settings/);
    await expect(main).toContainText(/@/);
  });
});

test.describe("nobody but administrators", () => {
  for (const as of ["owner", "member", "security"] as const) {
    test.describe(as, () => {
      test.use({ as });
      // spec R2
      test(`${as} gets the refusal at the settings`, async ({ page }) => {
        const response = await page.goto("/o/demo/settings");
        expect(response?.status()).toBe(403);
        await expect(page.getByRole("main")).not.toContainText("Slug");
      });
    });
  }
});

test.describe("an administrator", () => {
  test.use({ as: "ada" });

  test("sees name, slug, kind and time zone in the settings", async ({ page }) => {
    const response = await page.goto("/o/globex/settings");
    expect(response?.status()).toBe(200);
    const main = page.getByRole("main");
    for (const text of ["Globex", "globex", "Partner", /time zone/i]) await expect(main).toContainText(text);
    // spec T4: Settings has the entry **Users & Groups**
    await page.getByRole("link", { name: "Users & Groups" }).first().click();
    await expect(page).toHaveURL(/\/o\/globex\/members$/);
  });
});
