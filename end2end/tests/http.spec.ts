// What the browser is told beside the page: policy, caching, compression (issue 2, sections 1 and 3).

import { signInForm } from "../support/forms";
import { people } from "../support/portal";
import { PASSWORD } from "../support/muster";
import { expect, test } from "../support/test";

test.use({ as: "admin" });

test("the security policy names a nonce, a new one each time, and no inline style", async ({ page }) => {
  const nonces = [];
  for (const path of ["/o/demo", "/o/demo/members", "/o/demo/nothing", "/o/demo/members?q=a"]) {
    const response = await page.goto(path);
    const policy = response?.headers()["content-security-policy"] ?? "";
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
    expect(nonce.length).toBeGreaterThanOrEqual(22);
    nonces.push(nonce);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("'wasm-unsafe-eval'");
    expect(policy).not.toContain("unsafe-inline");
    expect(policy).not.toContain("'unsafe-eval'");
    expect(await page.locator("[style]").count(), "inline styles").toBe(0);
  }
  expect(new Set(nonces).size).toBe(nonces.length);
});

test("every answer forbids sniffing, and pages are never cached", async ({ page }) => {
  for (const path of ["/o/demo", "/o/demo/members", "/o/demo/settings", "/o/demo/nothing"]) {
    const headers = (await page.goto(path))?.headers() ?? {};
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("same-origin");
    expect(headers["cache-control"]).toMatch(/no-store|no-cache/);
    // Only under https (issue 2, section 3).
    expect(headers["strict-transport-security"]).toBeUndefined();
  }
});

test("the site's files are cached for ever, under names that carry a hash, and compressed", async ({ page, request }) => {
  const asked: string[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/pkg/")) asked.push(response.url());
  });
  // The home page loads a part of the program by itself.
  for (const path of ["/o/demo/members", "/o/demo"]) {
    await page.goto(path);
    await page.waitForLoadState("networkidle");
  }
  expect(asked.join("\n")).toContain("split_");
  for (const ending of [".js", ".wasm", ".css"]) expect(asked.join("\n")).toContain(ending);
  for (const url of new Set(asked)) {
    // A file's own, or that of the folder of what belongs together.
    expect(url).toMatch(/[._-][\w-]{8,}\.(js|wasm|css)$|\.[0-9a-f]{16}\/\w+\.(js|wasm)$/);
    for (const encoding of ["br", "gzip"]) {
      const response = await request.get(url, { headers: { "Accept-Encoding": encoding } });
      const headers = response.headers();
      expect(headers["cache-control"]).toMatch(/public.*max-age=31536000.*immutable|immutable/);
      expect(headers["content-encoding"], `${url} as ${encoding}`).toBe(encoding);
      expect(headers.vary?.toLowerCase()).toContain("accept-encoding");
      expect(headers["x-content-type-options"]).toBe("nosniff");
    }
  }
});

test("a file of the site that isn't there is not a page", async ({ request }) => {
  const response = await request.get("/pkg/nothing.js");
  expect(response.status()).toBe(404);
  expect(response.headers()["cache-control"] ?? "").not.toContain("immutable");
});

test("another site can't post here in the person's name", async ({ page, portal, context }) => {
  await page.goto("/o/demo");
  const cookies = await context.cookies();
  for (const path of ["/sign-out", "/sign-in", "/api/members/list"]) {
    const response = await fetch(`${portal.url}${path}`, {
      method: "POST",
      redirect: "manual",
      headers: {
        Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "cross-site",
        Origin: "https://evil.example",
      },
      body: new URLSearchParams({ email: people.admin, password: PASSWORD }),
    });
    expect(response.status, path).toBe(403);
  }
  await page.goto("/o/demo");
  await expect(signInForm(page).submit).toHaveCount(0);
});

test("health and readiness are there for everybody, and say nothing else", async ({ request }) => {
  for (const path of ["/healthz", "/readyz"]) {
    const response = await request.get(path);
    expect(response.status()).toBe(200);
    expect((await response.text()).length).toBeLessThan(100);
  }
});

test("a page is compressed, and never names what the server is made of", async ({ request }) => {
  const response = await request.get("/o/demo/members", { headers: { "Accept-Encoding": "br, gzip" } });
  const headers = response.headers();
  expect(headers["content-encoding"]).toMatch(/br|gzip/);
  expect(headers.server).toBeUndefined();
  expect(headers["x-powered-by"]).toBeUndefined();
});
