// The table of pasted lists that the Rust tests read, in the browser: the same code judges there (spec I2, I3).

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InviteForm } from "../../support/invitations";
import { ADA, enter, expect, test } from "../../support/mailed";
import { MembersPage } from "../../support/members";

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

test("every pasted list of the table becomes the chips that it promises", async ({ page }) => {
  const rows = JSON.parse(await readFile(TABLE, "utf8")) as Row[];
  expect(rows.length).toBeGreaterThan(0);
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
});

function isFaulty({ refused, twice }: Entry): boolean {
  return refused !== undefined || twice === true;
}

/** What is to be read on the chip. */
function warning({ refused, twice }: Entry): string {
  return refused ?? (twice === true ? "is listed twice." : "");
}
