// The view lives in the address (spec M7, M8).

import { MembersPage } from "../../support/members";
import { expect, test } from "../../support/test";

test.use({ as: "admin" });

const VIEW = "q=an&role=member&status=active&sort=last_active&dir=desc&page=2&size=25";

test("a link shows a colleague the same view, and so does a reload", async ({ page, visit }) => {
  const members = new MembersPage(page);
  await members.openAlive(VIEW);
  const rows = await members.emails();
  expect(rows).toHaveLength(25);
  await page.reload();
  expect(await members.emails()).toEqual(rows);
  await expect(members.search).toHaveValue("an");

  const colleague = new MembersPage(await visit("security"));
  await colleague.open(VIEW);
  expect(await colleague.emails()).toEqual(rows);
});

test("a view that was come to step by step is the one that its address gives", async ({ page, visit }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  await members.filter("Role", "Member");
  await members.expectParameters({ role: "member" });
  await members.sortBy("Last Active");
  await members.expectParameters({ role: "member", sort: "last_active" });
  await members.search.fill("an");
  await members.expectParameters({ role: "member", sort: "last_active", q: "an" });
  await members.pager("Next").click();
  await members.expectRange(/^51–100 of/);
  const colleague = new MembersPage(await visit("security"));
  await colleague.open(new URL(page.url()).search.slice(1));
  await colleague.expectEmails(await members.emails());
});

test("sort, filter and page make entries in the history: back and forward pass through them", async ({ page }) => {
  const members = new MembersPage(page);
  await members.openAlive();
  const views: [Record<string, string>, string[]][] = [];
  const remember = async (parameters: Record<string, string>) => {
    await members.expectParameters(parameters);
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    views.push([parameters, await members.emails()]);
  };
  await remember({});
  await members.sortBy("Name");
  await remember({ sort: "name" });
  await members.filter("Role", "Member");
  await remember({ sort: "name", role: "member" });
  await members.pager("Next").click();
  await members.expectRange(/^51–100 of/);
  await remember({ sort: "name", role: "member", page: "2" });
  expect(new Set(views.map(([, emails]) => emails.join())).size).toBeGreaterThan(2);

  for (const [parameters, emails] of views.slice(0, -1).reverse()) {
    await page.goBack();
    await members.expectParameters(parameters);
    await members.expectEmails(emails);
  }
  for (const [parameters, emails] of views.slice(1)) {
    await page.goForward();
    await members.expectParameters(parameters);
    await members.expectEmails(emails);
  }
});

// spec M8
test("a page beyond the end shows the last one with a notice, and the address stays", async ({ page, portal }) => {
  const members = new MembersPage(page);
  await members.open();
  await members.pager("Last").click();
  const last = await members.emails();
  const number = members.parameters().page ?? "";
  for (const beyond of ["5000", "4294967295"]) {
    await members.open(`page=${beyond}`);
    expect(await members.emails()).toEqual(last);
    await expect(members.main.getByText(/last page|last one/i).first()).toBeVisible();
    await expect(page).toHaveURL(`${portal.url}/o/demo/members?page=${beyond}`);
    await expect(members.pageField).toHaveValue(number);
  }
});

const MALFORMED: readonly (readonly [query: string, parameter: RegExp])[] = [
  ["sort=colour", /sort/i],
  ["dir=up", /dir/i],
  ["page=0", /page/i],
  ["page=minus+one", /page/i],
  ["size=7", /size/i],
  ["role=boss", /role/i],
  ["status=gone", /status/i],
  ["kind=odd", /kind/i],
  ["group=x", /group/i],
  ["deleted=maybe", /deleted/i],
  ["page=99999999999999999999", /page/i],
  ["sort=name&sort=colour&q=%FF%FE", /sort/i],
];
for (const [query, parameter] of MALFORMED) {
  test(`?${query} falls back to the default with a quiet notice`, async ({ page, portal }) => {
    const members = new MembersPage(page);
    const response = await members.open(query);
    expect(response.status()).toBe(200);
    expect(response.request().redirectedFrom()).toBeNull();
    const notice = members.notice;
    await expect(notice).toBeVisible();
    await expect(notice).toContainText(parameter);
    await members.alive();
    await expect(notice).toBeVisible();
    expect(page.url()).toBe(`${portal.url}${members.path(query)}`);
  });
}

test("parameters of others are passed over in silence", async ({ page, portal }) => {
  const members = new MembersPage(page);
  await members.openAlive("utm_source=mail&sort=name");
  await expect(members.notice).toHaveCount(0);
  await expect(page).toHaveURL(`${portal.url}/o/demo/members?utm_source=mail&sort=name`);
});

test("nothing that a link can hold breaks the page", async ({ page }) => {
  const members = new MembersPage(page);
  for (const query of [
    `q=${"a".repeat(2_000)}`,
    "q=%00",
    "q=%F0%9F%A6%8A",
    "q=%E2%80%AE",
    "q=<script>console.error(1)</script>",
    "&&&=&?",
    "group=00000000-0000-0000-0000-000000000000",
    `${"sort=name&".repeat(300)}`,
  ]) {
    const response = await page.goto(members.path(query));
    expect(response?.status(), query).toBe(200);
    await members.alive();
  }
});
