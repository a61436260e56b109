// The pages of an organization, from the application's own list (`pages.json`, which a test of `app` holds to it).

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { csv, ImportPage } from "./imports";
import { rowOf } from "./invitations";

/** A page of the list: its address with names in braces, and its title. */
export interface Listed {
  pattern: string;
  title: string;
}

export const PAGES: readonly Listed[] = JSON.parse(readFileSync(join(__dirname, "pages.json"), "utf8"));

/** A short name of a page, for a test or a file: `groups-id-edit`. */
export function nameOf({ pattern }: Listed): string {
  return pattern.replace(/^\/o\/\{slug\}\/?/, "").replaceAll(/[{}]/g, "").replaceAll("/", "-") || "home";
}

/** One of everything that an address can name. */
export interface Ids {
  group: string;
  grouped: string;
  member: string;
  import: string;
  bulk: string;
}

/**
 * Finds, or makes, one of everything that an address can name, in an organization whose administrator is signed in. What it
 * makes changes nothing that a member has: a file that is only checked, and sessions that are ended of somebody who has none.
 */
export async function idsIn(page: Page, slug: string, group: string, email: string): Promise<Ids> {
  await page.goto(`/o/${slug}/groups`);
  await page.getByRole("table").getByRole("link", { name: group, exact: true }).click();
  await page.waitForURL(/\/groups\/[^/]+$/);
  const ofGroup = page.url().split("/").at(-1) ?? "";
  const people = page.getByRole("table", { name: "Group Members" });
  const grouped = await people.getByRole("link", { name: /^Actions for/ }).first().getAttribute("href");

  await page.goto(`/o/${slug}/members?q=${encodeURIComponent(email)}`);
  const actions = await rowOf(page, email).getByRole("link", { name: /^Actions for/ }).getAttribute("href");
  const member = actions?.split("/").at(-1) ?? "";

  const imports = new ImportPage(page, slug);
  await imports.open();
  await imports.check(csv("email,name\nnobody@nowhere.example,Nobody\n"));
  const ofImport = new URL(page.url()).pathname.split("/").at(-1) ?? "";

  const bulk = randomUUID();
  const begun = await page.request.post("/api/bulk/begin", {
    headers: { origin: new URL(page.url()).origin, accept: "application/json" },
    form: { organization: slug, id: bulk, action: "end-sessions", "form[members][0]": member },
  });
  expect(begun.status(), await begun.text()).toBe(200);
  return { group: ofGroup, grouped: grouped?.split("/").at(-1) ?? "", member, import: ofImport, bulk };
}

/** The address of a page of the list. */
export function addressOf({ pattern }: Listed, slug: string, ids: Ids): string {
  const id = /\/(groups|import|bulk)\/\{id\}/.exec(pattern)?.[1];
  const which = id === "groups" ? ids.group : id === "import" ? ids.import : id === "bulk" ? ids.bulk : ids.member;
  return pattern.replace("{slug}", slug).replace("{id}", which).replace("{member}", ids.grouped);
}
