// People from a file, by the command line, found in the browser (spec A2; issue 2, section 2).

import { ANA, LAST, messyFile, NINA, told } from "../support/csv";
import { signIn } from "../support/forms";
import { MembersPage } from "../support/members";
import { expect, type Fresh, ON_A_FRESH_ONE, test } from "../support/test";

test.use(ON_A_FRESH_ONE);

const ADA = { name: "Ada Okafor", email: "ada@import.example" };
const ROWS = 10_000;

async function withOrganization({ installation }: Fresh): Promise<void> {
  await installation.createOrganization({ name: "Import", slug: "import", administrator: ADA });
}

test("a messy file of 10,000 rows is imported: bad rows are told, good ones found in the table", async ({
  page,
  fresh,
}) => {
  await withOrganization(fresh);
  const file = messyFile(ROWS, ADA.email);
  // The server runs meanwhile, as it would.
  const { output } = await fresh.installation.importPeople("import", file.content);
  for (const bad of file.bad) expect(output).toMatch(told(bad));
  expect(output).toMatch(new RegExp(file.good.toLocaleString("en").replace(",", ",?")));

  await page.goto("/");
  await signIn(page, ADA.email);
  const members = new MembersPage(page, "import");
  await members.openAlive();
  expect(await members.total()).toBe(file.good + 1);

  await members.search.fill("LIMA, ana");
  await members.expectEmails([ANA.email]);
  const [ana] = await members.rows();
  expect(ana?.Name.text).toBe(ANA.name);
  for (const group of ANA.groups) expect(ana?.Groups.text).toContain(group);
  // Imported people are invited; nobody has a link yet.
  expect(ana?.["Last Active"].text).toBe("Invite Pending");
  expect(ana?.["Organization Role"].text).toBe("Member");

  await members.search.fill('"nina" lima; nee sorensen');
  await members.expectEmails([NINA.email]);
  expect((await members.rows())[0]?.["Organization Role"].text).toBe("Member");

  await members.search.fill("太郎");
  await members.expectEmails([LAST.email]);
  const [last] = await members.rows();
  expect(last?.["Organization Role"].text).toBe("Security");
  for (const group of ["Cairo", "Dublin"]) expect(last?.Groups.text).toContain(group);

  // Refused rows left nothing behind.
  for (const text of ["A Boss", "climber@", "turned@", "broken", "Ana Again"]) {
    await members.search.fill(text);
    await expect(page.getByRole("heading", { name: "No members match" })).toBeVisible();
  }
  // The first occurrence of an address stands; the second didn't make it Security.
  await members.search.fill("person00100@");
  await expect.poll(async () => (await members.rows())[0]?.["Organization Role"].text).toBe("Member");
  // The last administrator wasn't demoted (spec R7).
  await members.search.fill(ADA.email);
  await expect.poll(async () => (await members.rows())[0]?.["Organization Role"].text).toBe("Administrator");
});

test("a second import of the same file changes nothing", async ({ page, fresh }) => {
  await withOrganization(fresh);
  const file = messyFile(ROWS, ADA.email);
  await fresh.installation.importPeople("import", file.content);
  await page.goto("/");
  await signIn(page, ADA.email);
  const members = new MembersPage(page, "import");
  const view = async () => {
    const seen = [];
    for (const query of ["size=100", "q=lima", "role=security", "sort=created&dir=desc&size=25"]) {
      await members.open(query);
      const rows = await members.rows();
      seen.push(await members.total(), rows.map(({ Name, Email, Groups, ...row }) => [
        Name.text,
        Email.text,
        Groups.text,
        row["Organization Role"].text,
        row.Created.instant,
        row["Last Active"].text,
      ]));
    }
    return [seen, await members.sidebar.innerText()];
  };
  const before = await view();
  const { output } = await fresh.installation.importPeople("import", file.content);
  for (const bad of file.bad) expect(output).toMatch(told(bad));
  expect(await view()).toEqual(before);
});

test("the dry run tells the same bad rows and writes nothing", async ({ page, fresh }) => {
  await withOrganization(fresh);
  const file = messyFile(500, ADA.email);
  const dry = await fresh.installation.importPeople("import", file.content, "--dry-run");
  for (const bad of file.bad) expect(dry.output).toMatch(told(bad));
  await page.goto("/");
  await signIn(page, ADA.email);
  const members = new MembersPage(page, "import");
  await members.open();
  await members.expectEmails([ADA.email]);
  await expect(members.sidebar).not.toContainText("Berlin");

  const real = await fresh.installation.importPeople("import", file.content);
  const about = (output: string) => file.bad.map((bad) => told(bad).exec(output)?.[0]);
  expect(about(real.output)).toEqual(about(dry.output));
  expect(real.code).toBe(dry.code);
});

test("one bad row refuses all where that is asked for", async ({ page, fresh }) => {
  await withOrganization(fresh);
  const file = messyFile(500, ADA.email);
  const { code, output } = await fresh.installation.importPeople("import", file.content, "--all-or-nothing");
  expect(code).not.toBe(0);
  for (const bad of file.bad) expect(output).toMatch(told(bad));
  await page.goto("/");
  await signIn(page, ADA.email);
  const members = new MembersPage(page, "import");
  await members.open();
  await members.expectEmails([ADA.email]);
});

test("on a second import empty cells change nothing, a role replaces, groups add", async ({ page, fresh }) => {
  await withOrganization(fresh);
  const first = "email,name,organization_role,groups\nann@import.example,Ann,security,Berlin\nben@import.example,Ben,,Berlin\n";
  const second = "groups,email,name,organization_role\nCairo,ANN@import.example,,\n,ben@import.example,Benjamin,security\n";
  for (const csv of [first, second]) {
    const { code, output } = await fresh.installation.importPeople("import", csv);
    expect(code, output).toBe(0);
  }
  await page.goto("/");
  await signIn(page, ADA.email);
  const members = new MembersPage(page, "import");
  await members.open();
  const [, ann, ben] = await members.rows();
  expect([ann?.Email.text, ann?.Name.text, ann?.["Organization Role"].text]).toEqual([
    "ann@import.example",
    "Ann",
    "Security",
  ]);
  for (const group of ["Berlin", "Cairo"]) expect(ann?.Groups.text).toContain(group);
  expect([ben?.Name.text, ben?.["Organization Role"].text, ben?.Groups.text]).toEqual(["Benjamin", "Security", "Berlin"]);
});

test("a file that can't be imported is refused with a sentence", async ({ fresh }) => {
  await withOrganization(fresh);
  for (const [csv, slug, reason] of [
    ["name\nAnn\n", "import", /no column “email”/],
    ["email,phone\na@b.example,1\n", "import", /phone/],
    ["email\na@b.example\n", "nowhere", /nowhere/],
    [Buffer.from([0x65, 0x6d, 0x61, 0x69, 0x6c, 0x0a, 0xff, 0xfe, 0x0a]), "import", /Windows-1252/],
  ] as const) {
    const { code, output } = await fresh.installation.importPeople(slug, csv);
    expect(output).toMatch(reason);
    expect(code).not.toBe(0);
  }
});
