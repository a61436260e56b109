#!/usr/bin/env node
// Measures the release build against what it is built on, in one run: the statements that somebody would write
// by hand, bare axum, bare leptos. `make bench` runs it and names what it needs in the environment.
// Prints tables, and writes bench/data/latest.json and bench/data/latest.md. With the word `pages` it measures whole pages
// only, and writes nothing.
import { spawn, spawnSync } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const IMPORTED = 100_000;
const SMALL = { members: 10_000, groups: 100 };
const LARGE = { members: 1_000_000, groups: 10_000 };
const CONNECTIONS = 16;
const SECONDS = 6;
/** How long each answer of the distant database takes to arrive, in milliseconds. */
const DISTANCE = 1;
const PASSWORD = "violet anchors drift past noon";

const binary = need("MUSTER_BINARY");
const queries = need("MUSTER_BENCH_QUERIES");
const bare = need("MUSTER_BENCH_BARE");
const postgres = need("MUSTER_BENCH_POSTGRES");
const data = join(dirname(fileURLToPath(import.meta.url)), "data");
const folder = mkdtempSync(join(tmpdir(), "muster-bench-"));
const text = [];

function need(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run make bench`);
  return value;
}

function say(line = "") {
  console.log(line);
  text.push(line);
}

function round(number, places = 2) {
  return Number(number.toFixed(places));
}

/** Runs a program to its end and gives its seconds and what it said. */
function run(program, words, env = {}) {
  const begun = process.hrtime.bigint();
  const done = spawnSync(program, words, { env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`${program} ${words.join(" ")}: ${done.stderr}${done.stdout}`);
  return { seconds: Number(process.hrtime.bigint() - begun) / 1e9, output: done.stdout };
}

async function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** How fast people come in from a file. */
async function imports() {
  const password = join(folder, "password");
  writeFileSync(password, `${PASSWORD}\n`, { mode: 0o600 });
  const env = { MUSTER_DATA_DIR: join(folder, "import") };
  run(binary, ["organization", "create", "--name", "Bench", "--slug", "bench", "--kind", "customer",
    "--administrator-email", "ana@bench.example", "--administrator-name", "Ana Lima", "--password-file", password], env);
  const csv = join(folder, "people.csv");
  const out = createWriteStream(csv);
  out.write("email,name,organization_role,groups\n");
  for (let n = 0; n < IMPORTED; n += 1) {
    out.write(`person${n}@bench.example,Person Number ${n},member,Team ${n % 50};Site ${n % 7}\n`);
  }
  await new Promise((done) => out.end(done));
  const once = () => run(binary, ["import", csv, "--organization", "bench"], env).seconds;
  const [first, again] = [once(), once()];
  say("## Import");
  say();
  say(`| ${IMPORTED.toLocaleString("en")} people with two groups each, SQLite | rows a second |`);
  say("| --- | ---: |");
  say(`| new | ${Math.round(IMPORTED / first).toLocaleString("en")} |`);
  say(`| the same file again, nothing to change | ${Math.round(IMPORTED / again).toLocaleString("en")} |`);
  say();
  return { new: IMPORTED / first, unchanged: IMPORTED / again };
}

/** The members table at the database: every query, with the best statements written by hand beside it. */
function table(kind, { members, groups }, ...only) {
  const home = join(data, `sqlite-${members}`);
  mkdirSync(home, { recursive: true });
  const url = kind === "SQLite" ? `sqlite://${join(home, "muster.db")}` : postgres.replace("/postgres?", `/m${members}?`);
  const file = join(data, `queries-${kind.toLowerCase()}-${members}.json`);
  const made = join(data, `made-${kind.toLowerCase()}-${members}.json`);
  run(queries, [`${members}`, `${groups}`, file, ...only], { MUSTER_DATABASE_URL: url });
  const read = JSON.parse(readFileSync(file, "utf8"));
  // How long making it took is known in the run that made it alone.
  if (read.seconds.demo) writeFileSync(made, JSON.stringify(read.seconds));
  if (existsSync(made)) read.seconds = JSON.parse(readFileSync(made, "utf8"));
  return read;
}

function tables(kind) {
  const small = table(kind, SMALL);
  const large = table(kind, LARGE);
  const { demo, upkeep } = large.seconds;
  say(`## Members table, ${kind}`);
  say();
  if (demo) {
    const ranges = upkeep ? `, counting the ranges of every sort after it ${round(upkeep, 0)} s` : "";
    say(`\`muster demo\` of a million people and 10,000 groups: ${round(demo, 0)} s${ranges}.`);
    say();
  }
  say("| query | ms | least–most | best SQL by hand, ms | ratio | at 10,000, ms | a million / 10,000 | rows |");
  say("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  const at = (query) => small.queries.find((line) => line.query === query.replace(/^group of \d+/, ""))?.ms;
  const bySize = (lines) => lines.filter((line) => line.query.startsWith("group of"));
  const [ofSmall, ofLarge] = [bySize(small.queries), bySize(large.queries)];
  for (const line of large.queries) {
    const before = line.query.startsWith("group of") ? ofSmall[ofLarge.indexOf(line)]?.ms : at(line.query);
    const growth = before ? round(line.ms / before, 1) : "";
    say(`| \`${line.query || "first page"}\` | ${round(line.ms)} | ${round(line.least)}–${round(line.most)} | ${round(line.sql)} `
      + `| ${round(line.ratio, 1)} | ${before ? round(before) : ""} | ${growth} | ${line.total} |`);
  }
  say();
  const slow = large.queries.filter((line) => line.ms > 50);
  const dear = large.queries.filter((line) => line.ratio > 2);
  const quick = large.queries.filter((line) => line.ms < 10);
  const statements = large.queries.map((line) => line.plans.length);
  const scanned = large.queries.filter((line) => line.scanned.length > 0);
  say(`A page takes ${Math.min(...statements)} to ${Math.max(...statements)} statements; ${scanned.length} of the queries scan a whole table.`);
  say(`${large.queries.length} queries: ${quick.length} under 10 ms, ${slow.length} over 50 ms, ${dear.length} over twice the best SQL`
    + ` (the slowest of those ${round(Math.max(0, ...dear.map((line) => line.ms)))} ms).`);
  // Of the table of groups an owner sees their own.
  const owned = large.queries.filter((line) => line.owner && !line.query.startsWith("groups:"));
  if (owned.length > 0) {
    const apart = owned.map((line) => Math.abs(line.owner / line.ms - 1) * 100);
    say(`For the ${owned.length} queries about the largest group, an owner waits at most ${round(Math.max(...apart), 0)} % more or less than an administrator.`);
  }
  say();
  return { small, large };
}

async function until(address) {
  for (let n = 0; n < 200; n += 1) {
    if (await fetch(address).then((answer) => answer.ok, () => false)) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`${address} does not answer`);
}

function load(host, path, cookie, connections) {
  return JSON.parse(run(bare, ["load", host, path, cookie, `${connections}`, `${SECONDS}`]).output);
}

/** The address of the million people on PostgreSQL through a proxy that holds every answer back, and the proxy. */
async function distant() {
  const port = await freePort();
  const socket = join(new URL(postgres).searchParams.get("host"), ".s.PGSQL.5432");
  const proxy = spawn(process.execPath, [join(dirname(fileURLToPath(import.meta.url)), "delay.mjs"), `${port}`, socket, `${DISTANCE}`]);
  return { proxy, url: `postgres://muster@127.0.0.1:${port}/m${LARGE.members}?sslmode=disable` };
}

/** Whole pages over HTTP, signed in, against bare axum and bare leptos. */
async function pages(where, database) {
  const host = `127.0.0.1:${await freePort()}`;
  const origin = `http://${host}`;
  const env = { ...process.env, ...database, MUSTER_LISTEN: host, MUSTER_LOG: "error" };
  const server = spawn(binary, ["serve"], { env, stdio: "ignore" });
  let reference;
  const lines = [];
  try {
    await until(`${origin}/readyz`);
    const form = { "content-type": "application/x-www-form-urlencoded", origin };
    const signedIn = await fetch(`${origin}/sign-in`, {
      method: "POST", redirect: "manual", headers: form,
      body: new URLSearchParams({ email: "admin@demo.example", password: PASSWORD }),
    });
    const cookie = signedIn.headers.get("set-cookie")?.split(";")[0];
    if (!cookie) throw new Error(`sign-in answered ${signedIn.status}`);
    const listed = await fetch(`${origin}/api/members/list`, {
      method: "POST", headers: { ...form, cookie }, body: new URLSearchParams({ organization: "demo", query: "" }),
    });
    const { page } = await listed.json();
    const cell = (value) => (value === null ? "—" : typeof value === "object" ? new Date(value.at).toISOString() : `${value}`);
    const rows = page.rows.map((row) => [row.name, row.email, row.role, row.groups.map((group) => group.name).join(", "), row.created,
      row.last_active, row.logins, row.last_login, row.last_login_ip].map(cell));
    const rowsFile = join(folder, "rows.json");
    writeFileSync(rowsFile, JSON.stringify(rows));
    const whole = await fetch(`${origin}/o/demo/members`, { headers: { cookie } }).then((answer) => answer.text());

    const bareHost = `127.0.0.1:${await freePort()}`;
    reference = spawn(bare, ["serve", bareHost, rowsFile, `${whole.length}`], { stdio: "ignore" });
    await until(`http://${bareHost}/text`);
    const measure = (what, address, path, sent) => {
      const [one, many] = [load(address, path, sent, 1), load(address, path, sent, CONNECTIONS)];
      lines.push({ what, one, many });
    };
    measure("bare axum, a text as long as the page", bareHost, "/text", "");
    measure(`bare leptos, the same ${rows.length} rows and nothing else`, bareHost, "/rows", "");
    for (const [what, query] of [["members, first page", ""], ["members, page 10,000", "?page=10000"],
      ["members, `q=ana`", "?q=ana"], ["members, `role=security&sort=last_active`", "?role=security&sort=last_active"]]) {
      measure(`${what}, signed in, a million people`, host, `/o/demo/members${query}`, cookie);
    }
    const bareRate = lines[1].many.rate;
    say(`## Whole pages, ${where}`);
    say();
    say(`${(whole.length / 1024).toFixed(0)} KB of HTML, not compressed; the client that measures runs on the same ${cpus().length} cores.`);
    say();
    say(`| page | one at a time: median ms | 99th of 100 | at ${CONNECTIONS} connections: pages a second | of bare leptos |`);
    say("| --- | ---: | ---: | ---: | ---: |");
    for (const { what, one, many } of lines) {
      say(`| ${what} | ${round(one.p50)} | ${round(one.p99)} | ${Math.round(many.rate).toLocaleString("en")} | ${round((100 * many.rate) / bareRate, 1)} % |`);
    }
    say();
  } finally {
    server.kill("SIGTERM");
    reference?.kill("SIGTERM");
  }
  return lines;
}

try {
  mkdirSync(data, { recursive: true });
  const onlyPages = process.argv[2] === "pages";
  const all = onlyPages ? {} : { import: await imports() };
  for (const kind of ["SQLite", "PostgreSQL"]) {
    // No query has this in it: the million people are made where there are none, and nothing is measured.
    if (onlyPages) table(kind, LARGE, "no query");
    else all[kind] = tables(kind);
  }
  all.pages = await pages("SQLite", { MUSTER_DATA_DIR: join(data, `sqlite-${LARGE.members}`) });
  const { proxy, url } = await distant();
  try {
    // Its key stays the same from one benchmark to the next, as the database does.
    const home = join(data, `postgres-${LARGE.members}`);
    all.distant = await pages(`PostgreSQL ${DISTANCE} ms away`, { MUSTER_DATA_DIR: home, MUSTER_DATABASE_URL: url });
  } finally {
    proxy.kill("SIGTERM");
  }
  if (!onlyPages) writeFileSync(join(data, "latest.json"), `${JSON.stringify(all, null, 2)}\n`);
  if (!onlyPages) writeFileSync(join(data, "latest.md"), `${text.join("\n")}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
