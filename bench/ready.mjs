// How soon a server is ready that was killed while it changed ten thousand members (issue: within a second at a million).
//
//   MUSTER_DATA_DIR=… node bench/ready.mjs target/release/muster PASSWORD-FILE [KILLS]
//
// on the data of `muster demo`, with no server running on it. The time goes from the start of the process to the first
// 200 of /readyz; the first start is one after an orderly stop, all others are after a `kill -9` at a random moment of
// changing the roles of those whom `?q=anna` finds (9,848 of a million).

import { spawn } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const LONGEST_WORK = 2_000;
const VIEW = "?q=anna";

const [binary, passwordFile, number = "20"] = process.argv.slice(2);
const kills = Number(number);
if (passwordFile === undefined || !(kills >= 1)) {
  console.error("usage: node bench/ready.mjs MUSTER PASSWORD-FILE [KILLS]");
  process.exit(2);
}
const password = (await readFile(passwordFile, "utf8")).split("\n")[0];

/** A port that nobody listens at. */
async function port() {
  const listener = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => listener.once("listening", resolve));
  const { port } = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

const address = `127.0.0.1:${await port()}`;
const server = `http://${address}`;

/** Starts it; gives the process, and after how many milliseconds it was ready. */
async function start() {
  const begun = performance.now();
  const process = spawn(binary, ["serve"], { env: { ...globalThis.process.env, MUSTER_LISTEN: address }, stdio: "ignore" });
  for (;;) {
    if (process.exitCode !== null) throw new Error(`the server ended with ${process.exitCode}`);
    const answer = await fetch(`${server}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return { process, took: performance.now() - begun };
    await sleep(5);
  }
}

async function ended(process, signal) {
  const exit = new Promise((resolve) => process.once("exit", resolve));
  process.kill(signal);
  await exit;
}

async function signIn() {
  const answer = await fetch(`${server}/sign-in`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ email: "admin@demo.example", password }),
  });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0];
  if (cookie === undefined) throw new Error(`sign-in was answered with ${answer.status}`);
  return cookie;
}

/** Begins to change many; where one that was cut off goes on, that is what goes on (422). */
async function change(cookie, role) {
  const id = randomUUID();
  const body = new URLSearchParams({ organization: "demo", id, action: "role", role, "form[matching]": VIEW });
  const answer = await fetch(`${server}/api/bulk/begin`, { method: "POST", headers: { cookie }, body });
  const text = await answer.text();
  if (!answer.ok && answer.status !== 422) throw new Error(`a change was answered with ${answer.status}: ${text}`);
}

let { process: running, took: orderly } = await start();
const cookie = await signIn();
const times = [];
for (let kill = 0; kill < kills; kill += 1) {
  await change(cookie, kill % 2 === 0 ? "security" : "member");
  await sleep(randomInt(LONGEST_WORK));
  await ended(running, "SIGKILL");
  const again = await start();
  running = again.process;
  times.push(again.took);
}
await ended(running, "SIGTERM");
times.sort((one, other) => one - other);
const milliseconds = (time) => `${Math.round(time)} ms`;
console.log(
  `ready after an orderly stop: ${milliseconds(orderly)}; after ${kills} kills: median ${milliseconds(times[times.length >> 1])}, at most ${milliseconds(times.at(-1))}`,
);
