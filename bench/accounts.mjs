// Accounts for what measures sign-in: made by the command line, each with an organization of its own. They stay.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes accounts of these addresses in the data that the environment names, with one password. */
export async function makeAccounts(binary, run, emails, password) {
  const folder = await mkdtemp(join(tmpdir(), "muster-bench-"));
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  for (const [n, email] of emails.entries()) {
    const made = spawnSync(binary, [
      ...["organization", "create", "--kind=customer", `--name=Bench ${run} ${n}`, `--slug=b-${run}-${n}`],
      ...[`--administrator-email=${email}`, "--administrator-name=Bench", `--password-file=${passwordFile}`],
    ]);
    if (made.status !== 0) throw new Error(`the account of ${email} was not made: ${made.stderr}`);
  }
  await rm(folder, { recursive: true });
}
