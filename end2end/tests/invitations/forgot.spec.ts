// A forgotten password (spec L4).

import { expectFieldError, signIn, signInForm, trySignIn } from "../../support/forms";
import { organizationButton } from "../../support/header";
import { openLink } from "../../support/invitations";
import { expectAccessible, expectNoSidewaysScroll, expectOrderly } from "../../support/look";
import { ADA, BO, expect, test, NO_USE_FOR_THE_PROGRAM } from "../../support/mailed";
import { PASSWORD } from "../../support/muster";
import type { Page } from "@playwright/test";

const NEW_PASSWORD = "another horse, another battery";

/** Asks for a link as anybody may; gives all that the answer says. */
async function ask(page: Page, email: string): Promise<string> {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot password?", exact: true }).click();
  await expect(page).toHaveURL(/\/forgot-password$/);
  const main = page.getByRole("main");
  await main.getByRole("textbox", { name: "Email", exact: true }).fill(email);
  await main.getByRole("button", { name: "Send link", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Look into your mail", level: 1 })).toBeVisible();
  return (await main.innerText()).replaceAll(email, "…");
}

/** The page behind the link. */
function resetPage(page: Page) {
  const main = page.getByRole("main");
  return {
    password: main.getByLabel("Password", { exact: true }),
    submit: main.getByRole("button", { name: "Set password", exact: true }),
  };
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("the mailed link sets a new password once, signs in, and ends the other sessions", async ({
      page,
      mail,
      mailed,
      somebody,
      guard,
    }) => {
      if (!javaScriptEnabled) guard.expects(NO_USE_FOR_THE_PROGRAM);
      const elsewhere = await somebody(BO.email);
      await ask(page, BO.email);
      const letter = await mail.waitFor(BO.email);
      expect(letter.to.map(({ address }) => address)).toEqual([BO.email]);
      const link = mail.linkIn(letter);
      expect(link.startsWith(`${mailed.server.url}/reset/`)).toBe(true);

      await openLink(page, link);
      const form = resetPage(page);
      await form.password.fill("too short");
      await form.submit.click();
      await expectFieldError(form.password, /at least 15 characters/);
      await form.password.fill(NEW_PASSWORD);
      await form.submit.click();
      await expect(page).toHaveURL(/\/o\/globex$/);
      await expect(organizationButton(page, "Globex")).toBeVisible();

      await elsewhere.goto("/o/globex");
      await expect(signInForm(elsewhere).submit).toBeVisible();
      await trySignIn(elsewhere, BO.email, PASSWORD);
      await expect(elsewhere.getByRole("main").getByRole("alert")).toBeVisible();
      await signIn(elsewhere, BO.email, NEW_PASSWORD);

      // Once: neither for a stranger nor for whoever used it.
      for (const visitor of [await somebody(), page]) {
        await visitor.goto(link);
        await expect(visitor.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(resetPage(visitor).password).toHaveCount(0);
      }
    });
  });
}

// spec L4, L1: nothing tells who has an account
test("the answer is the same for an address that nobody has, which gets no mail", async ({ page, mail }) => {
  const unknown = await ask(page, "nobody@globex.example");
  const known = await ask(page, BO.email);
  expect(unknown).toBe(known);
  await mail.waitFor(BO.email);
  expect(mail.messages.map(({ envelope }) => envelope)).toEqual([[BO.email]]);
});

test("the address may be typed in any case", async ({ page, mail }) => {
  await ask(page, "BO@Globex.Example");
  await mail.waitFor(BO.email);
});

test("a link concerns one account, and a link that never was one shows no form", async ({ page, mail, somebody }) => {
  await ask(page, BO.email);
  const link = mail.linkIn(await mail.waitFor(BO.email));
  const stranger = await somebody();
  for (const wrong of [link.slice(0, -2), `${link}x`, link.replace("/reset/", "/invite/")]) {
    await stranger.goto(wrong);
    await expect(stranger.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(resetPage(stranger).password).toHaveCount(0);
  }
  await openLink(page, link);
  await resetPage(page).password.fill(NEW_PASSWORD);
  await resetPage(page).submit.click();
  await expect(page).toHaveURL(/\/o\/globex$/);
  await somebody(ADA.email);
});

test("its pages are accessible in both schemes and fit on 320 px", async ({ page, mail }) => {
  const look = async () => {
    await page.waitForLoadState("networkidle");
    await expectOrderly(page);
    await expectAccessible(page);
    for (const width of [320, 768]) await expectNoSidewaysScroll(page, width);
    await page.setViewportSize({ width: 1280, height: 720 });
  };
  await page.goto("/forgot-password");
  await look();
  await ask(page, BO.email);
  await look();
  await openLink(page, mail.linkIn(await mail.waitFor(BO.email)));
  await look();
});
