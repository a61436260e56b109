// What a page must be, whatever stands on it: accessible, narrow enough, still while it wakes up.

import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** No serious or critical finding, in either colour scheme. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    // Without motion: colours that are still on their way to the other scheme are nobody's to judge.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const grave = violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => node.html.slice(0, 200)).join("\n")}`);
    expect(grave, `findings in ${colorScheme}`).toEqual([]);
  }
}

/** One `<main>`, one heading of the first level, a title, a language. */
export async function expectOrderly(page: Page): Promise<void> {
  await expect(page.getByRole("main")).toHaveCount(1);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await expect(page).toHaveTitle(/\S/);
  await expect(page.locator("html")).toHaveAttribute("lang", /^[a-z]{2}/);
}

/** The page itself never scrolls sideways (STYLE); frames inside it may. */
export async function expectNoSidewaysScroll(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 800 });
  const overhang = () =>
    page.evaluate(() => {
      window.scrollTo({ left: 10_000, behavior: "instant" });
      return Math.max(window.scrollX, document.documentElement.scrollWidth - window.innerWidth);
    });
  await expect.poll(overhang, { timeout: 2_000 }).toBe(0);
}

declare global {
  interface Window {
    layoutShifts: { value: number; moved: string[] }[];
  }
}

/** From the next page on, takes note of everything that moves by itself. */
export async function watchLayout(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.layoutShifts = [];
    const note = (entries: PerformanceEntryList) => {
      for (const entry of entries as LayoutShift[]) {
        if (entry.hadRecentInput) continue;
        const moved = entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 120) : "text"));
        window.layoutShifts.push({ value: entry.value, moved });
      }
    };
    new PerformanceObserver((list) => note(list.getEntries())).observe({ type: "layout-shift", buffered: true });
  });
}

/** Part of the Layout Instability API that TypeScript's library leaves out. */
interface LayoutShift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { node: Node | null }[];
}

/** What moved since the page began, two frames after now. */
export async function layoutShifts(page: Page): Promise<Window["layoutShifts"]> {
  return page.evaluate(
    () =>
      new Promise<Window["layoutShifts"]>((done) => {
        requestAnimationFrame(() => requestAnimationFrame(() => done(window.layoutShifts)));
      }),
  );
}

/** Forgets what moved while the browser was still reading the page. */
export async function forgetLayoutShifts(page: Page): Promise<Window["layoutShifts"]> {
  const shifts = await layoutShifts(page);
  await page.evaluate(() => {
    window.layoutShifts = [];
  });
  return shifts;
}

/** Two frames: what was about to be drawn is drawn. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
}
