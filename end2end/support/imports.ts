// The pages of an import, by the words on them (spec A2).

import { expect, type Download, type Locator, type Page } from "@playwright/test";

/** What can become of a row. */
export type Result = "New" | "Changed" | "Unchanged" | "Refused";

/** One row of the table. */
export interface ImportedRow {
  line: number;
  result: string;
  email: string;
  name: string;
  detail: string;
}

/** A file as a person chooses it. */
export interface Chosen {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export function csv(content: string | Buffer, name = "people.csv"): Chosen {
  return { name, mimeType: "text/csv", buffer: Buffer.from(content) };
}

export class ImportPage {
  readonly main: Locator;
  readonly file: Locator;
  readonly table: Locator;

  constructor(
    readonly page: Page,
    readonly slug: string,
  ) {
    this.main = page.getByRole("main");
    this.file = page.getByLabel("CSV file");
    this.table = page.getByRole("table", { name: "Rows" });
  }

  button(name: string): Locator {
    return this.main.getByRole("button", { name, exact: true });
  }

  link(name: string): Locator {
    return this.main.getByRole("link", { name, exact: true });
  }

  async open(): Promise<void> {
    const response = await this.page.goto(`/o/${this.slug}/members/import`);
    expect(response?.status()).toBe(200);
  }

  /** Chooses a file and waits until every row is judged. */
  async check(file: Chosen | string): Promise<void> {
    await this.file.setInputFiles(file);
    await this.button("Check the file").click();
    await expect(this.button("Apply")).toBeVisible({ timeout: 60_000 });
  }

  /** How many rows come to what. */
  async count(result: Result | "All rows"): Promise<number> {
    const text = await this.filter(result).innerText();
    return Number(text.replaceAll(/[^\d]/g, ""));
  }

  filter(result: Result | "All rows"): Locator {
    const list = this.main.getByRole("list", { name: "Rows by what they come to" });
    return list.getByRole("link", { name: new RegExp(`^[\\d,]+\\s*${result}$`) });
  }

  async rows(): Promise<ImportedRow[]> {
    const cells = await this.table.evaluate((table: HTMLTableElement) =>
      [...(table.tBodies[0]?.rows ?? [])].map((row) => [...row.cells].map((cell) => (cell.textContent ?? "").trim())),
    );
    return cells.map(([line, result, email, name, detail]) => ({
      line: Number((line ?? "").replaceAll(",", "")),
      result: result ?? "",
      email: email ?? "",
      name: name ?? "",
      detail: detail ?? "",
    }));
  }

  /** What the page says of how it stands. */
  get status(): Locator {
    return this.main.getByRole("status").filter({ hasText: /\w/ });
  }

  async download(): Promise<string> {
    const coming: Promise<Download> = this.page.waitForEvent("download");
    await this.link("Download refused rows").click();
    const stream = await (await coming).createReadStream();
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece as Buffer);
    return Buffer.concat(pieces).toString("utf8");
  }
}
