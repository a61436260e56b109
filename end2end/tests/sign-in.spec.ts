// Sign-in, sign-out, and what happens to whoever is neither (spec L1, L3).

import { expectFieldError, signIn, signInForm, trySignIn } from "../support/forms";
import { organizationButton, signOut } from "../support/header";
import { people } from "../support/portal";
import { PASSWORD } from "../support/muster";
import { expect, test } from "../support/test";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("signed out, the front door shows sign-in, which leads to the organization", async ({ page, portal }) => {
      await page.goto("/");
      await expect(signInForm(page).submit).toBeVisible();
      await signIn(page, people.admin);
      await expect(page).toHaveURL(`${portal.url}/o/demo`);
      await expect(organizationButton(page, "Demo Organization")).toBeVisible();
      await page.goto("/");
      await expect(page).toHaveURL(`${portal.url}/o/demo`);
    });

    // spec L1
    test("an unknown address and a wrong password are answered alike", async ({ page }) => {
      const said: string[] = [];
      for (const email of [people.admin, "nobody@demo.example"]) {
        await page.goto("/sign-in");
        await trySignIn(page, email, "this is not the password");
        const alert = page.getByRole("main").getByRole("alert");
        await expect(alert).toHaveText(/\S/);
        said.push(await alert.innerText());
        await expect(signInForm(page).email).toHaveValue(email);
        await expect(signInForm(page).password).toHaveValue("");
        await expect(page).not.toHaveURL(/nobody|password/);
      }
      expect(said[0]).toBe(said[1]);
    });

    test("a deep link returns after sign-in, with its whole query", async ({ page, portal }) => {
      const deep = "/o/demo/members?q=example&status=active&sort=name&dir=desc";
      await page.goto(deep);
      await expect(signInForm(page).submit).toBeVisible();
      // The failed attempt in between must not lose the way.
      await trySignIn(page, people.security, "this is not the password");
      await expect(page.getByRole("main").getByRole("alert")).toBeVisible();
      await signIn(page, people.security);
      await expect(page).toHaveURL(`${portal.url}${deep}`);
      await expect(page.getByRole("table", { name: "Organization Members" })).toBeVisible();
    });

    test("sign-out stands in the account menu and ends the session", async ({ page, context }) => {
      await page.goto("/");
      await signIn(page, people.admin);
      const before = await context.cookies();
      await signOut(page);
      await expect(signInForm(page).submit).toBeVisible();
      await page.goto("/o/demo/members");
      await expect(signInForm(page).submit).toBeVisible();
      // Ended on the server, not only forgotten here.
      await context.addCookies(before);
      await page.goto("/o/demo/members");
      await expect(signInForm(page).submit).toBeVisible();
    });
  });
}

test("sign-in never leads to another host", async ({ page, portal }) => {
  for (const next of ["https://evil.example/", "//evil.example", "/o/\\evil.example", "/\\evil.example"]) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await signIn(page, people.admin);
    expect(new URL(page.url()).origin).toBe(portal.url);
  }
});

test("the address may be typed in any case, with space around it", async ({ page }) => {
  await page.goto("/sign-in");
  await signIn(page, "  ADMIN@Demo.Example ", PASSWORD);
});

test("an address that is none is told so at its field or answered like a wrong password", async ({ page }) => {
  await page.goto("/sign-in");
  await trySignIn(page, "admin@demo", "this is not the password");
  const alert = page.getByRole("main").getByRole("alert");
  await expect(alert.or(page.locator("[aria-invalid=true]")).first()).toBeVisible();
  await expect(signInForm(page).submit).toBeVisible();
});

test("a missing password is told so", async ({ page }) => {
  await page.goto("/sign-in");
  await trySignIn(page, people.admin, "");
  const { password } = signInForm(page);
  const stopped = await password.evaluate((field: HTMLInputElement) => field.required && !field.checkValidity());
  if (!stopped) await expectFieldError(password, /password/i);
  await expect(page).not.toHaveURL(/\/o\//);
});

// DESIGN 9, issue 2 section 3
test("the session's cookie is out of reach for scripts and other sites, and changes at every sign-in", async ({
  page,
  context,
}) => {
  const values: string[] = [];
  for (const _round of [1, 2]) {
    await context.clearCookies();
    await page.goto("/sign-in");
    await signIn(page, people.admin);
    const cookies = (await context.cookies()).filter(({ httpOnly }) => httpOnly);
    // The session's, and the one by which the browser is known again (spec L2).
    expect(cookies.map(({ name }) => name).toSorted()).toEqual(["muster", "muster-browser"]);
    const cookie = cookies.find(({ name }) => name === "muster");
    expect(["Lax", "Strict"]).toContain(cookie?.sameSite);
    expect(cookie?.path).toBe("/");
    expect(cookie?.value.length).toBeGreaterThanOrEqual(43);
    const days = ((cookie?.expires ?? 0) - Date.now() / 1000) / 86_400;
    expect(days).toBeGreaterThan(13.9);
    expect(days).toBeLessThanOrEqual(14.01);
    values.push(cookie?.value ?? "");
  }
  expect(values[0]).not.toBe(values[1]);
});
