// Wrong passwords lock strangers out, and administrators let people in again (spec L2, A7).

import type { Page } from "@playwright/test";
import { trySignIn } from "../support/forms";
import { signOut } from "../support/header";
import { InviteForm, join, openActions, rowOf, message } from "../support/invitations";
import { expectAccessible } from "../support/look";
import { ADA, enter, expect, test } from "../support/mailed";
import { MembersPage } from "../support/members";
import { PASSWORD } from "../support/muster";

const ANA = { name: "Ana Lima", email: "ana@x.example" };
const WRONG = "this is not the password";
const LOCKED = "Sign-in with this address is locked after too many wrong passwords. Try again in 15 minutes";

/** What the sign-in form says after an attempt. */
async function answer(page: Page, email: string, password: string): Promise<string> {
  await page.goto("/sign-in");
  await trySignIn(page, email, password);
  const alert = page.getByRole("main").getByRole("alert");
  await expect(alert).toHaveText(/\S/);
  return alert.innerText();
}

/** Ten wrong passwords; the last one is told that it locked. */
async function lock(page: Page, email: string): Promise<void> {
  for (let time = 1; time <= 9; time += 1) {
    expect(await answer(page, email, WRONG)).toContain("The e-mail address or the password is wrong.");
  }
  expect(await answer(page, email, WRONG)).toContain(LOCKED);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test("strangers are locked out, and the browser that signed in before is not", async ({ somebody }) => {
      const own = await somebody(ADA.email, { javaScriptEnabled });
      await signOut(own);
      const stranger = await somebody(undefined, { javaScriptEnabled });
      await lock(stranger, ADA.email);
      expect(await answer(stranger, ADA.email, PASSWORD), "the right one too").toContain(LOCKED);
      await expect(stranger.getByRole("link", { name: "Forgot password?" })).toBeVisible();
      await enter(own, ADA.email);
      await expect(own).toHaveURL(/\/o\/acme$/);
      expect(await answer(stranger, ADA.email, PASSWORD), "strangers stay locked out").toContain(LOCKED);
    });
  });
}

// spec T1
test("an address without an account is locked alike", async ({ somebody }) => {
  const stranger = await somebody();
  await lock(stranger, "nobody@acme.example");
});

// spec M10
test("an administrator sees who is locked, and unlocks from the row's menu", async ({ page, somebody, mail }) => {
  const ana = await somebody();
  await enter(page, ADA.email);
  await (await InviteForm.open(page)).invite(ANA.email);
  await join(ana, mail.linkIn(await mail.waitFor(ANA.email)), ANA.name, PASSWORD);
  await new MembersPage(page, "acme").open();
  let menu = await openActions(page, ANA.email);
  const unlock = () => menu.getByRole("button", { name: "Unlock Sign-In", exact: true });
  await expect(unlock()).toBeDisabled();
  await expect(unlock()).toHaveAccessibleDescription("Their sign-in is not locked.");
  await page.keyboard.press("Escape");

  const stranger = await somebody();
  await lock(stranger, ANA.email);
  await new MembersPage(page, "acme").open();
  await expect(rowOf(page, ANA.email)).toContainText("Sign-in locked");
  await expectAccessible(page);
  menu = await openActions(page, ANA.email);
  await unlock().click();
  await expect(message(page, `${ANA.name} can sign in again.`)).toBeVisible();
  await expect(rowOf(page, ANA.email)).not.toContainText("Sign-in locked");
  await enter(stranger, ANA.email);
  await expect(stranger).toHaveURL(/\/o\/acme$/);
  // Both are in the log, by their words.
  await page.goto("/o/acme/audit?action=member.sign_in_unlocked");
  await expect(page.getByRole("main")).toContainText(ANA.email);
  await page.goto("/o/acme/audit?action=member.sign_in_locked");
  await expect(page.getByRole("main")).toContainText("somebody who is not signed in");
});

test("without JavaScript the member's page unlocks", async ({ somebody }) => {
  const page = await somebody(ADA.email, { javaScriptEnabled: false });
  const stranger = await somebody();
  await lock(stranger, ADA.email);
  await page.goto("/o/acme/members");
  await rowOf(page, ADA.email).getByRole("link", { name: /^Actions for / }).click();
  await expect(page.getByRole("main")).toContainText("Active, sign-in locked");
  await page.getByRole("button", { name: "Unlock Sign-In", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: `${ADA.name} can sign in again.` })).toBeVisible();
  await enter(stranger, ADA.email);
  await expect(stranger).toHaveURL(/\/o\/acme$/);
});

// spec A7
test("the operator unlocks on the command line", async ({ mailed, somebody }) => {
  const stranger = await somebody();
  await lock(stranger, ADA.email);
  const output = await mailed.installation.succeed("account", "unlock", ADA.email);
  expect(output).toContain(`${ADA.email} can sign in again.`);
  await enter(stranger, ADA.email);
  await expect(stranger).toHaveURL(/\/o\/acme$/);
});
