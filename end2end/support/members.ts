// The members page, by the words on it (spec M).

import { expect, type Locator, type Page, type Response } from "@playwright/test";

/** The columns of spec M1 with something of the member in them, in its order: **Actions** comes last. */
export const COLUMNS = [
  "Name",
  "Email",
  "Organization Role",
  "Groups",
  "Created",
  "Last Active",
  "Logins Count",
  "Last Login",
  "Last Login IP",
] as const;
export type Column = (typeof COLUMNS)[number];

/** Where a column sorts, and its word in the URL. */
export const SORTS: readonly (readonly [Column, string])[] = [
  ["Name", "name"],
  ["Email", "email"],
  ["Organization Role", "role"],
  ["Created", "created"],
  ["Last Active", "last_active"],
  ["Logins Count", "logins"],
  ["Last Login", "last_login"],
  ["Last Login IP", "ip"],
];

/** One cell, as read by eye and as found in the DOM. */
export interface Cell {
  /** What is to be read, without what is hidden from screen readers. */
  text: string;
  /** The `datetime` of the `<time>` in it. */
  instant: string | undefined;
}
export type Row = Record<Column, Cell>;

/** The labels of the filters, as their buttons begin. */
export type Filter = "Role" | "Group" | "Status" | "Kind";

export class MembersPage {
  readonly table: Locator;
  readonly search: Locator;
  readonly sidebar: Locator;
  readonly main: Locator;

  constructor(
    readonly page: Page,
    readonly slug = "demo",
  ) {
    this.main = page.getByRole("main");
    this.table = page.getByRole("table", { name: "Organization Members" });
    this.search = page.getByRole("searchbox", { name: "Search by email" });
    this.sidebar = page.getByRole("navigation", { name: "Members and groups" });
  }

  path(query = ""): string {
    return `/o/${this.slug}/members${query === "" ? "" : `?${query}`}`;
  }

  /** Opens the table; the answer of the server is the page's. */
  async open(query = ""): Promise<Response> {
    const response = await this.page.goto(this.path(query));
    if (response === null) throw new Error("There was no answer.");
    expect(response.status()).toBe(200);
    await expect(this.table).toBeVisible();
    return response;
  }

  /** Opens the table and waits until it has come to life: the key that leads to the search works. */
  async openAlive(query = ""): Promise<void> {
    await this.open(query);
    await this.alive();
  }

  async alive(): Promise<void> {
    await expect(async () => {
      await this.page.keyboard.press("/");
      await expect(this.search).toBeFocused({ timeout: 100 });
    }).toPass({ intervals: [50] });
    await this.search.blur();
  }

  /** The rows that are shown. */
  async rows(): Promise<Row[]> {
    const read = await this.table.evaluate((table: HTMLTableElement) => {
      const text = (cell: Element): string => {
        const copy = cell.cloneNode(true) as Element;
        for (const hidden of copy.querySelectorAll("[aria-hidden=true], [popover], [role=tooltip]")) hidden.remove();
        return (copy.textContent ?? "").replaceAll(/\s+/g, " ").trim();
      };
      const labels = [...(table.tHead?.rows[0]?.cells ?? [])].map(text);
      return [...(table.tBodies[0]?.rows ?? [])].map((row) =>
        Object.fromEntries(
          [...row.cells].map((cell, place) => [
            labels[place] ?? `column ${place}`,
            { text: text(cell), instant: cell.querySelector("time")?.dateTime },
          ]),
        ),
      );
    });
    return read as Row[];
  }

  /** The addresses of the rows, in order: what identifies a view. */
  async emails(): Promise<string[]> {
    return (await this.rows()).map((row) => row.Email.text);
  }

  /** Waits until the table shows exactly these addresses. */
  async expectEmails(emails: readonly string[]): Promise<void> {
    await expect.poll(() => this.emails()).toEqual(emails);
  }

  header(column: Column): Locator {
    return this.table.getByRole("columnheader").filter({ hasText: new RegExp(`^\\s*${column}\\s*[↑↓▲▼⇅]?\\s*$`) });
  }

  /** Sorts by a column, as the link in its heading does. */
  async sortBy(column: Column): Promise<void> {
    await this.header(column).getByRole("link").click();
  }

  /** Opens the menu of a filter. */
  async openFilter(filter: Filter): Promise<Locator> {
    await this.main.getByRole("button", { name: new RegExp(`^${filter}`) }).click();
    const menu = this.page.locator(":popover-open");
    await expect(menu).toBeVisible();
    return menu;
  }

  /** Chooses one value of a filter. */
  async filter(filter: Filter, value: string): Promise<void> {
    await choice(await this.openFilter(filter), value).click();
  }

  get showDeleted(): Locator {
    const name = "Show deleted users";
    return this.main
      .getByRole("switch", { name })
      .or(this.main.getByRole("checkbox", { name }))
      .or(this.main.getByRole("link", { name }));
  }

  /** Turns the switch round. */
  async toggleDeleted(): Promise<void> {
    await this.showDeleted.first().click();
  }

  /** Where the switch stands. */
  async deletedShown(): Promise<boolean> {
    const control = this.showDeleted.first();
    const said = await control.getAttribute("aria-checked");
    return said === null ? control.isChecked() : said === "true";
  }

  /** What the page says of an address that it didn't wholly understand. */
  get notice(): Locator {
    const said = this.main.getByRole("status").or(this.main.getByRole("note")).or(this.main.getByRole("alert"));
    return said.filter({ hasText: /\bnot\b|ignored|default|unknown/i });
  }

  async choosePageSize(size: number): Promise<void> {
    await this.main.getByRole("link", { name: new RegExp(`^${size}\\b`) }).click();
  }

  /** A link of the pager, enabled or not. */
  pager(name: "First" | "Previous" | "Next" | "Last"): Locator {
    return this.main.getByRole("link", { name, exact: true });
  }

  /** The field for the page to jump to. */
  get pageField(): Locator {
    return this.main.getByLabel("Page", { exact: true });
  }

  /** Waits for "51–100 of 1,204": which rows are shown, of how many. */
  async expectRange(range: string | RegExp): Promise<void> {
    await expect(this.main.getByText(range).first()).toBeVisible();
  }

  /** The true total, from "1–50 of 1,204". */
  async total(): Promise<number> {
    const text = await this.main.getByText(/\d+–[\d,]+ of [\d,]+/).first().innerText();
    return Number((/of ([\d,]+)/.exec(text)?.[1] ?? "").replaceAll(",", ""));
  }

  /** The parameters of the address. */
  parameters(): Record<string, string> {
    return Object.fromEntries(new URL(this.page.url()).searchParams);
  }

  async expectParameters(parameters: Record<string, string>): Promise<void> {
    await expect.poll(() => this.parameters()).toEqual(parameters);
  }
}

/** An entry of an open menu, whatever its role there. */
export function choice(menu: Locator, name: string | RegExp): Locator {
  return menu
    .getByRole("menuitem", { name })
    .or(menu.getByRole("menuitemradio", { name }))
    .or(menu.getByRole("link", { name }))
    .first();
}

/** The group that a link narrows the table to, or whose page it leads to. */
export function groupOf(href: string | null): string {
  const url = new URL(href ?? "", "http://x");
  const group = url.searchParams.get("group") ?? /\/groups\/([0-9a-f-]{36})/.exec(url.pathname)?.[1] ?? null;
  if (group === null) throw new Error(`The link ${href} names no group.`);
  return group;
}
