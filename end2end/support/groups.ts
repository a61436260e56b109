// The page of groups and their forms, by the words on them (spec G1–G4).

import { expect, type Locator, type Page, type Response } from "@playwright/test";

/** The columns of spec G1. */
export const GROUP_COLUMNS = ["Group Name", "Description", "Member Count", "Default", "Reservation", "Actions"] as const;

export class GroupsPage {
  readonly main: Locator;
  readonly table: Locator;
  readonly search: Locator;

  constructor(
    readonly page: Page,
    readonly slug = "acme",
  ) {
    this.main = page.getByRole("main");
    this.table = page.getByRole("table", { name: "Groups" });
    this.search = page.getByRole("searchbox", { name: "Search by name" });
  }

  path(query = ""): string {
    return `/o/${this.slug}/groups${query === "" ? "" : `?${query}`}`;
  }

  /** Opens the page. */
  async open(query = ""): Promise<Response> {
    const response = await this.page.goto(this.path(query));
    if (response === null) throw new Error("There was no answer.");
    expect(response.status()).toBe(200);
    await this.expectHere();
    return response;
  }

  /** The page is this one, and is drawn. */
  async expectHere(): Promise<void> {
    await expect(this.page.getByRole("heading", { name: "Groups", level: 1 })).toBeVisible();
  }

  /** Opens the page and waits until it has come to life: the key that leads to the search works. */
  async openAlive(query = ""): Promise<void> {
    await this.open(query);
    await expect(async () => {
      await this.page.keyboard.press("/");
      await expect(this.search).toBeFocused({ timeout: 100 });
    }).toPass({ intervals: [50] });
    await this.search.blur();
  }

  row(name: string): Locator {
    return this.table.getByRole("row").filter({ has: this.page.getByRole("link", { name, exact: true }) });
  }

  /** The names of the groups that are shown, in order. */
  names(): Promise<string[]> {
    return this.table.locator("tbody td.name a").allInnerTexts();
  }

  async expectNames(names: readonly string[]): Promise<void> {
    await expect.poll(() => this.names()).toEqual(names);
  }

  /** Sorts by a column, as the link in its heading does. */
  async sortBy(column: "Group Name" | "Member Count"): Promise<void> {
    await this.table.getByRole("columnheader", { name: column }).getByRole("link").click();
  }

  /** Follows one of the two actions of a row. */
  async act(name: string, action: "Edit Group" | "Delete Group"): Promise<void> {
    await this.row(name).getByRole("link", { name: action }).click();
    await expect(this.page.getByRole("heading", { name: action, level: 1 })).toBeVisible();
  }
}

/** The form **Create Group** or **Edit Group**. */
export function groupForm(page: Page) {
  const main = page.getByRole("main");
  return {
    name: main.getByLabel("Group Name", { exact: true }),
    description: main.getByLabel("Description", { exact: true }),
    isDefault: main.getByLabel("Default group", { exact: true }),
    reservation: main.getByLabel("Reservation", { exact: true }),
    submit: main.getByRole("button", { name: /^(Create Group|Save)$/ }),
  };
}
