// Whether the time of a refused sign-in tells which addresses have accounts (issue: medians within 2 ms over 500 tries).
//
//   MUSTER_DATA_DIR=… node bench/sign-in.mjs http://127.0.0.1:3000 target/release/muster [TRIES]
//
// beside a server on the same data that was started with MUSTER_TRUSTED_PROXIES=127.0.0.1. The accounts are made by
// the command line, one organization each, and stay. No limit is lifted: an address is tried nine times from a source
// of its own, which X-Forwarded-For names, as the tenth locks; then it is locked, and tried twenty times more.

import { randomInt, randomUUID } from "node:crypto";
import { makeAccounts } from "./accounts.mjs";

const BEFORE_THE_LOCK = 9;
const WHILE_LOCKED = 20;
const WARM_UP = 20;

const [server, binary, number = "500"] = process.argv.slice(2);
const tries = Number(number);
if (binary === undefined || !(tries >= 1)) {
  console.error("usage: node bench/sign-in.mjs SERVER MUSTER [TRIES]");
  process.exit(2);
}
const run = randomUUID().slice(0, 8);
const addresses = Math.ceil(tries / BEFORE_THE_LOCK);
const address = (kind, n) => `${kind}${n}-${run}@bench.example`;

const known = Array.from({ length: addresses }, (_, n) => address("known", n));
await makeAccounts(binary, run, known, `${randomUUID()} ${randomUUID()}`);

const sources = new Map();
/** A source of its own for each address: a network of IPv6 counts as one. */
function source(email) {
  if (!sources.has(email)) {
    sources.set(email, `2001:db8:${run.slice(0, 4)}:${sources.size.toString(16)}::1`);
  }
  return sources.get(email);
}

/** Tries a wrong password; gives how many milliseconds the answer took. */
async function attempt(email, status) {
  const body = new URLSearchParams({ email, password: "this is not the password" });
  const begun = performance.now();
  const answer = await fetch(`${server}/sign-in`, {
    method: "POST",
    redirect: "manual",
    headers: { "x-forwarded-for": source(email) },
    body,
  });
  await answer.arrayBuffer();
  const took = performance.now() - begun;
  if (answer.status !== status) {
    throw new Error(`${email} was answered with ${answer.status}, not ${status}: is 127.0.0.1 a trusted proxy?`);
  }
  return took;
}

/** In an order that nothing could get used to. */
function shuffled(list) {
  for (let end = list.length - 1; end > 0; end -= 1) {
    const at = randomInt(end + 1);
    [list[at], list[end]] = [list[end], list[at]];
  }
  return list;
}

/** So many tries of both kinds, each address tried at most `each` times. */
async function measure(each, status) {
  const times = { known: [], unknown: [] };
  const all = Object.keys(times).flatMap((kind) =>
    Array.from({ length: tries }, (_, n) => [kind, address(kind, Math.floor(n / each))]),
  );
  for (const [kind, email] of shuffled(all)) times[kind].push(await attempt(email, status));
  return times;
}

function median(times) {
  const sorted = times.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function tell(what, { known, unknown }) {
  const [one, other] = [median(known), median(unknown)];
  const difference = Math.abs(one - other);
  const verdict = difference <= 2 ? "within 2 ms" : "over 2 ms";
  console.log(
    `${what}: ${tries} tries each, known ${one.toFixed(2)} ms, unknown ${other.toFixed(2)} ms, difference ${difference.toFixed(2)} ms (${verdict})`,
  );
}

for (let n = 0; n < WARM_UP; n += 1) await attempt(address("warm", n), 422);
tell("wrong password", await measure(BEFORE_THE_LOCK, 422));
// Up to the tenth wrong password, whose answer says that it locked.
for (const kind of ["known", "unknown"]) {
  for (let n = 0; n < addresses; n += 1) {
    const left = n === addresses - 1 ? addresses * BEFORE_THE_LOCK - tries : 0;
    for (let time = 0; time < left; time += 1) await attempt(address(kind, n), 422);
    await attempt(address(kind, n), 429);
  }
}
tell("while locked", await measure(WHILE_LOCKED, 429));
