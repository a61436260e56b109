// What must never happen while a person uses the product, whatever a test is about: a word in the
// browser's console, an error that nobody caught, a breach of the security policy, a failed request.

import { type BrowserContext, expect } from "@playwright/test";

interface Fault {
  text: string;
  /** The address that it is about, where the browser names one. */
  url: string;
}

export class Guard {
  private readonly faults: Fault[] = [];
  private readonly expected: RegExp[] = [];
  /** Pages that were answered with 4xx: the browser mentions them in its console. */
  private readonly refusedPages = new Set<string>();
  private watching = true;

  /** Names a fault that the test brings about on purpose. */
  expects(fault: RegExp): void {
    this.expected.push(fault);
  }

  /** Takes note of what happens in every page of a context. */
  async watch(context: BrowserContext): Promise<void> {
    context.on("console", (message) => {
      if (["error", "warning", "assert"].includes(message.type())) {
        this.note(`console ${message.type()}: ${message.text()}`, message.location().url);
      }
    });
    context.on("weberror", (error) => this.note(`uncaught: ${error.error().stack ?? error.error().message}`));
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "";
      // A page that is left, and a search that was overtaken, give up what they asked for.
      if (reason !== "net::ERR_ABORTED") this.note(`request failed, ${reason}: ${request.url()}`);
    });
    context.on("response", (response) => {
      if (response.status() < 400) return;
      const isPage = response.request().isNavigationRequest();
      if (isPage && response.status() < 500) this.refusedPages.add(response.url());
      else this.note(`status ${response.status()}: ${response.url()}`);
    });
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
  }

  /** What happens while a context is closed is nobody's fault. */
  stop(): void {
    this.watching = false;
  }

  /** What happened that the test did not name. */
  complaints(): string[] {
    return this.faults
      .filter(({ text, url }) => !(text.includes("Failed to load resource") && this.refusedPages.has(url)))
      .filter(({ text }) => !this.expected.some((pattern) => pattern.test(text)))
      .map(({ text, url }) => (url ? `${text} (${url})` : text));
  }

  /** Fails where there is a complaint. */
  check(): void {
    expect(this.complaints(), "what the browser complained about").toEqual([]);
  }

  private note(text: string, url = ""): void {
    if (this.watching) this.faults.push({ text, url });
  }
}
