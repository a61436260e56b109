// Inviting and being invited, by the words on the pages (spec I, M10).

import { expect, type Locator, type Page } from "@playwright/test";
import { opened } from "./header";
import { MembersPage } from "./members";

/** A chip: an address that was accepted from the field, or one that is to be mended. */
export interface Chip {
  /** Everything that is to be read on it. */
  text: string;
  faulty: boolean;
}

/** The form **Invite Member**, in its dialog or on its page. */
export class InviteForm {
  readonly email: Locator;
  readonly addresses: Locator;
  readonly role: Locator;
  readonly groups: Locator;
  readonly groupSearch: Locator;
  readonly groupRole: Locator;
  readonly send: Locator;
  readonly cancel: Locator;

  constructor(
    readonly page: Page,
    readonly root: Locator,
  ) {
    this.email = root.getByRole("textbox", { name: "Email", exact: true });
    this.addresses = root.getByRole("list", { name: "Addresses" });
    this.role = root.getByRole("combobox", { name: "Organization Role" });
    this.groups = root.getByRole("group", { name: "Groups" });
    this.groupSearch = root.getByRole("searchbox", { name: "Search groups" });
    this.groupRole = root.getByRole("combobox", { name: "Group Role" });
    this.send = root.getByRole("button", { name: "Send Invites", exact: true });
    this.cancel = root.getByRole("button", { name: "Cancel", exact: true });
  }

  /** The control that leads to the form. */
  static control(page: Page): Locator {
    const main = page.getByRole("main");
    const name = "Invite Member";
    return main.getByRole("link", { name, exact: true }).or(main.getByRole("button", { name, exact: true }));
  }

  /** Opens the dialog on a members page that has come to life. */
  static async openDialog(page: Page): Promise<InviteForm> {
    await expect(page.getByRole("main")).toHaveAttribute("data-tools", "ready");
    await InviteForm.control(page).click();
    const form = new InviteForm(page, page.getByRole("dialog", { name: "Invite Member" }));
    await expect(form.email).toBeVisible();
    return form;
  }

  /** Opens the members of an organization, and the dialog there. */
  static async open(page: Page, slug = "acme"): Promise<InviteForm> {
    await new MembersPage(page, slug).open();
    return InviteForm.openDialog(page);
  }

  /** Opens the page of its own. */
  static async openPage(page: Page, slug = "acme"): Promise<InviteForm> {
    const response = await page.goto(`/o/${slug}/members/invite`);
    expect(response?.status()).toBe(200);
    return new InviteForm(page, page.getByRole("main"));
  }

  /** The chips that are there. */
  get items(): Locator {
    return this.addresses.getByRole("listitem");
  }

  /** The chip of an entry. */
  chip(entry: string): Locator {
    const edit = this.page.getByRole("button", { name: `Edit ${entry}`, exact: true });
    return this.items.filter({ has: edit });
  }

  async chips(): Promise<Chip[]> {
    return this.items.evaluateAll((items) =>
      items.map((item) => ({
        text: (item.textContent ?? "").replaceAll(/\s+/g, " ").trim(),
        // By the eye it is underlined; by ear its warning describes it.
        faulty: item.matches("[data-faulty]") && item.querySelector("[aria-describedby]") !== null,
      })),
    );
  }

  /** A chip that says what is wrong with it, in its text and to everybody. */
  async expectFaulty(entry: string, sentence: RegExp): Promise<void> {
    const item = this.chip(entry).last();
    await expect(item).toContainText(sentence);
    await expect.poll(async () => (await this.chips()).filter(({ text }) => sentence.test(text)).at(-1)?.faulty).toBe(true);
  }

  /** Types an entry and accepts it. */
  async add(...entries: string[]): Promise<void> {
    for (const entry of entries) {
      await this.email.fill(entry);
      await this.email.press("Enter");
    }
  }

  /** Pastes as a person does; what the page leaves to the browser, the browser does. */
  async paste(text: string): Promise<void> {
    await this.email.evaluate((field: HTMLElement, text) => {
      field.focus();
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      if (field.dispatchEvent(event)) document.execCommand("insertText", false, text);
    }, text);
  }

  /** Invites people, and waits for the word that all of them were. */
  async invite(...entries: string[]): Promise<void> {
    await this.add(...entries);
    await expect(this.items).toHaveCount(entries.length);
    await this.send.click();
    const people = entries.length === 1 ? "1 person" : `${entries.length} people`;
    await expect(message(this.page, `${people} invited.`)).toBeVisible();
  }

  /** What a live region of the form says. */
  get announcements(): Locator {
    return this.root.getByRole("status");
  }
}

/** What the page says once something is done. */
export function message(page: Page, sentence: string | RegExp): Locator {
  return page.getByRole("status").filter({ hasText: sentence }).first();
}

/** The row of an address. */
export function rowOf(page: Page, email: string): Locator {
  const table = new MembersPage(page).table;
  return table.getByRole("row").filter({ has: page.getByText(email, { exact: true }) });
}

/** Opens the menu of a row. */
export async function openActions(page: Page, email: string): Promise<Locator> {
  await expect(page.getByRole("main")).toHaveAttribute("data-tools", "ready");
  await rowOf(page, email).getByRole("link", { name: /^Actions for / }).click();
  return opened(page);
}

/** The address that **Copy Invite Link** shows. */
export async function shownLink(page: Page): Promise<string> {
  const name = "Invite link";
  const shown = page.getByRole("textbox", { name }).or(page.getByRole("status", { name })).first();
  await expect(shown).toBeVisible();
  const read = await shown.evaluate((element) =>
    element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
      ? element.value
      : (element.textContent ?? ""),
  );
  return /https?:\/\/\S+/.exec(read)?.[0] ?? "";
}

/** The row of an address in the administrators' table of mail (spec I8). */
export function mailRow(page: Page, to: string): Locator {
  const table = page.getByRole("table", { name: "Mail", exact: true });
  return table.getByRole("row").filter({ has: page.getByText(to, { exact: true }) });
}

/** Looks at the table of mail until it says that of the last message to an address. */
export async function expectMail(page: Page, to: string, ...words: string[]): Promise<void> {
  await expect(async () => {
    const response = await page.goto("/o/acme/mail");
    expect(response?.status()).toBe(200);
    for (const word of words) await expect(mailRow(page, to).first()).toContainText(word, { timeout: 500 });
  }).toPass({ timeout: 30_000, intervals: [250] });
}

/** The page behind the link of an invitation (spec I7). */
export function joinPage(page: Page) {
  const main = page.getByRole("main");
  return {
    heading: (organization: string) => page.getByRole("heading", { name: `Join ${organization}`, level: 1 }),
    name: main.getByRole("textbox", { name: "Your name" }),
    password: main.getByLabel("Password", { exact: true }),
    join: main.getByRole("button", { name: "Join", exact: true }),
    signInAndJoin: main.getByRole("button", { name: "Sign in and join", exact: true }),
    switchAccount: main.getByRole("button", { name: "Switch account", exact: true }),
  };
}

/** Opens a link; the token doesn't stay in the address. */
export async function openLink(page: Page, link: string): Promise<void> {
  await page.goto(link);
  const { origin, pathname } = new URL(link);
  await expect(page).toHaveURL(`${origin}/${pathname.split("/")[1]}`);
}

/** Why a link opens nothing. */
export type Ended =
  | "This invite was used already"
  | "This invite has expired"
  | "There is a newer invite"
  | "This invite is not valid";

/** Opens a link that opens nothing any more. */
export async function expectEnded(page: Page, link: string, why: Ended): Promise<void> {
  await page.goto(link);
  await expect(page.getByRole("heading", { name: why, level: 1 })).toBeVisible();
  await expect(joinPage(page).join).toHaveCount(0);
}

/** Becomes a member, as somebody without an account. */
export async function join(page: Page, link: string, name: string, password: string): Promise<void> {
  await openLink(page, link);
  const form = joinPage(page);
  await form.name.fill(name);
  await form.password.fill(password);
  await form.join.click();
  await expect(page).toHaveURL(/\/o\/[a-z0-9-]+$/);
}
