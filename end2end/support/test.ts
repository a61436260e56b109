// The `test` of every file: guarded pages, the shared portal, sessions by role.

import { type BrowserContext, type BrowserContextOptions, type Page, test as base } from "@playwright/test";
import { Guard } from "./guard";
import { Installation, type Server } from "./muster";
import { people, Portal } from "./portal";

export type Person = keyof typeof people;

/** An installation that nobody has set up yet. */
export interface Fresh {
  installation: Installation;
  server: Server;
}

interface OfTest {
  /** Who is signed in when the test begins: `test.use({ as: "admin" })`. */
  as: Person | "nobody";
  /** Fails the test for what the browser complains about. */
  guard: Guard;
  /** A guarded page of somebody else, in a browser of their own. */
  visit: (as: Person, options?: BrowserContextOptions) => Promise<Page>;
  /** An empty installation of the test's own. */
  fresh: Fresh;
}

interface OfWorker {
  /** The installation that is only looked at. */
  portal: Portal;
}

export const test = base.extend<OfTest, OfWorker>({
  portal: [
    async ({ browser }, use) => {
      const portal = await Portal.start(browser);
      await use(portal);
      await portal.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  as: ["nobody", { option: true }],
  baseURL: async ({ portal }, use) => use(portal.url),
  storageState: async ({ portal, as }, use) =>
    use(as === "nobody" ? { cookies: [], origins: [] } : await portal.session(people[as])),
  guard: async ({}, use) => {
    const guard = new Guard();
    await use(guard);
    guard.check();
  },
  context: async ({ context, guard }, use) => {
    await guard.watch(context);
    await use(context);
    guard.stop();
  },
  visit: async ({ browser, portal, guard, contextOptions }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (as, options = {}) => {
      const storageState = await portal.session(people[as]);
      const settings = { ...contextOptions, baseURL: portal.url, storageState, ...options };
      const context = await browser.newContext(settings);
      contexts.push(context);
      await guard.watch(context);
      return context.newPage();
    });
    guard.stop();
    await Promise.all(contexts.map((context) => context.close()));
  },
  fresh: async ({}, use) => {
    const installation = await Installation.make();
    const server = await installation.serve();
    await use({ installation, server });
    try {
      await server.stop();
    } finally {
      await installation.remove();
    }
  },
});

/** For files that need an empty installation: `test.use(ON_A_FRESH_ONE)`. */
export const ON_A_FRESH_ONE = {
  baseURL: async ({ fresh }: { fresh: Fresh }, use: (url: string) => Promise<void>) => use(fresh.server.url),
  storageState: { cookies: [], origins: [] },
};

export { expect } from "@playwright/test";
