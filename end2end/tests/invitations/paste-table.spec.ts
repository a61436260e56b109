// The table of pasted lists that the Rust tests read, in the browser: the same code judges there (spec I2, I3).

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InviteForm } from "../../support/invitations";
import { ADA, enter, expect, test } from "../../support/mailed";
import { MembersPage } from "../../support/members";
import type { Page } from "@playwright/test";

const TABLE = join(__dirname, "../../../domain/src/invitations/addresses.json");

interface Entry {
  email?: string;
  name?: string;
  /** Listed a second time. */
  twice?: boolean;
  /** Part of the sentence that says why it isn't an address. */
  refused?: string;
}

interface Row {
  says: string;
  paste: string;
  entries: Entry[];
}

test.use({ contextOptions: { reducedMotion: "reduce" } });

/** The table in as many tests: the whole of it takes longer on a slow machine than one may. */
const PARTS = 4;

for (let part = 0; part < PARTS; part += 1) {
  test(`every pasted list of the table becomes the chips that it promises, part ${part + 1} of ${PARTS}`, async ({ page }) => {
    const table = JSON.parse(await readFile(TABLE, "utf8")) as Row[];
    const rows = table.filter((_, place) => place % PARTS === part);
    expect(rows.length).toBeGreaterThan(10);
    await judged(page, rows);
  });
}

async function judged(page: Page, rows: Row[]): Promise<void> {
  await enter(page, ADA.email);
  await new MembersPage(page, "acme").open();

  for (const { says, paste, entries } of rows) {
    const form = await InviteForm.openDialog(page);
    await expect(form.items).toHaveCount(0);
    await form.paste(paste);
    // A single address may wait for its Enter.
    if ((await form.email.inputValue()).trim() !== "") await form.email.press("Enter");
    await expect
      .soft(async () => {
        const chips = await form.chips();
        expect(chips.map(({ faulty }) => faulty)).toEqual(entries.map(isFaulty));
        for (const [place, entry] of entries.entries()) expect(chips[place]?.text).toContain(warning(entry));
      }, says)
      .toPass({ timeout: 2_000, intervals: [20] });
    await form.cancel.click();
    await expect(form.root).toBeHidden();
  }
}

function isFaulty({ refused, twice }: Entry): boolean {
  return refused !== undefined || twice === true;
}

/** What is to be read on the chip. */
function warning({ refused, twice }: Entry): string {
  return refused ?? (twice === true ? "is listed twice." : "");
}
