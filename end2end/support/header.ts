// The header, which every page of an organization has (spec T4).

import { expect, type Locator, type Page } from "@playwright/test";

export function organizationButton(page: Page, organization: string): Locator {
  return page.getByRole("button", { name: `Organization: ${organization}`, exact: true });
}

/** Opens the menu of the organization. */
export async function openOrganizationMenu(page: Page, organization: string): Promise<Locator> {
  await organizationButton(page, organization).click();
  return opened(page);
}

export function accountButton(page: Page): Locator {
  return page.getByRole("banner").getByRole("button", { name: /^Account/ });
}

export async function openAccountMenu(page: Page): Promise<Locator> {
  await accountButton(page).click();
  return opened(page);
}

/** The menu that is open. */
export async function opened(page: Page): Promise<Locator> {
  const menu = page.locator(":popover-open");
  await expect(menu.first()).toBeVisible();
  return menu.last();
}

export async function signOut(page: Page): Promise<void> {
  const menu = await openAccountMenu(page);
  const name = "Sign out";
  await menu.getByRole("menuitem", { name }).or(menu.getByRole("button", { name })).first().click();
}
