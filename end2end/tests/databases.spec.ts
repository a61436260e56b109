// The same people on SQLite and on PostgreSQL look the same (spec M3, M4; DESIGN 3).

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { signIn } from "../support/forms";
import { MembersPage, SORTS } from "../support/members";
import { Installation } from "../support/muster";
import { people } from "../support/portal";
import { expect, test } from "../support/test";

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
      const views = [];
      for (const query of queries) {
        await page.goto(members.path(query));
        const found = (await members.table.count()) > 0;
        // The person who looks has just signed in: at another instant on each.
        views.push([query, found ? (await members.emails()).filter((email) => email !== people.admin) : []]);
      }
      seen.push(views);
      await context.close();
      await server.stop();
      await installation.remove();
    }
  } finally {
    await run("psql", [address, "--command", `DROP DATABASE ${database} WITH (FORCE)`]);
  }
  expect(seen[1]).toEqual(seen[0]);
});
