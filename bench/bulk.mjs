// How long it takes to change many members at once (issue: 10,000 under 10 s), and how quick pages are meanwhile.
//
//   node bench/bulk.mjs http://127.0.0.1:3000 PASSWORD-FILE [VIEW]
//
// against a server on the data of `muster demo`. Those whom the view finds (`?q=@` are all but the removed) get the role
// Security, and that of members again.

import { readFile } from "node:fs/promises";

const [server, passwordFile, view = "?q=@"] = process.argv.slice(2);
if (passwordFile === undefined) {
  console.error("usage: node bench/bulk.mjs SERVER PASSWORD-FILE [VIEW]");
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

async function ask(path, fields) {
  const body = new URLSearchParams({ organization: "demo", ...fields });
  const answer = await fetch(`${server}/api/${path}`, { method: "POST", headers: { cookie }, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 200)}`);
  return JSON.parse(text);
}

for (const [role, matching] of [
  ["security", view],
  ["member", `${view}&role=security`],
]) {
  const { id, members } = await ask("bulk/facts", { "form[matching]": matching });
  const begun = performance.now();
  await ask("bulk/begin", { id, action: "role", role, "form[matching]": matching });
  const pages = [];
  let bulk;
  do {
    await new Promise((resolve) => setTimeout(resolve, 150));
    const asked = performance.now();
    await ask("members/list", { query: "sort=name" });
    pages.push(performance.now() - asked);
    ({ bulk } = await ask("bulk/show", { id, query: "" }));
  } while (["collecting", "running"].includes(bulk.state));
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  pages.sort((one, other) => one - other);
  const [median, longest] = [pages[pages.length >> 1], pages.at(-1)].map(Math.round);
  console.log(`role:${role}: ${members} members in ${seconds} s, ${bulk.state}; pages meanwhile ${median} ms, at most ${longest}`);
}
