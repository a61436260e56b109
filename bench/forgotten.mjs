// Whether who asks for somebody's forgotten password, and changes something of their own right after, can tell by the
// times which addresses have accounts (issue: they must not; half of all guesses are right by chance).
//
//   MUSTER_DATA_DIR=… node bench/forgotten.mjs http://127.0.0.1:3000 target/release/muster [ADDRESSES]
//
// beside a server on the same data that was started with MUSTER_TRUSTED_PROXIES=127.0.0.1 and without a mail server.
// For each address: one request, then changes of the name of a saved view of the attacker's for as long as the work for the address may
// wait. What is noted is the time of the request's answer, of the first change, of the longest, and of all. The threshold
// that tells best on one half of the addresses is tried on the other half. The accounts stay.

import { randomInt, randomUUID } from "node:crypto";
import { makeAccounts } from "./accounts.mjs";

/** As long as a server puts the work off, and some more. */
const WATCHED_MS = 1_200;
/** From so many places are asked no more than a source may. */
const EACH_SOURCE = 5;

const [server, binary, number = "200"] = process.argv.slice(2);
const addresses = Number(number);
if (binary === undefined || !(addresses >= 2)) {
  console.error("usage: node bench/forgotten.mjs SERVER MUSTER [ADDRESSES]");
  process.exit(2);
}
const run = randomUUID().slice(0, 8);
const password = `${randomUUID()} ${randomUUID()}`;
const attacker = `attacker-${run}@bench.example`;
const address = (kind, n) => `${kind}${n}-${run}@bench.example`;
const known = Array.from({ length: addresses }, (_, n) => address("known", n));
await makeAccounts(binary, run, [attacker, ...known], password);

const post = async (path, fields, headers) => {
  const begun = performance.now();
  const answer = await fetch(`${server}${path}`, {
    method: "POST",
    redirect: "manual",
    headers,
    body: new URLSearchParams(fields),
  });
  const text = await answer.text();
  return { answer, text, took: performance.now() - begun };
};
const source = (n) => ({ "x-forwarded-for": `2001:db8:3:${n.toString(16)}::1` });
const { answer: signedIn } = await post("/sign-in", { email: attacker, password }, source(0xffff));
const cookie = signedIn.headers.get("set-cookie")?.split(";")[0];
if (cookie === undefined) throw new Error(`sign-in was answered with ${signedIn.status}`);

/** Asks for a change of the attacker's own. */
async function ask(path, fields) {
  const { answer, took, text } = await post(
    `/api/views/${path}`,
    { organization: `b-${run}-0`, ...fields },
    { cookie, ...source(0xffff) },
  );
  if (answer.status !== 200) throw new Error(`a change was answered with ${answer.status}: ${text}`);
  return { took, text };
}
const [view] = JSON.parse((await ask("save", { name: "Mine", query: "" })).text).split(" ");
let changes = 0;
/** Changes something small: the name of a saved view. Gives how many milliseconds that took. */
async function change() {
  changes += 1;
  return (await ask("rename", { view, name: `Mine ${changes}` })).took;
}

async function observe(email, n) {
  const begun = performance.now();
  const { answer, took } = await post("/forgot-password", { email }, source(Math.floor(n / EACH_SOURCE)));
  if (answer.status !== 200) throw new Error(`${email} was answered with ${answer.status}: is 127.0.0.1 a trusted proxy?`);
  const times = [];
  while (performance.now() - begun < WATCHED_MS) times.push(await change());
  const sorted = times.toSorted((one, other) => one - other);
  return { answer: took, first: times[0], longest: sorted.at(-1), second: sorted.at(-2), changes: -times.length };
}

const all = ["known", "unknown"].flatMap((kind) => Array.from({ length: addresses }, (_, n) => ({ kind, email: address(kind, n) })));
for (let end = all.length - 1; end > 0; end -= 1) {
  const at = randomInt(end + 1);
  [all[at], all[end]] = [all[end], all[at]];
}
for (let n = 0; n < 50; n += 1) await change();
for (const [n, one] of all.entries()) one.seen = await observe(one.email, n);

/** Which part of the guesses is right that call known what lies on one side of a threshold. */
const right = (some, what, { threshold, above }) =>
  some.filter(({ kind, seen }) => (kind === "known") === (seen[what] > threshold === above)).length / some.length;
const half = Math.floor(all.length / 2);
const [learned, tried] = [all.slice(0, half), all.slice(half)];
for (const what of Object.keys(all[0].seen)) {
  const rules = learned.flatMap(({ seen }) => [true, false].map((above) => ({ threshold: seen[what], above })));
  const best = rules.reduce((one, other) => (right(learned, what, other) > right(learned, what, one) ? other : one));
  const share = (some) => `${(100 * right(some, what, best)).toFixed(0)} %`;
  console.log(`${what}: ${share(learned)} of ${learned.length} told right where the rule was learned, ${share(tried)} of ${tried.length} others`);
}
