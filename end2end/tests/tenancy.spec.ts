// What one organization never shows to another's people, and moving between one's own (spec T1, T3, T4).

import { choice, groupOf, MembersPage } from "../support/members";
import { openOrganizationMenu, organizationButton } from "../support/header";
import { acme } from "../support/portal";
import { expect, test } from "../support/test";

const PATHS = ["", "/members", "/members?q=ana", "/settings", "/nothing-here"];

test.describe("somebody of the demo organization", () => {
  test.use({ as: "admin" });

  // spec T1, DESIGN 5: a foreign id answers exactly as a missing one
  test("another organization answers exactly as a missing one", async ({ page }) => {
    for (const path of PATHS) {
      const answers = [];
      for (const slug of ["globex", "gl0bex"]) {
        const response = await page.goto(`/o/${slug}${path}`);
        expect(response?.status(), `/o/${slug}${path}`).toBe(404);
        const main = await page.getByRole("main").innerText();
        answers.push(main.replaceAll(slug, "…"));
        expect(await page.title()).not.toContain("Globex");
        expect(await page.content()).not.toContain("ada@acme.example");
      }
      expect(answers[0]).toBe(answers[1]);
    }
  });

  test("a page that isn't there is a page that says so", async ({ page }) => {
    for (const path of ["/nothing", "/o/demo/nothing", "/o/Not-A-Slug/members", "/o/demo/members/extra"]) {
      const response = await page.goto(path);
      expect(response?.status(), path).toBe(404);
      await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
    }
  });

  test("people of other organizations are never found", async ({ page }) => {
    const members = new MembersPage(page);
    await page.goto(members.path("q=ada@acme.example&deleted=1"));
    await expect(page.getByRole("heading", { name: "No members match" })).toBeVisible();
  });

  test("the menu lists no organization that isn't theirs", async ({ page }) => {
    await page.goto("/o/demo");
    const menu = await openOrganizationMenu(page, "Demo Organization");
    await expect(menu).not.toContainText("Globex");
    await expect(menu).not.toContainText("Acme");
  });
});

test.describe("somebody of two organizations", () => {
  test.use({ as: "ada" });

  // spec T3, T4
  test("switches between them without signing in again", async ({ page, portal }) => {
    await page.goto("/o/acme/members");
    for (const [from, to, slug] of [
      ["Acme Industries", "Globex", "globex"],
      ["Globex", "Acme Industries", "acme"],
    ] as const) {
      const menu = await openOrganizationMenu(page, from);
      await expect(menu).toContainText("Switch Tenant");
      await choice(menu, to).click();
      await expect(page).toHaveURL(new RegExp(`^${portal.url}/o/${slug}(/|$)`));
      await expect(organizationButton(page, to)).toBeVisible();
    }
  });

  test("sees in each only its own people", async ({ page }) => {
    const inAcme = new MembersPage(page, "acme");
    await inAcme.open();
    expect(await inAcme.total()).toBe(acme.length + 1);
    await inAcme.expectEmails(["ada@acme.example", ...acme.map(([email]) => email)].sort());
    const inGlobex = new MembersPage(page, "globex");
    await inGlobex.open();
    await inGlobex.expectEmails(["ada@acme.example"]);
    await expect(inGlobex.sidebar).not.toContainText("London Team");
  });

  test("lands in the organization that was entered last", async ({ page, portal }) => {
    for (const slug of ["globex", "acme"]) {
      await page.goto(`/o/${slug}/members`);
      await expect(page.getByRole("table")).toBeVisible();
      await page.goto("/");
      await expect(page).toHaveURL(`${portal.url}/o/${slug}`);
    }
  });

  // spec T1: not by the name of a group of another organization either
  test("a group of another organization narrows the table exactly as a missing one", async ({ page }) => {
    const inAcme = new MembersPage(page, "acme");
    await inAcme.open();
    const link = inAcme.sidebar.getByRole("link", { name: /London Team/ });
    const group = groupOf(await link.getAttribute("href"));
    const missing = group.replace(/.{8}$/, "00000000");
    const answers = [];
    for (const id of [group, missing]) {
      const response = await page.goto(`/o/globex/members?group=${id}`);
      answers.push([response?.status(), (await page.getByRole("main").innerText()).replaceAll(id, "…")]);
      await expect(page.getByRole("main")).not.toContainText("London Team");
    }
    expect(answers[0]).toEqual(answers[1]);
    const pages = [];
    for (const id of [group, missing]) {
      const response = await page.goto(`/o/globex/groups/${id}`);
      expect(response?.status()).toBe(404);
      pages.push((await page.getByRole("main").innerText()).replaceAll(id, "…"));
    }
    expect(pages[0]).toEqual(pages[1]);
  });
});
