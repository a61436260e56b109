// Several people of a group at once, and one of them without leaving the table (spec G5, M11, R6).

import type { Page } from "@playwright/test";
import { GroupPage } from "../../support/group";
import { InviteForm, join } from "../../support/invitations";
import { expectAccessible, expectNoSidewaysScroll } from "../../support/look";
import { ADA, enter, expect, GROUPS, type Mailed, test } from "../../support/mailed";
import { PASSWORD } from "../../support/muster";

const GROUP = GROUPS[0];
const [BEA, CAL, DEB] = ["bea@x.example", "cal@x.example", "deb@x.example"] as const;
const OWNER = { name: "Ana Lima", email: "ana@x.example" };

/** Three people come into the group, as Member of it. */
async function filled({ installation }: Mailed): Promise<void> {
  const rows = [BEA, CAL, DEB].map((email) => `${email},${email.slice(0, 3)} Quill,${GROUP}\n`);
  const imported = await installation.importPeople("acme", `email,name,groups\n${rows.join("")}`);
  expect(imported.code, imported.output).toBe(0);
}

function parts(page: Page) {
  const group = new GroupPage(page, "acme");
  const bar = page.getByRole("region", { name: "Selected people" });
  return {
    group,
    bar,
    pick: (who: string) => group.table.getByRole("checkbox", { name: `Select ${who} Quill` }),
    all: group.table.getByRole("checkbox", { name: "Select all on this page" }),
    actions: bar.getByRole("button", { name: "Actions for the selected" }),
    role: (name: string) => page.getByRole("radio", { name: new RegExp(`^${name}`) }),
    said: group.main.locator(".done"),
    roles: async () => Object.fromEntries((await group.rows()).map((row) => [row["Email"] ?? "", row["Group Role"] ?? ""])),
  };
}

test.beforeEach(async ({ page, mailed }) => {
  await filled(mailed);
  await enter(page, ADA.email);
});

// spec R6, M11, M7
test("an owner gives several another role and takes them out, and stays in the view", async ({ page, somebody, mail }) => {
  const ana = await somebody();
  const form = await InviteForm.open(page);
  await form.groups.getByRole("checkbox", { name: GROUP }).check();
  await form.groupRole.selectOption("Owner");
  await form.invite(OWNER.email);
  await join(ana, mail.linkIn(await mail.waitFor(OWNER.email)), OWNER.name, PASSWORD);

  const of = parts(ana);
  const path = await of.group.open(GROUP, "sort=name");
  await expect(ana).toHaveTitle(`${GROUP} · Acme Industries`);
  await of.group.alive();
  await expect(of.bar).toHaveCount(0);
  await of.pick("bea").check();
  await of.pick("deb").check();
  await expect(of.bar).toContainText("2 people selected");
  await of.actions.click();
  await expect(ana.getByRole("heading", { level: 1, name: "Change 2 people" })).toBeVisible();
  await expect(of.group.main).toContainText(BEA);
  await expect(of.group.main).not.toContainText(CAL);
  await expect(of.role("Member")).toBeChecked();
  await of.role("Observer").check();
  await ana.getByRole("button", { name: "Save for 2 people" }).click();
  await expect(of.said).toHaveText("2 people are Observer now.");
  await expect(of.said).toBeFocused();
  expect(new URL(ana.url()).pathname + new URL(ana.url()).search).toBe(`${path}?sort=name`);
  expect(await of.roles()).toMatchObject({ [BEA]: "Observer", [CAL]: "Member", [DEB]: "Observer" });

  await of.group.alive();
  await of.pick("cal").check();
  await of.pick("deb").check();
  await of.actions.click();
  await ana.getByText("Remove From Group", { exact: true }).click();
  await ana.getByRole("button", { name: `Remove 2 people from ${GROUP}` }).click();
  await expect(of.said).toHaveText("2 people are not in this group any more.");
  expect(Object.keys(await of.roles())).not.toContain(CAL);

  // Whoever takes themselves out comes to what is theirs still.
  await of.group.alive();
  await of.group.table.getByRole("checkbox", { name: `Select ${OWNER.name}` }).check();
  await of.actions.click();
  await ana.getByText("Remove From Group", { exact: true }).click();
  await ana.getByRole("button", { name: `Remove 1 person from ${GROUP}` }).click();
  await expect(ana.getByRole("heading", { level: 1, name: "Groups" })).toBeVisible();
  await expect(of.said).toHaveText("1 person is not in this group any more.");
});

// spec M11
test("who is ticked stays so while the order changes, and who left meanwhile is told of", async ({ page, somebody }) => {
  const of = parts(page);
  const path = await of.group.open(GROUP);
  await of.group.alive();
  // Enter on a box is no way to change nobody.
  await of.pick("bea").press("Enter");
  await of.all.check();
  await expect(of.bar).toContainText("4 people selected");
  expect(new URL(page.url()).pathname).toBe(path);
  await of.group.sortBy("Name");
  await of.group.expectParameters({ sort: "name" });
  await expect(of.pick("bea")).toBeChecked();
  await expect(of.all).toBeChecked();
  await of.pick("cal").uncheck();
  await expect(of.all).not.toBeChecked();
  await expect(of.bar).toContainText("3 people selected");
  await of.group.search.fill("bea");
  await of.group.expectParameters({ q: "bea", sort: "name" });
  await expect(of.bar).toContainText("3 people selected, 2 not on this page");

  const other = await somebody(ADA.email);
  const theirs = parts(other);
  await theirs.group.open(GROUP);
  await theirs.group.alive();
  await theirs.pick("deb").check();
  await theirs.actions.click();
  await other.getByText("Remove From Group", { exact: true }).click();
  await other.getByRole("button", { name: `Remove 1 person from ${GROUP}` }).click();
  await expect(theirs.said).toBeVisible();

  await of.actions.click();
  await expect(page.getByRole("heading", { level: 1, name: "Change 2 people" })).toBeVisible();
  await expect(of.group.main).toContainText("1 of those whom you chose is not in this group any more.");
  await page.goBack();
  await expect(of.pick("bea")).toBeChecked();
  await of.actions.click();
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL(new RegExp(`${path}\\?q=bea&sort=name$`));
  // They are chosen still, to choose others too.
  await expect(of.bar).toContainText("3 people selected, 2 not on this page");
  await expect(of.pick("bea")).toBeChecked();
  // Administrators are taken out one by one.
  await of.group.open("administrators");
  await expect(of.group.table.getByRole("checkbox")).toHaveCount(0);
});

test("the same without JavaScript; nobody chosen is said", async ({ somebody }) => {
  const plain = await somebody(ADA.email, { javaScriptEnabled: false });
  const of = parts(plain);
  const path = await of.group.open(GROUP, "sort=name");
  await of.group.main.getByRole("button", { name: "Actions for the selected" }).click();
  await expect(plain.getByRole("heading", { level: 1, name: "Change 0 people" })).toBeVisible();
  await expect(of.group.main).toContainText("Tick people in the table of the group");
  await plain.goto(`${path}?sort=name`);
  await of.pick("bea").check();
  await of.pick("cal").check();
  await of.group.main.getByRole("button", { name: "Actions for the selected" }).click();
  await of.role("Owner").check();
  await plain.getByRole("button", { name: "Save for 2 people" }).click();
  await expect(of.said).toHaveText("2 people are Owner now.");
  expect(new URL(plain.url()).search).toBe("?sort=name");
  expect(await of.roles()).toMatchObject({ [BEA]: "Owner", [CAL]: "Owner", [DEB]: "Member" });
});

// spec G5
test("one person's role and end are edited over the table, which stays where it is", async ({ page }) => {
  const of = parts(page);
  await of.group.open(GROUP, "sort=name&dir=desc");
  await of.group.alive();
  const link = of.group.table.getByRole("link", { name: "Actions for cal Quill" });
  await link.click();
  const dialog = page.getByRole("dialog", { name: "cal Quill" });
  await expect(dialog.getByRole("radio", { name: /^Member/ })).toBeChecked();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(link).toBeFocused();
  await page.keyboard.press("Enter");
  await dialog.getByRole("radio", { name: /^Observer/ }).check();
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("status").filter({ hasText: "cal Quill is Observer in this group now." })).toBeVisible();
  await expect.poll(of.roles).toMatchObject({ [CAL]: "Observer", [BEA]: "Member" });
  await expect(link).toBeFocused();
  await of.group.expectParameters({ sort: "name", dir: "desc" });

  await of.pick("bea").check();
  await of.pick("cal").check();
  await link.click();
  await dialog.getByText("Remove From Group", { exact: true }).click();
  await dialog.getByRole("button", { name: `Remove cal Quill from ${GROUP}` }).click();
  await expect(page.getByRole("status").filter({ hasText: "cal Quill is not in this group any more." })).toBeVisible();
  await of.group.expectParameters({ sort: "name", dir: "desc" });
  await expect.poll(async () => Object.keys(await of.roles())).not.toContain(CAL);
  // Who was chosen besides is chosen still.
  await expect(of.bar).toContainText("1 person selected");
});

// STYLE
test("accessible in both schemes, and no sideways scroll", async ({ page }) => {
  const of = parts(page);
  const path = await of.group.open(GROUP);
  await of.group.alive();
  await of.all.check();
  for (const width of [320, 1280]) await expectNoSidewaysScroll(page, width);
  await expectAccessible(page);
  await of.actions.click();
  await expect(page.getByRole("heading", { level: 1, name: "Change 4 people" })).toBeVisible();
  for (const width of [320, 1280]) await expectNoSidewaysScroll(page, width);
  await page.getByText("Remove From Group", { exact: true }).click();
  await expectAccessible(page);
  await page.goto(path);
  await of.group.alive();
  await of.group.table.getByRole("link", { name: "Actions for cal Quill" }).click();
  await expect(page.getByRole("dialog", { name: "cal Quill" }).getByRole("radio", { name: /^Member/ })).toBeVisible();
  for (const width of [320, 1280]) await expectNoSidewaysScroll(page, width);
});
