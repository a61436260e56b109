// Who is in a group, with the eyes of an administrator and of the group's owner (spec G5–G7, R1, R3, R6).

import type { Locator, Page } from "@playwright/test";
import { InviteForm, join } from "../../support/invitations";
import { expectAccessible, expectNoSidewaysScroll, expectOrderly } from "../../support/look";
import { ADA, enter, expect, GROUPS, test } from "../../support/mailed";
import { PASSWORD } from "../../support/muster";
import type { MailServer } from "../../support/smtp";

const ANA = { name: "Ana Lima", email: "ana@x.example" };
const ZOE = "zoe@acme.example";
const NOBODY = "0197a8b4-0000-7000-8000-00000000ffff";
const ID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/;

/** The id of a group, from the sidebar. */
async function groupId(page: Page, name: string): Promise<string> {
  await page.goto("/o/acme");
  const side = page.getByRole("navigation", { name: "Members and groups" });
  const href = await side.getByRole("link", { name: new RegExp(`^${name}`) }).getAttribute("href");
  const id = href?.match(ID)?.[0];
  if (id === undefined) throw new Error(`The sidebar has no group ${name}`);
  return id;
}

/** Ana joins, in a browser of her own. */
async function joined(page: Page, mail: MailServer, ana: Page): Promise<void> {
  const form = await InviteForm.open(page);
  await form.invite(ANA.email);
  await join(ana, mail.linkIn(await mail.waitFor(ANA.email)), ANA.name, PASSWORD);
}

/** The page **Add Group Member**. */
function adding(page: Page) {
  const main = page.getByRole("main");
  return {
    main,
    search: main.getByRole("searchbox", { name: "Search members" }),
    person: (name: string | RegExp): Locator => main.getByRole("checkbox", { name }),
    people: main.getByRole("group", { name: "People" }).getByRole("checkbox"),
    ends: main.getByLabel("Ends"),
    add: main.getByRole("button", { name: "Add Group Member", exact: true }),
    open: async (group: string, query = "") => page.goto(`/o/acme/groups/${group}/add${query}`),
  };
}

/** The page of a member in a group. */
function member(page: Page) {
  const main = page.getByRole("main");
  return {
    main,
    role: (name: string) => main.getByRole("radio", { name: new RegExp(`^${name}`) }),
    ends: main.getByLabel("Ends"),
    save: main.getByRole("button", { name: "Save", exact: true }),
  };
}

/** Adds somebody and opens their page in the group. */
async function added(page: Page, group: string, email: string): Promise<void> {
  const form = adding(page);
  await form.open(group, `?q=${encodeURIComponent(email)}`);
  const id = await form.people.first().getAttribute("value");
  await form.people.first().check();
  await form.add.click();
  await expect(form.main).toContainText("was added.");
  await page.goto(`/o/acme/groups/${group}/members/${id}`);
}

/** A day from now on, as a date field has it. */
function day(later: number): string {
  return new Date(Date.now() + later * 86_400_000).toISOString().slice(0, 10);
}

test.beforeEach(async ({ page }) => enter(page, ADA.email));

// spec G6
test("people are found while typing, chosen across searches and added at once", async ({ page, somebody, mail }) => {
  await joined(page, mail, await somebody());
  const form = adding(page);
  await form.open(await groupId(page, GROUPS[0]));
  await expectOrderly(page);
  await form.search.fill("zoe");
  await expect(form.people).toHaveCount(1);
  await expect(form.search).toBeFocused();
  await expect(form.person(/zoe/)).toBeDisabled();
  await expect(form.main).toContainText("in the group already");
  await form.search.fill("lima");
  await form.person(/Ana Lima/).check();
  await form.search.fill("ada@");
  await expect(form.person(/Ada Okafor/)).toBeVisible();
  await expect(form.person(/Ana Lima/)).toBeChecked();
  await form.person(/Ada Okafor/).check();
  await form.add.click();
  await expect(form.main).toContainText("Ana Lima and Ada Okafor were added.");
  await expect(form.person(/Ada Okafor/)).toBeDisabled();
  await form.search.fill("nobody is called that");
  await expect(form.main).toContainText("Nobody is found by that.");
});

// spec G7, and every form without JavaScript
test("the same without JavaScript; a day that is over is refused at its field and the choice stays", async ({
  page,
  somebody,
}) => {
  const group = await groupId(page, GROUPS[0]);
  const plain = await somebody(ADA.email, { javaScriptEnabled: false });
  const form = adding(plain);
  await form.open(group);
  await form.search.fill("ada");
  await form.main.getByRole("button", { name: "Search" }).click();
  await expect(plain).toHaveURL(/\?q=ada$/);
  await form.person(/Ada Okafor/).check();
  await form.ends.evaluate((input: HTMLInputElement) => input.removeAttribute("min"));
  await form.ends.fill("2001-01-01");
  const [refused] = await Promise.all([plain.waitForResponse((r) => r.request().method() === "POST"), form.add.click()]);
  expect(refused.status()).toBe(422);
  await expect(form.main).toContainText("This day is over already");
  await expect(form.person(/Ada Okafor/)).toBeChecked();
  await form.ends.fill(day(3));
  await form.add.click();
  await expect(form.main).toContainText("Ada Okafor was added.");
  const id = await form.person(/Ada Okafor/).getAttribute("value");

  await plain.goto(`/o/acme/groups/${group}/members/${id}`);
  const one = member(plain);
  await expect(one.ends).toHaveValue(day(3));
  await one.role("Observer").check();
  await one.ends.fill("");
  await one.save.click();
  await expect(one.main).toContainText("Saved.");
  await expect(one.role("Observer")).toBeChecked();
  await expect(one.ends).toHaveValue("");
  await one.main.getByText("Remove From Group", { exact: true }).click();
  await one.main.getByRole("button", { name: `Remove Ada Okafor from ${GROUPS[0]}` }).click();
  await expect(plain).not.toHaveURL(/\/members\/[0-9a-f-]{36}$/);
  await expect(one.main.getByRole("status").filter({ hasText: "Ada Okafor is not in this group any more." })).toBeFocused();
  expect((await plain.goto(`/o/acme/groups/${group}/members/${id}`))?.status()).toBe(404);
});

// spec G5, G7
test("role and end are edited, and nothing that somebody else did is overwritten", async ({ page, somebody }) => {
  const group = await groupId(page, GROUPS[1]);
  await added(page, group, ADA.email);
  const form = member(page);
  await expect(form.role("Member")).toBeChecked();
  const other = await somebody(ADA.email);
  await other.goto(page.url());
  const late = member(other);
  await expect(late.role("Member")).toBeChecked();
  await form.role("Owner").check();
  await form.ends.fill(day(10));
  await form.save.click();
  await expect(form.main).toContainText("Saved.");
  await page.reload();
  await expect(form.role("Owner")).toBeChecked();
  await expect(form.ends).toHaveValue(day(10));

  await late.role("Observer").check();
  await late.save.click();
  await expect(late.main).toContainText("They are Owner now.");
  await expect(late.role("Observer")).toBeChecked();
  await late.save.click();
  await expect(late.main).toContainText("Saved.");
  await page.reload();
  await expect(form.role("Observer")).toBeChecked();
});

// spec R6, R3
test("an owner changes their group, searches from three characters on, and reaches no other", async ({
  page,
  somebody,
  mail,
}) => {
  const ana = await somebody();
  await joined(page, mail, ana);
  const [group, foreign] = [await groupId(page, GROUPS[0]), await groupId(page, GROUPS[1])];
  const administrators = await groupId(page, "administrators");
  await added(page, group, ANA.email);
  expect((await ana.goto(`/o/acme/groups/${group}/add`))?.status()).toBe(403);
  await expect(ana.getByRole("main")).toContainText("this group's owners");
  await member(page).role("Owner").check();
  await member(page).save.click();
  await expect(member(page).main).toContainText("Saved.");

  const form = adding(ana);
  expect((await form.open(group))?.status()).toBe(200);
  await expect(form.main).toContainText("Type at least 3 characters");
  await form.search.fill("ad");
  await expect(form.people).toHaveCount(0);
  await form.search.fill("ada@");
  await form.person(/Ada Okafor/).check();
  await form.add.click();
  await expect(form.main).toContainText("Ada Okafor was added.");
  for (const other of [foreign, administrators, NOBODY]) {
    expect((await form.open(other))?.status(), other).toBe(404);
    await expect(ana.getByRole("main")).not.toContainText("Add Group Member");
  }
});

// spec R1, R7
test("adding to administrators asks first, and taking out makes a Member of them", async ({ page, guard }) => {
  // The browser notes the status of what is refused.
  guard.expects(/422/);
  const group = await groupId(page, "administrators");
  const form = adding(page);
  await form.open(group, "?q=zoe");
  await expect(form.main).toContainText("may do everything in Acme Industries");
  await expect(form.ends).toHaveCount(0);
  const id = await form.people.first().getAttribute("value");
  await form.people.first().check();
  await form.add.click();
  await expect(form.main).toContainText("nobody was added yet");
  await form.person("They are to administer Acme Industries").check();
  await form.add.click();
  await expect(form.main).toContainText("was added.");
  await page.goto(`/o/acme/members?q=${ZOE}`);
  await expect(page.getByRole("table")).toContainText("Administrator");

  await page.goto(`/o/acme/groups/${group}/members/${id}`);
  const one = member(page);
  await expect(one.main).toContainText("nobody has a group role here");
  await one.main.getByText("Remove From Group", { exact: true }).click();
  await one.main.getByRole("button", { name: /^Remove .* from administrators$/ }).click();
  await expect(page).not.toHaveURL(/\/members\/[0-9a-f-]{36}$/);
  await page.goto(`/o/acme/members?q=${ZOE}`);
  await expect(page.getByRole("table")).not.toContainText("Administrator");

  // The last one stays.
  await form.open(group, `?q=${ADA.email}`);
  const ada = await form.people.first().getAttribute("value");
  await page.goto(`/o/acme/groups/${group}/members/${ada}`);
  await one.main.getByText("Remove From Group", { exact: true }).click();
  await one.main.getByRole("button", { name: /^Remove Ada Okafor/ }).click();
  await expect(one.main).toContainText("the last active administrator");
});

// STYLE
test("both pages: accessible in both schemes, and no sideways scroll", async ({ page }) => {
  const group = await groupId(page, GROUPS[0]);
  await added(page, group, ADA.email);
  for (const width of [360, 1280]) await expectNoSidewaysScroll(page, width);
  await page.getByText("Remove From Group", { exact: true }).click();
  await expectAccessible(page);
  await adding(page).open(group);
  for (const width of [360, 1280]) await expectNoSidewaysScroll(page, width);
  await expectAccessible(page);
});
