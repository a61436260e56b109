// A picture of each page of the list of pages and of states of some, in light, dark and narrow, and the README's
// (`make screenshots`).

import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { type Page } from "@playwright/test";
import { signIn } from "./support/forms";
import { csv, ImportPage } from "./support/imports";
import { messyFile } from "./support/csv";
import { InviteForm } from "./support/invitations";
import { openAccountMenu, openOrganizationMenu } from "./support/header";
import { MembersPage } from "./support/members";
import { Installation, type Server } from "./support/muster";
import { addressOf, idsIn, nameOf, PAGES } from "./support/pages";
import { people } from "./support/portal";
import { test as base } from "@playwright/test";

/** Names of single pictures with commas between them, where not all are wanted. */
const ONLY = process.env.MUSTER_PICTURES?.split(",");
const FOLDER = process.env.MUSTER_SCREENSHOTS ?? join(__dirname, "screenshots");

const LOOKS = [
  ["light", { colorScheme: "light", viewport: { width: 1440, height: 900 } }],
  ["dark", { colorScheme: "dark", viewport: { width: 1440, height: 900 } }],
  ["narrow", { colorScheme: "light", viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 }],
  ["narrow-dark", { colorScheme: "dark", viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 }],
] as const;

interface Servers {
  populated: Server;
  empty: Server;
}

const test = base.extend<object, { servers: Servers }>({
  servers: [
    async ({}, use) => {
      const demo = await Installation.make();
      await demo.makeDemo(10_000, 40);
      await demo.createOrganization({
        name: "Acme Industries",
        slug: "acme",
        administrator: { name: "Ada Okafor", email: people.ada },
      });
      await demo.createOrganization({
        name: "Globex",
        slug: "globex",
        kind: "partner",
        administrator: { name: "Ada Okafor", email: people.ada },
      });
      const nobody = await Installation.make();
      const servers = { populated: await demo.serve(), empty: await nobody.serve() };
      await use(servers);
      for (const server of Object.values(servers)) await server.stop();
      for (const installation of [demo, nobody]) await installation.remove();
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

/** A list as people paste it, with faults. */
async function pasted(page: Page): Promise<void> {
  const form = await InviteForm.open(page, "demo");
  const list = ["Ana Lima <ana@example.com>", '"Berg, Per" <per@example.com>', "kim@example", people.admin];
  await form.paste([...list, "lou@example.com", "mia.long.address.of.somebody@subsidiary.example.com", "LOU@example.com"].join("; "));
  await form.items.filter({ hasText: "already a member" }).waitFor();
}

/** A state of a page; a step shows more than the page that was opened. */
interface Picture {
  name: string;
  as?: keyof typeof people;
  path: string;
  step?: (page: Page) => Promise<unknown>;
}

const menu = (filter: "Role" | "Group" | "Status" | "Kind") => (page: Page) => new MembersPage(page).openFilter(filter);

/** The page of the group Support, once it is alive. */
async function openGroup(page: Page): Promise<void> {
  await page.getByRole("table").getByRole("link", { name: "Support", exact: true }).click();
  await page.getByRole("table", { name: "Group Members" }).waitFor();
  await page.waitForLoadState("networkidle");
}

async function selected(page: Page): Promise<void> {
  await openGroup(page);
  for (const row of [1, 2, 4]) await page.getByRole("table").getByRole("checkbox", { name: /^Select / }).nth(row).check();
  await page.getByRole("region", { name: "Selected people" }).waitFor();
}

const PICTURES: readonly Picture[] = [
  { name: "sign-in", path: "/sign-in" },
  { name: "home-member", as: "member", path: "/o/demo" },
  { name: "members-sorted", as: "admin", path: "/o/demo/members?sort=last_active&dir=desc&size=100" },
  { name: "members-deleted", as: "admin", path: "/o/demo/members?status=deleted" },
  { name: "members-search", as: "admin", path: "/o/demo/members?q=an&role=member&status=invited" },
  { name: "members-no-hits", as: "admin", path: "/o/demo/members?q=nobody+at+all&role=security" },
  { name: "members-notice", as: "admin", path: "/o/demo/members?page=99999&sort=colour" },
  { name: "members-empty-organization", as: "ada", path: "/o/acme/members" },
  { name: "members-filter-role", as: "admin", path: "/o/demo/members", step: menu("Role") },
  { name: "members-filter-group", as: "admin", path: "/o/demo/members", step: menu("Group") },
  { name: "members-filter-status", as: "admin", path: "/o/demo/members?status=active", step: menu("Status") },
  { name: "members-filter-kind", as: "admin", path: "/o/demo/members", step: menu("Kind") },
  {
    name: "members-of-a-group",
    as: "admin",
    path: "/o/demo/members",
    step: async (page) => {
      await new MembersPage(page).filter("Group", "Engineering");
      await page.waitForURL(/group=/);
    },
  },
  { name: "group-selected", as: "admin", path: "/o/demo/groups?q=support", step: selected },
  {
    name: "group-several",
    as: "admin",
    path: "/o/demo/groups?q=support",
    step: async (page) => {
      await selected(page);
      await page.getByRole("button", { name: "Actions for the selected" }).click();
      await page.getByRole("heading", { name: "Change 3 people" }).waitFor();
    },
  },
  {
    name: "group-person",
    as: "admin",
    path: "/o/demo/groups?q=support",
    step: async (page) => {
      await openGroup(page);
      await page.getByRole("link", { name: /^Actions for/ }).nth(2).click();
      await page.getByRole("dialog").getByRole("radio").first().waitFor();
    },
  },
  {
    name: "group-add",
    as: "admin",
    path: "/o/demo/groups?q=support",
    step: async (page) => {
      await openGroup(page);
      await page.getByRole("link", { name: "Add Group Member" }).click();
      await page.getByRole("searchbox", { name: "Search members" }).fill("ana");
      await page.waitForLoadState("networkidle");
    },
  },
  {
    name: "group-of-a-member",
    as: "member",
    path: "/o/demo",
    step: async (page) => {
      await page.getByRole("main").locator("[href*='/groups/']").first().click();
      await page.waitForURL(/\/groups\//);
    },
  },
  {
    name: "members-more-groups",
    as: "admin",
    path: "/o/demo/members?sort=last_active&dir=desc",
    step: (page) => page.getByRole("table").getByRole("button", { name: /^\+\d/ }).first().click(),
  },
  { name: "organization-menu", as: "ada", path: "/o/acme", step: (page) => openOrganizationMenu(page, "Acme Industries") },
  { name: "account-menu", as: "admin", path: "/o/demo", step: openAccountMenu },
  { name: "groups-by-count", as: "security", path: "/o/demo/groups?sort=members&dir=desc" },
  { name: "groups-no-hits", as: "admin", path: "/o/demo/groups?q=nothing+at+all" },
  { name: "groups-member", as: "member", path: "/o/demo/groups" },
  { name: "groups-empty-organization", as: "ada", path: "/o/acme/groups" },
  {
    name: "import-checked",
    as: "admin",
    path: "/o/demo/members/import",
    step: (page) => new ImportPage(page, "demo").check(csv(messyFile(2_000, people.admin).content, "people.csv")),
  },
  {
    name: "import-refused",
    as: "admin",
    path: "/o/demo/members/import",
    step: async (page) => {
      const imports = new ImportPage(page, "demo");
      await imports.check(csv(messyFile(2_000, people.admin).content, "people.csv"));
      await imports.filter("Refused").click();
      await page.waitForURL(/outcome=refused/);
      await page.waitForLoadState("networkidle");
    },
  },
  {
    name: "import-not-csv",
    as: "admin",
    path: "/o/demo/members/import",
    step: async (page) => {
      const imports = new ImportPage(page, "demo");
      await imports.file.setInputFiles(csv("PK\u0003\u0004", "people.xlsx"));
      await imports.button("Check the file").click();
      await imports.link("Import another file").waitFor();
    },
  },
  {
    name: "invite-empty",
    as: "admin",
    path: "/o/demo/members",
    step: async (page) => {
      await InviteForm.open(page, "demo");
    },
  },
  { name: "invite-chips", as: "admin", path: "/o/demo/members", step: pasted },
  {
    name: "invite-sent",
    as: "admin",
    path: "/o/demo/members",
    step: async (page) => {
      const form = await InviteForm.open(page, "demo");
      await form.add(`Ida Berg <ida${Date.now()}@acme.example>`);
      await form.send.click();
      await form.root.waitFor({ state: "hidden" });
      await page.waitForLoadState("networkidle");
    },
  },
  {
    name: "row-menu",
    as: "admin",
    path: "/o/demo/members?status=expired",
    step: async (page) => {
      await page.locator("main[data-tools=ready]").waitFor();
      await page.getByRole("link", { name: /^Actions for/ }).nth(2).click();
      await page.getByRole("button", { name: "Resend Invite" }).waitFor();
    },
  },
  {
    name: "invite-link",
    as: "admin",
    path: "/o/demo/members?status=expired",
    step: async (page) => {
      await page.locator("main[data-tools=ready]").waitFor();
      await page.getByRole("link", { name: /^Actions for/ }).nth(3).click();
      await page.getByRole("button", { name: "Copy Invite Link" }).click();
      await page.getByRole("textbox", { name: "Invite link" }).waitFor();
      await page.waitForLoadState("networkidle");
    },
  },
  {
    name: "edit-member",
    as: "admin",
    path: "/o/demo/members?status=active",
    step: async (page) => {
      await chooseAction(page, 4, "Edit Member");
      await page.getByRole("dialog").getByRole("checkbox").first().waitFor();
    },
  },
  {
    name: "remove-member",
    as: "admin",
    path: "/o/demo/members?status=active",
    step: async (page) => {
      await chooseAction(page, 4, "Remove From Organization");
      await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).waitFor();
    },
  },
  {
    name: "removed",
    as: "admin",
    path: "/o/demo/members?status=invited",
    step: async (page) => {
      await chooseAction(page, 5, "Remove From Organization");
      await page.getByRole("dialog").getByRole("button", { name: "Remove From Organization" }).click();
      await page.getByRole("button", { name: "Undo" }).waitFor();
      await page.waitForLoadState("networkidle");
    },
  },
  { name: "audit-log-empty", as: "admin", path: "/o/demo/audit?person=nobody@x.example" },
  { name: "mail-empty", as: "ada", path: "/o/acme/mail" },
  { name: "forgot-password", path: "/forgot-password" },
  { name: "invite-invalid", path: "/invite" },
  { name: "refused-403", as: "member", path: "/o/demo/members" },
  { name: "missing-404", as: "admin", path: "/o/demo/nothing" },
];

async function chooseAction(page: Page, row: number, action: string): Promise<void> {
  await page.locator("main[data-tools=ready]").waitFor();
  await page.getByRole("link", { name: /^Actions for/ }).nth(row).click();
  await page.getByRole("button", { name: action, exact: true }).click();
}

for (const [look, options] of LOOKS) {
  test.describe(look, () => {
    test.use(options);
    test.describe.configure({ timeout: 180_000 });

    test(`the pages, ${look}`, async ({ browser, contextOptions, servers }) => {
      for (const as of [undefined, "admin", "security", "member", "ada"] as const) {
        const baseURL = servers.populated.url;
        const context = await browser.newContext({ ...contextOptions, ...options, baseURL, locale: "en-GB" });
        const page = await context.newPage();
        if (as !== undefined) {
          await page.goto("/");
          await signIn(page, people[as]);
        }
        for (const picture of PICTURES.filter(({ as: who, name }) => who === as && (ONLY?.includes(name) ?? true))) {
          await page.goto(picture.path);
          await page.waitForLoadState("networkidle");
          await picture.step?.(page);
          await take(page, picture.name, look);
        }
        if (as === "admin") {
          const wanted = PAGES.filter((listed) => ONLY?.includes(nameOf(listed)) ?? true);
          if (wanted.length > 0) {
            const ids = await idsIn(page, "demo", "Support", people.owner);
            for (const listed of wanted) {
              await page.goto(addressOf(listed, "demo", ids));
              await page.waitForLoadState("networkidle");
              await take(page, nameOf(listed), look);
            }
          }
        }
        await context.close();
      }
    });

    test(`the set-up, ${look}`, async ({ page, servers }) => {
      await page.goto(servers.empty.url);
      await take(page, "set-up-without-code", look);
      await page.goto(await servers.empty.setUpAddress());
      await take(page, "set-up", look);
    });
  });
}

/** The pictures that the README shows, and what they are called there. */
const IN_README: Readonly<Record<string, string>> = {
  "members-light": "members-light.png",
  "members-dark": "members-dark.png",
  "import-refused-light": "import-light.png",
  "import-refused-dark": "import-dark.png",
};

async function take(page: Page, name: string, look: string): Promise<void> {
  const picture = `${name}-${look}`;
  const path = join(FOLDER, `${picture}.png`);
  await page.screenshot({ path, animations: "disabled" });
  const shown = IN_README[picture];
  if (shown !== undefined) await copyFile(path, join(__dirname, "../docs/pictures", shown));
}
