// The same people on SQLite and on PostgreSQL look the same (spec M3, M4; DESIGN 3).

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { signIn } from "../support/forms";
import { MembersPage, SORTS } from "../support/members";
import { Installation } from "../support/muster";
import { people } from "../support/portal";
import { expect, test } from "../support/test";

/**
 * The addresses that each of these pages lists, in its order, read from what the server sends: drawing some
 * sixty pages would take longer than a test may. Without the person who looks, who has signed in at another
 * instant on each installation.
 */
function emailsOf(page: Page, paths: string[]): Promise<string[][]> {
  return page.evaluate(
    async ([paths, viewer]) => {
      const lists = [];
      for (const path of paths) {
        const answer = await fetch(path);
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        const table = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main table");
        const headings = [...(table?.querySelectorAll("thead th") ?? [])];
        const email = headings.findIndex((heading) => heading.textContent?.includes("Email"));
        const rows = [...(table?.querySelectorAll("tbody tr") ?? [])];
        const emails = rows.map((row) => row.children[email]?.textContent?.trim() ?? "no address");
        lists.push(emails.filter((address) => address !== viewer));
      }
      return lists;
    },
    [paths, people.admin] as const,
  );
}

const POSTGRES = process.env.MUSTER_TEST_POSTGRES_URL;
const run = promisify(execFile);

test.skip(POSTGRES === undefined, "MUSTER_TEST_POSTGRES_URL names no PostgreSQL");
test.use({ baseURL: undefined, storageState: { cookies: [], origins: [] } });

test("every order and every search shows the same rows on both databases", async ({ browser, guard }) => {
  const address = POSTGRES ?? "";
  const database = `end2end_${randomBytes(6).toString("hex")}`;
  await run("psql", [address, "--command", `CREATE DATABASE ${database}`]);
  const own = new URL(address);
  own.pathname = `/${database}`;

  const queries = SORTS.flatMap(([, word]) => [`sort=${word}&deleted=1`, `sort=${word}&dir=desc&page=3`]);
  queries.push("q=a", "q=ø", "q=%E5%AD%AB", "q=an&role=member&sort=name", "status=expired", "page=99999", "q=.example");
  const seen: unknown[] = [];
  try {
    const both: Record<string, string>[] = [{}, { MUSTER_DATABASE_URL: own.href }];
    for (const settings of both) {
      const installation = await Installation.make(settings);
      await installation.makeDemo(500, 10);
      const server = await installation.serve();
      const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
      await guard.watch(context);
      const page = await context.newPage();
      await page.goto("/");
      await signIn(page, people.admin);
      const members = new MembersPage(page);
      const views = await emailsOf(page, queries.map((query) => members.path(query)));
      expect(views.flat().filter((email) => /^\S+@\S+$/.test(email)).length).toBe(views.flat().length);
      expect(views.flat().length).toBeGreaterThan(500);
      seen.push(views.map((emails, place) => [queries[place], emails]));
      await context.close();
      await server.stop();
      await installation.remove();
    }
  } finally {
    await run("psql", [address, "--command", `DROP DATABASE ${database} WITH (FORCE)`]);
  }
  expect(seen[1]).toEqual(seen[0]);
});
