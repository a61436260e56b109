#!/usr/bin/env node
// Measures the release build: how fast people come in, and how fast the members page goes out.
// Prints a table and writes bench/data/latest.json. Usage: make bench (MUSTER_BINARY names the binary).
import { spawn, spawnSync } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROWS = 100_000;
const PEOPLE = 10_000;
const PAGES = 400;
const AT_ONCE = 16;
const PASSWORD = "violet anchors drift past noon";

const binary = process.env.MUSTER_BINARY ?? "target/release/muster";
const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "muster-bench-"));
const results = [];

/** Runs a command of the binary and gives its seconds. */
function muster(data, ...words) {
  const begun = process.hrtime.bigint();
  const done = spawnSync(binary, words, { env: { ...process.env, MUSTER_DATA_DIR: data }, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`muster ${words.join(" ")}: ${done.stderr}${done.stdout}`);
  return Number(process.hrtime.bigint() - begun) / 1e9;
}

function record(what, figure, unit) {
  results.push({ what, figure: Math.round(figure * 100) / 100, unit });
}

function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

async function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

async function file(path) {
  const out = createWriteStream(path);
  out.write("email,name,organization_role,groups\n");
  for (let n = 0; n < ROWS; n += 1) {
    out.write(`person${n}@bench.example,Person Number ${n},member,Team ${n % 50};Site ${n % 7}\n`);
  }
  await new Promise((done) => out.end(done));
}

async function importSpeed(password) {
  const data = join(folder, "import");
  muster(data, "organization", "create", "--name", "Bench", "--slug", "bench", "--kind", "customer",
    "--administrator-email", "ana@bench.example", "--administrator-name", "Ana Lima", "--password-file", password);
  const csv = join(folder, "people.csv");
  await file(csv);
  record(`import of ${ROWS} people, two groups each`, ROWS / muster(data, "import", csv, "--organization", "bench"), "rows/s");
  record("the same file again, nothing to change", ROWS / muster(data, "import", csv, "--organization", "bench"), "rows/s");
}

async function pageSpeed(password) {
  const data = join(folder, "pages");
  record(`demo of ${PEOPLE} people`, muster(data, "demo", "--members", `${PEOPLE}`, "--groups", "40", "--seed", "1",
    "--password-file", password), "s");
  const origin = `http://127.0.0.1:${await freePort()}`;
  const env = { ...process.env, MUSTER_DATA_DIR: data, MUSTER_LISTEN: origin.slice("http://".length), MUSTER_LOG: "error" };
  const server = spawn(binary, ["serve"], { env, stdio: "ignore" });
  try {
    for (let n = 0; n < 100; n += 1) {
      if (await fetch(`${origin}/readyz`).then((r) => r.ok, () => false)) break;
      await new Promise((done) => setTimeout(done, 50));
    }
    const answer = await fetch(`${origin}/sign-in`, {
      method: "POST", redirect: "manual", headers: { origin },
      body: new URLSearchParams({ email: "admin@demo.example", password: PASSWORD }),
    });
    const cookie = answer.headers.get("set-cookie")?.split(";")[0];
    if (!cookie) throw new Error(`sign-in answered ${answer.status}`);
    for (const [what, query] of [["members, first page", ""], ["members, last page", "?page=195"],
      ["members, a search with few hits", "?q=ozolins"], ["members, filter and other sort", "?role=security&sort=last_active&dir=desc"]]) {
      await pages(what, `${origin}/o/demo/members${query}`, cookie);
    }
  } finally {
    server.kill("SIGTERM");
  }
}

async function pages(what, address, cookie) {
  const times = [];
  const get = async () => {
    const begun = performance.now();
    const answer = await fetch(address, { headers: { cookie } });
    await answer.text();
    if (answer.status !== 200) throw new Error(`${address}: ${answer.status}`);
    times.push(performance.now() - begun);
  };
  for (let n = 0; n < PAGES / 4; n += 1) await get();
  times.sort((a, b) => a - b);
  record(`${what}: whole HTML, median`, quantile(times, 0.5), "ms");
  record(`${what}: whole HTML, 99th of 100`, quantile(times, 0.99), "ms");
  const begun = performance.now();
  const reader = async () => {
    for (let n = 0; n < PAGES / AT_ONCE; n += 1) await get();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  record(`${what}: at ${AT_ONCE} connections`, PAGES / ((performance.now() - begun) / 1000), "pages/s");
}

try {
  const password = join(folder, "password");
  writeFileSync(password, `${PASSWORD}\n`, { mode: 0o600 });
  await importSpeed(password);
  await pageSpeed(password);
  for (const { what, figure, unit } of results) console.log(`${what.padEnd(58)} ${String(figure).padStart(12)} ${unit}`);
  mkdirSync(join(here, "data"), { recursive: true });
  writeFileSync(join(here, "data", "latest.json"), `${JSON.stringify(results, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
