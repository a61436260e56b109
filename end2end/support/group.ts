// One group's page, by the words on it (spec G5).

import { expect, type Locator, type Page } from "@playwright/test";
import { groupOf, MembersPage } from "./members";

/** A row, as read by eye. */
export type GroupRow = Record<string, string>;

export class GroupPage {
  readonly table: Locator;
  readonly search: Locator;
  readonly main: Locator;

  constructor(
    readonly page: Page,
    readonly slug = "demo",
  ) {
    this.main = page.getByRole("main");
    this.table = page.getByRole("table", { name: "Group Members" });
    this.search = page.getByRole("main").getByRole("searchbox", { name: "Search by email" });
  }

  /** Opens the page of a group by its link in the sidebar; gives its path. */
  async open(name: string, query = ""): Promise<string> {
    await this.page.goto(`/o/${this.slug}?groups=${encodeURIComponent(name)}`);
    const sidebar = this.page.getByRole("navigation", { name: "Members and groups" });
    const link = sidebar.getByRole("link", { name: new RegExp(`^${name}`) }).first();
    const path = `/o/${this.slug}/groups/${groupOf(await link.getAttribute("href"))}`;
    const response = await this.page.goto(query === "" ? path : `${path}?${query}`);
    expect(response?.status()).toBe(200);
    await expect(this.table).toBeVisible();
    return path;
  }

  /** Waits until the page has come to life: the key that leads to the search works. */
  async alive(): Promise<void> {
    await new MembersPage(this.page, this.slug).alive();
  }

  async rows(): Promise<GroupRow[]> {
    return this.table.evaluate((table: HTMLTableElement) => {
      const text = (cell: Element): string => {
        const copy = cell.cloneNode(true) as Element;
        for (const hidden of copy.querySelectorAll("[aria-hidden=true], [popover], [role=tooltip]")) hidden.remove();
        return (copy.textContent ?? "").replaceAll(/\s+/g, " ").trim();
      };
      const labels = [...(table.tHead?.rows[0]?.cells ?? [])].map(text);
      return [...(table.tBodies[0]?.rows ?? [])].map((row) =>
        Object.fromEntries([...row.cells].map((cell, place) => [labels[place] ?? `column ${place}`, text(cell)])),
      );
    });
  }

  /** One column of the rows, in order. */
  async column(label: string): Promise<string[]> {
    return (await this.rows()).map((row) => row[label] ?? "");
  }

  async emails(): Promise<string[]> {
    return this.column("Email");
  }

  header(label: string): Locator {
    return this.table.getByRole("columnheader").filter({ hasText: new RegExp(`^\\s*${label}`) });
  }

  /** Sorts by a column, as the link in its heading does. */
  async sortBy(label: string): Promise<void> {
    await this.header(label).getByRole("link").click();
  }

  /** Chooses one value of a filter. */
  async filter(filter: "Role" | "Membership", value: string): Promise<void> {
    await this.main.getByRole("button", { name: new RegExp(`^${filter}`) }).click();
    await this.page.locator(":popover-open").getByRole("link", { name: value }).click();
  }

  pager(name: "First" | "Previous" | "Next" | "Last"): Locator {
    return this.main.getByRole("link", { name, exact: true });
  }

  async expectRange(range: RegExp): Promise<void> {
    await expect(this.main.getByText(range).first()).toBeVisible();
  }

  async expectParameters(parameters: Record<string, string>): Promise<void> {
    await expect.poll(() => Object.fromEntries(new URL(this.page.url()).searchParams)).toEqual(parameters);
  }
}
