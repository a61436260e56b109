// The life of a group: made, edited, the default one, deleted by its name (spec G1–G4, I1, F3).

import { expectFieldError } from "../../support/forms";
import { groupForm, GroupsPage } from "../../support/groups";
import { expectOrderly } from "../../support/look";
import { ADA, expect, test } from "../../support/mailed";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    // spec G2
    test("a group is made, and a name that is taken comes back with what was typed", async ({ somebody, guard }) => {
      // The page itself sends the form where it is alive.
      guard.expects(/422/);
      const page = await somebody(ADA.email, { javaScriptEnabled });
      const groups = new GroupsPage(page);
      await groups.open();
      await groups.main.getByRole("link", { name: "Create Group", exact: true }).click();
      await expect(page.getByRole("heading", { name: "Create Group", level: 1 })).toBeVisible();
      const form = groupForm(page);
      await form.submit.click();
      await expectFieldError(form.name, /A group's name is missing/);
      await form.name.fill(" london   TEAM ");
      await form.description.fill("Everybody in London");
      await form.isDefault.check();
      await form.submit.click();
      await expectFieldError(form.name, /A group called “london TEAM” is there already/);
      await expect(form.name).toHaveValue(" london   TEAM ");
      await expect(form.description).toHaveValue("Everybody in London");
      await expect(form.isDefault).toBeChecked();
      await form.name.fill("Everyone");
      await form.submit.click();
      // To the group, since adding people is what comes next.
      await expect(page.getByRole("heading", { name: "Everyone", level: 1 })).toBeVisible();
      const said = groups.main.getByRole("status").filter({ hasText: "Everyone was created. It has no members yet." });
      await expect(said).toBeFocused();
      await expectOrderly(page);
      await page.reload();
      await expect(page.getByRole("heading", { name: "Everyone", level: 1 })).toBeVisible();
      await expect(said, "said once").toHaveCount(0);
      await expect(groups.main.getByRole("link", { name: "Add the first people" })).toBeVisible();
      await groups.open();
      await expect(groups.row("Everyone")).toContainText("Everybody in London");
      await expect(groups.row("Everyone").getByText("Default", { exact: true })).toBeVisible();
      await expect(groups.row("Everyone").getByRole("cell", { name: "0", exact: true })).toBeVisible();
    });

    // spec G3, I1
    test("another default group takes the place of the old one, and invites say so", async ({ somebody }) => {
      const page = await somebody(ADA.email, { javaScriptEnabled });
      const groups = new GroupsPage(page);
      for (const [name, instead] of [
        ["Platform", ""],
        ["London Team", "Now that is Platform, whose place it takes."],
      ] as const) {
        await groups.open();
        await groups.act(name, "Edit Group");
        if (instead !== "") await expect(groups.main).toContainText(instead);
        const form = groupForm(page);
        await form.isDefault.check();
        await form.submit.click();
        await groups.expectHere();
        await expect(groups.main.getByRole("status").filter({ hasText: `${name} was saved.` })).toBeFocused();
        await expect(groups.row(name).getByText("Default", { exact: true })).toBeVisible();
      }
      await expect(groups.table.getByText("Default", { exact: true })).toHaveCount(2); // The heading and one row.
      await page.goto("/o/acme/members/invite");
      await expect(page.getByRole("main")).toContainText("Without a group they join London Team.");
    });

    // spec F3
    test("reservations stay within the capacity, which is set in Settings", async ({ somebody, guard }) => {
      guard.expects(/422/);
      const page = await somebody(ADA.email, { javaScriptEnabled });
      const groups = new GroupsPage(page);
      await groups.open();
      await groups.act("Platform", "Edit Group");
      const form = groupForm(page);
      await expect(groups.main).toContainText("no monthly capacity yet");
      await form.reservation.fill("lots");
      await form.submit.click();
      await expectFieldError(form.reservation, /such as 500 GB or 1.5 TB/);
      await form.reservation.fill("1 GB");
      await form.submit.click();
      await expectFieldError(form.reservation, /no monthly capacity yet/);

      await page.goto("/o/acme/settings");
      const main = page.getByRole("main");
      await main.getByLabel("Monthly capacity").fill("2 TB");
      await main.getByRole("button", { name: "Save groups" }).click();
      await expect(main.getByRole("status").filter({ hasText: "Saved." })).toBeVisible();
      await groups.open();
      await groups.act("Platform", "Edit Group");
      await form.reservation.fill("2.5 TB");
      await form.submit.click();
      await expectFieldError(form.reservation, /At most 2 TB can be reserved here/);
      await form.reservation.fill("0.5 TB");
      await form.submit.click();
      await groups.expectHere();
      await expect(groups.row("Platform")).toContainText("500 GB");

      await page.goto("/o/acme/settings");
      await expect(main).toContainText("Groups have reserved 500 GB of it.");
      await main.getByLabel("Monthly capacity").fill("100 GB");
      await main.getByLabel("Group owners may search the organization's members").uncheck();
      await main.getByRole("button", { name: "Save groups" }).click();
      await expectFieldError(main.getByLabel("Monthly capacity"), /Groups have reserved 500 GB a month/);
      await expect(main.getByLabel("Group owners may search the organization's members")).not.toBeChecked();
    });

    // spec G4
    test("a group is deleted once its name is typed, with figures of what goes", async ({ somebody }) => {
      const page = await somebody(ADA.email, { javaScriptEnabled });
      const groups = new GroupsPage(page);
      await groups.open("q=PLAT&size=25");
      await groups.act("Platform", "Delete Group");
      // Back to the view it was opened from.
      await groups.main.getByRole("link", { name: "Cancel" }).click();
      await expect(page).toHaveURL(/\/groups\?q=PLAT&size=25$/i);
      await groups.act("Platform", "Delete Group");
      await expect(groups.main).toContainText("1 member loses it, who is in another group too.");
      const typed = groups.main.getByLabel("Type the group's name to delete it");
      const submit = groups.main.getByRole("button", { name: "Delete Platform" });
      await typed.fill("platform");
      await submit.click();
      await expectFieldError(typed, /This is not the group's name. Type Platform to delete it/);
      await expect(typed).toHaveValue("platform");
      await typed.fill("Platform");
      await submit.click();
      await groups.expectHere();
      await expect(page).toHaveURL(/\/groups\?q=PLAT&size=25$/i);
      await expect(groups.main.getByRole("status").filter({ hasText: "Platform was deleted." })).toBeFocused();
      await groups.open();
      await groups.expectNames(["administrators", "London Team"]);
      const gone = await page.goto(`/o/acme/audit?action=group.deleted`);
      expect(gone?.status()).toBe(200);
      await expect(page.getByRole("table", { name: "Audit Log" })).toContainText("Platform");
    });

    // decision 16
    test("what somebody else changed meanwhile is said, not overwritten", async ({ somebody }) => {
      const page = await somebody(ADA.email, { javaScriptEnabled });
      const other = await somebody(ADA.email);
      const groups = new GroupsPage(page);
      await groups.open();
      await groups.act("Platform", "Edit Group");
      const theirs = new GroupsPage(other);
      await theirs.open();
      await theirs.act("Platform", "Edit Group");
      await groupForm(other).description.fill("Builds it");
      await groupForm(other).submit.click();
      await theirs.expectHere();
      const form = groupForm(page);
      await form.name.fill("Platform and Tools");
      await form.submit.click();
      await expect(groups.main.getByRole("alert").filter({ hasText: "Somebody else" })).toContainText(
        "The description is “Builds it” now.",
      );
      await expect(form.name).toHaveValue("Platform and Tools");
      await form.description.fill("Builds and keeps it");
      await form.submit.click();
      await groups.expectHere();
      await expect(groups.row("Platform and Tools")).toContainText("Builds and keeps it");
    });
  });
}
