// The `test` of what is about mail: an installation of each test's own, with a mail server beside it.

import type { BrowserContext, BrowserContextOptions, Page } from "@playwright/test";
import { signIn } from "./forms";
import { Installation, type Server } from "./muster";
import { MailServer } from "./smtp";
import { test as base } from "./test";

/** Administers Acme, and belongs to nothing else. */
export const ADA = { name: "Ada Okafor", email: "ada@acme.example" };
/** Administers Globex, and belongs to nothing else at first. */
export const BO = { name: "Bo Lindqvist", email: "bo@globex.example" };

export const ACME = { name: "Acme Industries", slug: "acme", administrator: ADA };
export const GLOBEX = { name: "Globex", slug: "globex", administrator: BO };

/** What a browser without JavaScript says of the program that was loaded ahead, where a page stays for some seconds. */
export const NO_USE_FOR_THE_PROGRAM = /wasm was preloaded using link preload but not used/;

/** The groups of Acme, which come with somebody who is in them. */
export const GROUPS = ["London Team", "Platform"] as const;

/** An installation with Acme and Globex, and the server that runs on it now. */
export interface Mailed {
  installation: Installation;
  server: Server;
}

interface OfTest {
  /** Further `MUSTER_…` variables; `undefined` takes one away that is set otherwise. */
  settings: Record<string, string | undefined>;
  mail: MailServer;
  mailed: Mailed;
  /** A guarded page of somebody in a browser of their own, signed in nowhere or as an account. */
  somebody: (email?: string, options?: BrowserContextOptions) => Promise<Page>;
}

export const test = base.extend<OfTest>({
  settings: [{}, { option: true }],
  mail: async ({}, use) => {
    const mail = await MailServer.start();
    await use(mail);
    await mail.stop();
  },
  mailed: async ({ mail, settings }, use) => {
    const installation = await Installation.make(
      given({
        MUSTER_SMTP_URL: mail.url,
        MUSTER_MAIL_FROM: "Muster <muster@example.com>",
        MUSTER_MAIL_RETRY_SECONDS: "1",
        ...settings,
      }),
    );
    await installation.createOrganization(ACME);
    await installation.createOrganization(GLOBEX);
    const inGroups = await installation.importPeople("acme", `email,groups\nzoe@acme.example,${GROUPS.join(";")}\n`);
    if (inGroups.code !== 0) throw new Error(`The groups of Acme were refused:\n${inGroups.output}`);
    const mailed = { installation, server: await installation.serve() };
    await use(mailed);
    try {
      await mailed.server.stop();
    } finally {
      await installation.remove();
    }
  },
  baseURL: async ({ mailed }, use) => use(mailed.server.url),
  storageState: { cookies: [], origins: [] },
  somebody: async ({ browser, mailed, guard, contextOptions }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (email, options = {}) => {
      const storageState = { cookies: [], origins: [] };
      const context = await browser.newContext({
        ...contextOptions,
        baseURL: mailed.server.url,
        storageState,
        ...options,
      });
      contexts.push(context);
      if (options.javaScriptEnabled === false) guard.expects(NO_USE_FOR_THE_PROGRAM);
      await guard.watch(context);
      const page = await context.newPage();
      if (email !== undefined) await enter(page, email);
      return page;
    });
    guard.stop();
    await Promise.all(contexts.map((context) => context.close()));
  },
});

/** Signs in, by the front door. */
export async function enter(page: Page, email: string): Promise<void> {
  await page.goto("/");
  await signIn(page, email);
}

function given(settings: Record<string, string | undefined>): Record<string, string> {
  const set = Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(set);
}

export { expect } from "./test";
