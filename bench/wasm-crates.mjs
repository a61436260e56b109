#!/usr/bin/env node
// Which crates the code of the first load comes from: sums the functions of the wasm, before wasm-opt, by the
// crate that stands first in their symbol. Usage, after `make build`: node bench/wasm-crates.mjs
import { readFileSync } from "node:fs";

const file = process.argv[2] ?? "target/xtask/frontend-release/rest.wasm";
const bytes = readFileSync(file);
let at = 8;

function number() {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
}

function text() {
  const length = number();
  at += length;
  return bytes.toString("utf8", at - length, at);
}

function limits() {
  const flags = number();
  number();
  if (flags & 1) number();
}

const names = new Map();
const sizes = [];
const sections = new Map();
let imported = 0;

while (at < bytes.length) {
  const id = bytes[at++];
  const length = number();
  const end = at + length;
  if (id === 2) {
    for (let left = number(); left > 0; left -= 1) {
      text();
      text();
      const kind = bytes[at++];
      if (kind === 0) imported += number() >= 0 ? 1 : 0;
      else if (kind === 1) (at += 1), limits();
      else if (kind === 2) limits();
      else if (kind === 3) at += 2;
      else (at += 1), number();
    }
  } else if (id === 10) {
    for (let left = number(); left > 0; left -= 1) {
      const size = number();
      sizes.push(size);
      at += size;
    }
  } else if (id === 0 && text() === "name") {
    while (at < end) {
      const kind = bytes[at++];
      const last = number() + at;
      if (kind === 1) for (let left = number(); left > 0; left -= 1) names.set(number(), text());
      at = last;
    }
  }
  if (id === 10 || id === 11) sections.set(id === 10 ? "code" : "data", length);
  at = end;
}

/** The crate of a symbol, mangled in either way; what wasm-bindgen describes to itself does not stay. */
function crate(symbol) {
  if (/__wbindgen_describe|WasmDescribe|describe/.test(symbol)) return undefined;
  const path = /C(?:s[0-9A-Za-z]*_)?(\d+)_?([A-Za-z_][A-Za-z0-9_]*)/.exec(symbol.startsWith("_R") ? symbol : "");
  if (path) return path[2].slice(0, Number(path[1]));
  // In the older mangling a trait's function says "type as trait"; the type's crate counts, or the trait's.
  const typed = /\$LT\$(?:\$RF\$|mut\$u20\$|dyn\$u20\$)*([a-z_][a-z0-9_]*)\.\./.exec(symbol) ?? /\$as\$u20\$([a-z_][a-z0-9_]*)\.\./.exec(symbol);
  if (symbol.startsWith("_ZN") && /^_ZN\d+_?\$LT\$/.test(symbol) && typed) return typed[1];
  const old = /^_ZN(\d+)([A-Za-z_].*)/.exec(symbol);
  if (old) return old[2].slice(0, Number(old[1]));
  const plain = /([a-z_][a-z0-9_]*)(?:\[[0-9a-f]+\])?::/.exec(symbol);
  return plain ? plain[1] : "other";
}

const crates = new Map();
let all = 0;
sizes.forEach((size, place) => {
  const name = crate(names.get(place + imported) ?? "other");
  if (name === undefined) return;
  all += size;
  crates.set(name, (crates.get(name) ?? 0) + size);
});

console.log("| crate | KB of code | share |");
console.log("| --- | ---: | ---: |");
const sorted = [...crates].sort((a, b) => b[1] - a[1]);
for (const [name, size] of sorted.slice(0, 14)) {
  console.log(`| ${name} | ${(size / 1024).toFixed(0)} | ${((100 * size) / all).toFixed(0)} % |`);
}
const rest = sorted.slice(14).reduce((sum, [, size]) => sum + size, 0);
console.log(`| ${sorted.length - 14} others | ${(rest / 1024).toFixed(0)} | ${((100 * rest) / all).toFixed(0)} % |`);
console.log(`\n${(all / 1024).toFixed(0)} KB of code before wasm-opt, and ${((sections.get("data") ?? 0) / 1024).toFixed(0)} KB of data.`);
