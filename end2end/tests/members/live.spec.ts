// An open table shows what others change (decision 15).

import { InviteForm, rowOf } from "../../support/invitations";
import { ADA, enter, expect, test } from "../../support/mailed";
import { MembersPage } from "../../support/members";

/** What the table may take to show a change, and a slow machine. */
const SOON = { timeout: 4_000 };

test("rows that would move wait until somebody wants to see them", async ({ page, somebody }) => {
  await enter(page, ADA.email);
  const members = new MembersPage(page, "acme");
  await members.open();
  await expect(page.getByRole("main")).toHaveAttribute("data-tools", "ready");
  const before = await members.emails();
  const other = await somebody(ADA.email);
  const looked = page.waitForRequest("**/api/members/list");
  await (await InviteForm.open(other)).invite("aa@x.example", "zz@x.example", "mm@x.example");
  expect((await looked).postData(), "looking is nobody's activity").toContain("background=true");
  const show = page.getByRole("button", { name: "3 changes — show", exact: true });
  await expect(show).toBeVisible(SOON);
  expect(await members.emails(), "nothing moved meanwhile").toEqual(before);
  await show.click();
  await expect(rowOf(page, "mm@x.example")).toContainText("Invite Pending");
  await expect(show).toHaveCount(0);
});

test("what changes in a row is written where it stands, and the focus stays", async ({ page, somebody, mail }) => {
  await enter(page, ADA.email);
  const other = await somebody(ADA.email);
  await (await InviteForm.open(other)).invite("Ana Lima <ana@x.example>");
  await new MembersPage(page, "acme").open();
  await expect(page.getByRole("main")).toHaveAttribute("data-tools", "ready");
  const row = rowOf(page, "ana@x.example");
  const actions = row.getByRole("link", { name: /^Actions for/ });
  await actions.focus();
  const element = await row.elementHandle();
  const invited = await somebody();
  await invited.goto(mail.linkIn(await mail.waitFor("ana@x.example")));
  await invited.getByLabel("Your name").fill("Ana Maria Lima");
  await invited.getByLabel("Password", { exact: true }).fill("violet anchors drift past noon");
  await invited.getByRole("button", { name: "Join" }).click();
  await invited.waitForURL(/\/o\/acme$/);
  await expect(row).toContainText("Ana Maria Lima", SOON);
  await expect(row).not.toContainText("Invite Pending");
  expect(await element?.evaluate((row) => row.isConnected), "the row is the same").toBe(true);
  await expect(actions).toBeFocused();
});

test("a connection that was lost comes back and catches up", async ({ page, somebody, mailed, guard }) => {
  guard.expects(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
  await enter(page, ADA.email);
  await new MembersPage(page, "acme").open();
  await expect(page.getByRole("main")).toHaveAttribute("data-tools", "ready");
  const { port } = mailed.server;
  await mailed.server.stop();
  mailed.server = await mailed.installation.serve(port);
  const other = await somebody(ADA.email);
  await (await InviteForm.open(other)).invite("late@x.example");
  await expect(page.getByRole("button", { name: "1 change — show", exact: true })).toBeVisible({ timeout: 10_000 });
});
