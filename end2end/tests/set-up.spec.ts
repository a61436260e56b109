// The first start of an installation (spec T2).

import { expectFieldError, fillSetUp, GOOD_ANSWERS, setUpForm, signInForm } from "../support/forms";
import { organizationButton, signOut } from "../support/header";
import { PASSWORD } from "../support/muster";
import { expectAccessible, expectNoSidewaysScroll, expectOrderly } from "../support/look";
import { expect, ON_A_FRESH_ONE, test } from "../support/test";

test.use(ON_A_FRESH_ONE);

const BAD_ANSWERS = {
  organization: "   ",
  name: "Grete <b>Müller</b> \"x\"",
  email: "grete@localhost",
  password: "far too short",
};

// spec T2: whoever reaches the port first doesn't own the installation
test("without the code the page says where to find it, and shows no form", async ({ page }) => {
  for (const path of ["/", "/set-up", "/sign-in", "/o/demo"]) {
    await page.goto(path);
    await expect(page.getByRole("main")).toContainText(/code/i);
    await expect(page.getByRole("main")).toContainText(/terminal|log|output|prints|printed/i);
    await expect(page.getByRole("textbox")).toHaveCount(0);
  }
});

test("a wrong code is no code", async ({ page, fresh }) => {
  const address = new URL(await fresh.server.setUpAddress());
  const code = address.searchParams.get("code") ?? "";
  expect(code.length).toBeGreaterThan(15);
  for (const wrong of ["1234", `${code}x`, code.slice(0, -1)]) {
    address.searchParams.set("code", wrong);
    await page.goto(address.href);
    await expect(page.getByRole("main")).toContainText(/code/i);
    await expect(page.getByRole("textbox")).toHaveCount(0);
  }
});

test("the printed address leads to the form, which makes an organization and its administrator", async ({
  page,
  fresh,
}) => {
  await page.goto(await fresh.server.setUpAddress());
  const form = setUpForm(page);
  await expect(form.heading).toBeVisible();
  await fillSetUp(page, GOOD_ANSWERS);
  await form.submit.click();

  await expect(page).toHaveURL(`${fresh.server.url}/o/muller-sohne`);
  await expect(organizationButton(page, GOOD_ANSWERS.organization)).toBeVisible();

  // The first administrator, in the group that is made with the organization (spec R1).
  await page.goto("/o/muller-sohne/members");
  const row = page.getByRole("row", { name: /grete@mueller\.example/ });
  await expect(row).toContainText("Grete Müller");
  await expect(row).toContainText("Administrator");
  await expect(row).toContainText("administrators");
});

test("once set up, the form never appears again", async ({ page, fresh }) => {
  const address = await fresh.server.setUpAddress();
  await page.goto(address);
  await fillSetUp(page, GOOD_ANSWERS);
  await setUpForm(page).submit.click();
  await expect(page).toHaveURL(/\/o\/muller-sohne/);

  await page.goto(address);
  await expect(setUpForm(page).organization).toHaveCount(0);
  await page.goto("/");
  await expect(page).toHaveURL(/\/o\/muller-sohne/);
  await signOut(page);
  await page.goto(address);
  await expect(setUpForm(page).organization).toHaveCount(0);
  await page.goto("/");
  await expect(signInForm(page).submit).toBeVisible();
});

test("an organization made on the command line closes the set-up too", async ({ page, fresh }) => {
  const address = await fresh.server.setUpAddress();
  await fresh.installation.createOrganization({
    name: "Acme",
    slug: "acme",
    administrator: { name: "Ada", email: "ada@acme.example" },
  });
  await page.goto(address);
  await expect(setUpForm(page).organization).toHaveCount(0);
  await page.goto("/");
  await expect(signInForm(page).submit).toBeVisible();
});

test("errors stand at their fields, and what was typed is kept", async ({ page, fresh }) => {
  await page.goto(await fresh.server.setUpAddress());
  await fillSetUp(page, BAD_ANSWERS);
  const form = setUpForm(page);
  await form.submit.click();
  await expectFieldError(form.organization, /name is missing/i);
  await expectFieldError(form.email, /localhost has no ending such as \.com/);
  await expectFieldError(form.password, /at least 15 characters/);
  await expect(form.name).not.toHaveAttribute("aria-invalid", "true");
  await expect(form.name).toHaveValue(BAD_ANSWERS.name);
  await expect(form.email).toHaveValue(BAD_ANSWERS.email);
  // Nowhere in the page's source: an attribute would outlive the form.
  expect(await page.content()).not.toContain(BAD_ANSWERS.password);
  await expectAccessible(page);

  await fillSetUp(page, GOOD_ANSWERS);
  await form.submit.click();
  await expect(page).toHaveURL(/\/o\/muller-sohne/);
});

test("a password that anybody would guess is refused at its field", async ({ page, fresh }) => {
  await page.goto(await fresh.server.setUpAddress());
  const form = setUpForm(page);
  for (const password of ["passwordpassword", "aaaaaaaaaaaaaaaaaaaa", "grete@mueller.example"]) {
    await fillSetUp(page, { ...GOOD_ANSWERS, password });
    await form.submit.click();
    await expectFieldError(form.password, /guess|common|known/i);
    await expect(form.organization).toHaveValue(GOOD_ANSWERS.organization);
  }
});

test("of two who submit at once one wins, and the other is told so", async ({ browser, fresh, guard }) => {
  const address = await fresh.server.setUpAddress();
  const both = await Promise.all(
    ["First", "Second"].map(async (organization) => {
      const context = await browser.newContext({ baseURL: fresh.server.url });
      await guard.watch(context);
      const page = await context.newPage();
      await page.goto(address);
      await fillSetUp(page, { ...GOOD_ANSWERS, organization, email: `${organization}@x.example` });
      return { context, page, organization };
    }),
  );
  await Promise.all(both.map(({ page }) => setUpForm(page).submit.click()));

  const told = /already|somebody else|someone else/i;
  for (const { page } of both) {
    await expect(page.getByRole("main").getByText(told).or(page.getByRole("banner").getByRole("button")).first()).toBeVisible();
  }
  const winners = both.filter(({ page }) => /\/o\/(first|second)/.test(page.url()));
  const losers = both.filter(({ page }) => !page.url().includes("/o/"));
  expect([winners.length, losers.length]).toEqual([1, 1]);
  for (const { page } of losers) {
    await expect(page.getByRole("main")).toContainText(told);
    // Told, and not let in by the other's account.
    await page.goto("/");
    await expect(signInForm(page).submit).toBeVisible();
  }
  guard.stop();
  await Promise.all(both.map(({ context }) => context.close()));
});

test("the set-up page is accessible, orderly and narrow enough", async ({ page, fresh }) => {
  for (const address of ["/", await fresh.server.setUpAddress()]) {
    await page.goto(address);
    await expectOrderly(page);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page, 320);
  }
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("errors stand at their fields, and what was typed is kept except the password", async ({ page, fresh }) => {
    await page.goto(await fresh.server.setUpAddress());
    await fillSetUp(page, BAD_ANSWERS);
    const form = setUpForm(page);
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await form.submit.click();
    // DESIGN 8: a refused form comes back as 422
    expect((await answer).status()).toBe(422);
    await expectFieldError(form.organization, /name is missing/i);
    await expectFieldError(form.email, /localhost has no ending such as \.com/);
    await expectFieldError(form.password, /at least 15 characters/);
    await expect(form.name).toHaveValue(BAD_ANSWERS.name);
    await expect(form.email).toHaveValue(BAD_ANSWERS.email);
    await expect(form.password).toHaveValue("");
    expect(await page.content()).not.toContain(BAD_ANSWERS.password);

    await fillSetUp(page, { ...GOOD_ANSWERS, password: PASSWORD });
    await form.submit.click();
    await expect(page).toHaveURL(`${fresh.server.url}/o/muller-sohne`);
  });
});
