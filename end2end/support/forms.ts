// The forms before an organization is entered, by the words on them.

import { expect, type Locator, type Page } from "@playwright/test";
import { PASSWORD } from "./muster";

/** The set-up form's fields (spec T2). */
export function setUpForm(page: Page) {
  const main = page.getByRole("main");
  return {
    heading: page.getByRole("heading", { name: "Set up Muster", level: 1 }),
    organization: main.getByLabel(/^organization/i),
    name: main.getByLabel(/^your name/i),
    email: main.getByLabel(/^e-?mail/i),
    password: main.getByRole("textbox", { name: /^password/i }),
    submit: main.getByRole("button", { name: /set up|create/i }),
  };
}

export interface SetUpAnswers {
  organization: string;
  name: string;
  email: string;
  password: string;
}

export const GOOD_ANSWERS: SetUpAnswers = {
  organization: "Müller & Söhne",
  name: "Grete Müller",
  email: "grete@mueller.example",
  password: PASSWORD,
};

export async function fillSetUp(page: Page, answers: SetUpAnswers): Promise<void> {
  const form = setUpForm(page);
  await form.organization.fill(answers.organization);
  await form.name.fill(answers.name);
  await form.email.fill(answers.email);
  await form.password.fill(answers.password);
}

/** The sign-in form (spec L1). */
export function signInForm(page: Page) {
  const main = page.getByRole("main");
  return {
    email: main.getByLabel("Email", { exact: true }),
    password: main.getByLabel("Password", { exact: true }),
    submit: main.getByRole("button", { name: "Sign in", exact: true }),
  };
}

/** Fills in the form and waits for an organization's page. */
export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await trySignIn(page, email, password);
  await expect(page).toHaveURL(/\/o\/[a-z0-9-]+/);
}

/** Fills in the form, whatever comes of it. */
export async function trySignIn(page: Page, email: string, password: string): Promise<void> {
  const form = signInForm(page);
  await form.email.fill(email);
  await form.password.fill(password);
  await form.submit.click();
}

/** A field that says what is wrong with it, to everybody: marked, and with the sentence tied to it. */
export async function expectFieldError(field: Locator, sentence: RegExp): Promise<void> {
  await expect(field).toHaveAttribute("aria-invalid", "true");
  const tied = () =>
    field.evaluate((element) => {
      const ids = ["aria-errormessage", "aria-describedby"].flatMap((name) =>
        (element.getAttribute(name) ?? "").split(/\s+/),
      );
      return ids.map((id) => document.getElementById(id)?.innerText ?? "").join("\n");
    });
  await expect.poll(tied).toMatch(sentence);
}
