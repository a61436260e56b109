// How long inviting a hundred people at once takes (issue: at most 150 ms at a million members).
//
//   node bench/invite.mjs http://127.0.0.1:3000 PASSWORD-FILE [ROUNDS]
//
// against a server on the data of `muster demo --members 1000000 --groups 10000`. The people stay invited.

import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";

const [server, passwordFile, rounds = "28"] = process.argv.slice(2);
if (passwordFile === undefined) {
  console.error("usage: node bench/invite.mjs SERVER PASSWORD-FILE [ROUNDS]");
  process.exit(2);
}
const password = (await readFile(passwordFile, "utf8")).split("\n")[0];
const signedIn = await fetch(`${server}/sign-in`, {
  method: "POST",
  redirect: "manual",
  body: new URLSearchParams({ email: "admin@demo.example", password }),
});
const cookie = signedIn.headers.get("set-cookie")?.split(";")[0];
if (cookie === undefined) throw new Error(`sign-in was answered with ${signedIn.status}`);

const times = [];
const run = randomUUID().slice(0, 8);
for (let round = 0; round < Number(rounds); round += 1) {
  const body = new URLSearchParams({ organization: "demo", submission: randomUUID() });
  body.set("form[role]", "member");
  body.set("form[group_role]", "member");
  for (let n = 0; n < 100; n += 1) body.set(`form[entries][${n}]`, `Person ${n} <p${run}r${round}n${n}@bench.example>`);
  const begun = performance.now();
  const answer = await fetch(`${server}/api/invites/send`, { method: "POST", headers: { cookie }, body });
  const invited = (await answer.json()).invited;
  times.push(performance.now() - begun);
  if (invited !== 100) throw new Error(`round ${round} invited ${invited}`);
  // Whoever invites reads what came of it before they go on.
  await new Promise((resolve) => setTimeout(resolve, 300));
}
times.sort((one, other) => one - other);
const at = (part) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))]);
const over = times.filter((time) => time > 150).length;
console.log(`${times.length} × 100 invited: median ${at(0.5)} ms, ${at(0)} to ${at(1)} ms, ${over} over 150 ms`);
