// Whether judging passwords, which anybody may ask for, holds up somebody's sign-in (issue: the p99 of sign-in beside 64
// sources that have the costliest passwords judged is at most twice the idle one).
//
//   MUSTER_DATA_DIR=… node bench/judge.mjs http://127.0.0.1:3000 target/release/muster [SIGN-INS] [PASSWORDS]
//
// beside a server on the same data that was started with MUSTER_TRUSTED_PROXIES=127.0.0.1. The passwords are those that
// a search found (service/src/password/worst.txt), or the lines of a file of one's own. An account is made by the command
// line, with an organization of its own, and stays. Those who ask are in a thread of their own; each asks again as soon
// as it is answered.

import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { makeAccounts } from "./accounts.mjs";

const SOURCES = 64;
const WARM_UP = 20;

if (isMainThread) await measure();
else await judge();

/** So many sources ask until they are told to stop; then what they were answered is said. */
async function judge() {
  const { server, worst } = workerData;
  const answers = {};
  let stopped = false;
  parentPort.on("message", () => {
    stopped = true;
  });
  await Promise.all(
    Array.from({ length: SOURCES }, async (_, source) => {
      for (let time = 0; !stopped; time += 1) {
        const answer = await fetch(`${server}/api/password/judge`, {
          method: "POST",
          headers: { "x-forwarded-for": `2001:db8:1:${source.toString(16)}::1` },
          body: new URLSearchParams({ password: worst[(source + time) % worst.length], about: "" }),
        });
        await answer.arrayBuffer();
        answers[answer.status] = (answers[answer.status] ?? 0) + 1;
      }
    }),
  );
  parentPort.postMessage(answers);
}

async function measure() {
  const [server, binary, number = "400", file] = process.argv.slice(2);
  const times = Number(number);
  if (binary === undefined || !(times >= 1)) {
    console.error("usage: node bench/judge.mjs SERVER MUSTER [SIGN-INS] [PASSWORDS]");
    process.exit(2);
  }
  const passwords = file ?? fileURLToPath(new URL("../service/src/password/worst.txt", import.meta.url));
  const worst = (await readFile(passwords, "utf8")).split("\n").filter((line) => line !== "");

  const run = randomUUID().slice(0, 8);
  const [email, password] = [`judge-${run}@bench.example`, `${randomUUID()} ${randomUUID()}`];
  await makeAccounts(binary, run, [email], password);

  let cookie = "";
  /** Signs in, as the browser that did before; gives how many milliseconds the answer took. */
  const signIn = async () => {
    const begun = performance.now();
    const answer = await fetch(`${server}/sign-in`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie, "x-forwarded-for": "2001:db8:2::1" },
      body: new URLSearchParams({ email, password }),
    });
    await answer.arrayBuffer();
    if (answer.status !== 303) throw new Error(`a sign-in was answered with ${answer.status}`);
    cookie = answer.headers.getSetCookie().map((set) => set.split(";")[0]).join("; ");
    return performance.now() - begun;
  };
  const several = async (many) => {
    const took = [];
    for (let time = 0; time < many; time += 1) took.push(await signIn());
    return took.sort((one, other) => one - other);
  };
  const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

  await several(WARM_UP);
  const idle = await several(times);
  const sources = new Worker(new URL(import.meta.url), { workerData: { server, worst } });
  const begun = performance.now();
  await several(WARM_UP);
  const beside = await several(times);
  const seconds = (performance.now() - begun) / 1_000;
  const answers = new Promise((resolve) => sources.once("message", resolve));
  sources.postMessage("stop");
  const tell = (what, sorted) =>
    console.log(`${what}: ${times} sign-ins, median ${at(sorted, 0.5).toFixed(1)} ms, p99 ${at(sorted, 0.99).toFixed(1)} ms`);
  tell("idle", idle);
  tell(`beside ${SOURCES} sources that have passwords judged`, beside);
  const ratio = at(beside, 0.99) / at(idle, 0.99);
  console.log(`p99 ${ratio.toFixed(2)} times the idle one (${ratio <= 2 ? "at most" : "more than"} twice)`);
  console.log(`answers in ${seconds.toFixed(1)} s, by status: ${JSON.stringify(await answers)}`);
  await sources.terminate();
}
