import { defineConfig, devices } from "@playwright/test";

// `cargo xtask test` says which browser and which server to test:
//   MUSTER_CHROMIUM           the browser's executable
//   MUSTER_BINARY             the release build of the server; a test starts its own
//   MUSTER_TEST_POSTGRES_URL  a PostgreSQL to make databases in
//   MUSTER_SCREENSHOTS        the folder for the project `screenshots`

export default defineConfig({
  testDir: ".",
  outputDir: "test-results",
  // A test file has a server of its own, and two of them fill two cores.
  fullyParallel: false,
  workers: 2,
  // A test that passes at the second try has failed.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    ...devices["Desktop Chrome"],
    locale: "en-GB",
    // Not the server's zone, so that a time drawn in the wrong one shows.
    timezoneId: "America/New_York",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.MUSTER_CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "product", testMatch: "**/*.spec.ts", testIgnore: "**/screenshots.spec.ts" },
    { name: "screenshots", testMatch: "**/screenshots.spec.ts" },
  ],
});
