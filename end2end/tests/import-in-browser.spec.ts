// People from a file, brought in by an administrator in the browser (spec A2).

import { truncate, writeFile } from "node:fs/promises";
import { type MessyFile, messyFile } from "../support/csv";
import { signIn } from "../support/forms";
import { csv, ImportPage } from "../support/imports";
import { expectAccessible, expectNoSidewaysScroll, expectOrderly } from "../support/look";
import { MembersPage } from "../support/members";
import { expect, type Fresh, ON_A_FRESH_ONE, test } from "../support/test";

const ADA = { name: "Ada Okafor", email: "ada@import.example" };
const ROWS = 100_000;

const IMPORT_PATH = "/o/import/members/import";

test.describe("on an installation of its own", () => {
  test.use(ON_A_FRESH_ONE);

  async function begin({ installation }: Fresh, page: ImportPage): Promise<void> {
    await installation.createOrganization({ name: "Import", slug: "import", administrator: ADA });
    await page.page.goto("/");
    await signIn(page.page, ADA.email);
  }

  async function expectJudged(page: ImportPage, file: MessyFile): Promise<void> {
    await expect(page.status).toContainText("Nothing has been changed yet");
    expect(await page.count("All rows")).toBe(ROWS);
    expect(await page.count("New")).toBe(file.good);
    expect(await page.count("Refused")).toBe(file.bad.length);
  }

  test("a messy file of 100,000 rows: judged, cancelled, judged again, reloaded, applied, corrected", async ({
    page,
    fresh,
  }) => {
    test.setTimeout(240_000);
    const imports = new ImportPage(page, "import");
    const members = new MembersPage(page, "import");
    await begin(fresh, imports);
    const file = messyFile(ROWS, ADA.email);

    // By the button on the members page, without a new page.
    await members.openAlive();
    await page.getByRole("link", { name: "Import", exact: true }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: "Import" })).toBeVisible();
    await imports.check(csv(file.content));
    await expectJudged(imports, file);

    // Every bad row, with its line, its column and the reason that the command line gives.
    await imports.filter("Refused").click();
    await expect(page).toHaveURL(/outcome=refused/);
    await expect.poll(async () => (await imports.rows()).length).toBe(file.bad.length);
    const told = await imports.rows();
    for (const { line, reason } of file.bad) {
      const row = told.find((row) => row.line === line);
      expect(row?.result, `line ${line}`).toBe("Refused");
      expect(row?.detail, `line ${line}`).toMatch(reason);
    }

    // Cancelled: nothing is left of it.
    const address = page.url();
    await imports.button("Cancel").click();
    await expect(page).toHaveURL(new RegExp(`${IMPORT_PATH}$`));
    await expect(page.getByText("people.csv")).toHaveCount(0);
    expect((await page.request.get(address)).status()).toBe(404);
    await members.open();
    await members.expectEmails([ADA.email]);

    // Once more; a reload shows the same.
    await imports.open();
    await imports.check(csv(file.content));
    await page.reload();
    await expectJudged(imports, file);
    expect((await imports.rows())[0]).toMatchObject({ line: 2, result: "New", detail: "Member · Joins Berlin, Cairo" });

    // Applied; the bar goes on where it was after a reload.
    await imports.button("Apply").click();
    const bar = page.getByRole("progressbar", { name: "How far it is" });
    await expect(bar).toBeVisible();
    await expect.poll(async () => Number(await bar.getAttribute("value"))).toBeGreaterThan(0);
    const before = Number(await bar.getAttribute("value"));
    await page.reload();
    await expect(bar).toBeVisible();
    expect(Number(await bar.getAttribute("value"))).toBeGreaterThanOrEqual(before);
    await expect(imports.status).toContainText("Done.", { timeout: 120_000 });
    await expect(imports.status).toContainText(`In: ${file.good.toLocaleString("en")} rows. Refused: ${file.bad.length}.`);
    // The sidebar counts them without a reload.
    await expect(members.sidebar).toContainText((file.good + 1).toLocaleString("en"));

    // The refused rows come back, are corrected, and go in.
    const refused = await imports.download();
    expect(refused.startsWith("\uFEFFGroups,EMAIL,organization_role,Name,reason\r\n")).toBe(true);
    const corrected = refused.replace("broken@@import.example", "mended@import.example").replace(",boss,", ",member,");
    await imports.link("Import another file").click();
    await imports.check(csv(corrected, "refused-rows.csv"));
    expect(await imports.count("New")).toBe(2);
    await imports.button("Apply").click();
    await expect(imports.status).toContainText("Done.");
    await imports.link("Go to members").click();
    await members.expectRange(new RegExp(`of ${(file.good + 3).toLocaleString("en")}`));
    await members.search.fill("mended@");
    await members.expectEmails(["mended@import.example"]);

    // The same file once more changes nobody.
    await imports.open();
    await imports.check(csv(file.content));
    expect(await imports.count("New")).toBe(0);
    expect(await imports.count("Unchanged")).toBeGreaterThan(ROWS - 20);
  });

  test("100,000 rows in UTF-16 with an open quote in the middle: one row is refused, corrected, and nobody is missing", async ({
    page,
    fresh,
  }) => {
    test.setTimeout(240_000);
    const imports = new ImportPage(page, "import");
    const members = new MembersPage(page, "import");
    await begin(fresh, imports);
    const people = Array.from({ length: ROWS }, (_, n) => {
      const number = String(n).padStart(5, "0");
      return `person${number}@import.example\t${n === ROWS / 2 ? '"' : ""}Pérsön ${number} 孫`;
    });
    const file = Buffer.from(`\uFEFF${["email\tname", ...people].join("\r\n")}\r\n`, "utf16le");
    const line = ROWS / 2 + 2;

    await imports.open();
    await imports.check(csv(file));
    await expect(imports.main.getByText("people.csv · UTF-16LE, separated by tabs")).toBeVisible();
    expect(await imports.count("All rows")).toBe(ROWS);
    expect(await imports.count("New")).toBe(ROWS - 1);
    expect(await imports.count("Refused")).toBe(1);
    await imports.filter("Refused").click();
    await expect(page).toHaveURL(/outcome=refused/);
    await expect.poll(async () => (await imports.rows()).length).toBe(1);
    const [told] = await imports.rows();
    expect(told).toMatchObject({ line, result: "Refused" });
    expect(told?.detail).toContain("A quote is opened in this row that is never closed.");
    await imports.button("Apply").click();
    await expect(imports.status).toContainText("Done.", { timeout: 120_000 });
    await expect(imports.status).toContainText(`In: ${(ROWS - 1).toLocaleString("en")} rows. Refused: 1.`);

    // The line comes back as it stood there, in one cell.
    const refused = await imports.download();
    const whole = people[ROWS / 2] ?? "";
    const cell = `"${whole.replaceAll('"', '""')}"`;
    expect(refused).toBe(
      `\uFEFFemail,name,reason\r\n${cell},,line ${line}: A quote is opened in this row that is never closed.\r\n`,
    );
    await imports.link("Import another file").click();
    await imports.check(csv(refused.replace(`${cell},`, whole.replace("\t", ",").replace('"', "")), "refused-rows.csv"));
    await expect(imports.main.getByText("refused-rows.csv · UTF-8, separated by commas")).toBeVisible();
    expect(await imports.count("New")).toBe(1);
    await imports.button("Apply").click();
    await expect(imports.status).toContainText("Done. In: 1 row.");
    await imports.link("Go to members").click();
    await members.expectRange(new RegExp(`of ${(ROWS + 1).toLocaleString("en")}`));
    await members.search.fill("person50000@");
    await members.expectEmails(["person50000@import.example"]);
    expect((await members.rows())[0]?.Name.text).toBe("Pérsön 50000 孫");
  });

  test("a row that names an active member otherwise says that the name stays", async ({ page, fresh }) => {
    const imports = new ImportPage(page, "import");
    await begin(fresh, imports);
    await imports.open();
    await imports.file.setInputFiles(csv(`email;name\n${ADA.email};Somebody Höher\n`));
    await imports.button("Check the file").click();
    await expect(imports.table).toBeVisible();
    const detail = "Name stays: people change their own name";
    expect(await imports.rows()).toEqual([{ line: 2, result: "Kept", email: ADA.email, name: "Somebody Höher", detail }]);
    await expect(page.getByText("No row changes anything.")).toBeVisible();
  });

  test("it is stopped on the way, and the rest follows", async ({ page, fresh }) => {
    test.setTimeout(120_000);
    const imports = new ImportPage(page, "import");
    await begin(fresh, imports);
    await imports.open();
    await imports.check(csv(messyFile(40_000, ADA.email).content));
    await imports.button("Apply").click();
    await imports.button("Stop").click();
    await expect(imports.status).toContainText(/Stopped after [\d,]+ of [\d,]+ rows/);
    const done = Number(/after ([\d,]+)/.exec(await imports.status.innerText())?.[1]?.replaceAll(",", ""));
    expect(done).toBeLessThan(39_000);
    const members = new MembersPage(page, "import");
    await members.open();
    expect(await members.total()).toBe(done + 1);
    await page.goBack();
    await imports.button("Apply the rest").click();
    await expect(imports.status).toContainText("Done.", { timeout: 60_000 });
  });

  test.describe("without JavaScript", () => {
    test.use({ javaScriptEnabled: false });

    test("a plain form does it, with a result page", async ({ page, fresh }) => {
      const imports = new ImportPage(page, "import");
      await begin(fresh, imports);
      await page.goto("/o/import/members");
      await page.getByRole("link", { name: "Import", exact: true }).first().click();
      await imports.file.setInputFiles(csv("email,groups\nbo@import.example,Berlin\nbroken,\n"));
      await imports.button("Check the file").click();
      await expect(page).toHaveURL(/\/members\/import\/[0-9a-f-]{36}$/);
      await expect(async () => {
        await page.reload();
        await expect(imports.button("Apply")).toBeVisible({ timeout: 500 });
      }).toPass();
      const [bo, broken] = await imports.rows();
      expect(bo).toEqual({ line: 2, result: "New", email: "bo@import.example", name: "", detail: "Member · Joins Berlin" });
      expect(broken).toMatchObject({ line: 3, result: "Refused" });
      expect(broken?.detail).toContain("no @ sign");
      await imports.button("Apply").click();
      await expect(async () => {
        await page.reload();
        await expect(imports.status).toContainText("Done. In: 1 row. Refused: 1.", { timeout: 500 });
      }).toPass();
      await imports.link("Go to members").click();
      await new MembersPage(page, "import").expectEmails([ADA.email, "bo@import.example"]);
    });

    test("a file that cannot be taken is refused at its field", async ({ page, fresh }) => {
      const imports = new ImportPage(page, "import");
      await begin(fresh, imports);
      await imports.open();
      await imports.file.setInputFiles(csv(""));
      await imports.button("Check the file").click();
      await expect(page.getByRole("alert").filter({ hasText: "not empty" })).toBeVisible();
      await expect(imports.file).toHaveAttribute("aria-invalid", "true");
    });
  });

  test("what is no CSV file, and what is too large, is told before anything is done", async ({ page, fresh }) => {
    const imports = new ImportPage(page, "import");
    await begin(fresh, imports);
    await imports.open();
    await page.waitForLoadState("networkidle");

    // A spreadsheet, read by the server.
    await imports.file.setInputFiles(csv(Buffer.from("PK\u0003\u0004…"), "people.xlsx"));
    await imports.button("Check the file").click();
    await expect(imports.status).toContainText("This is a spreadsheet or an archive, not CSV");
    await imports.link("Import another file").click();

    // More than 100 MB, refused without being sent.
    const large = test.info().outputPath("large.csv");
    await writeFile(large, "email\n");
    // As long as that, but nothing is on the disk.
    await truncate(large, 100 * 1024 * 1024 + 1);
    let sent = 0;
    page.on("request", (request) => (sent += request.method() === "POST" && request.url().endsWith("import") ? 1 : 0));
    await imports.file.setInputFiles(large);
    await expect(page.getByRole("alert").filter({ hasText: "larger than 100 MB" })).toBeVisible();
    await imports.button("Check the file").click();
    await expect(imports.file).toHaveAttribute("aria-invalid", "true");
    expect(sent).toBe(0);
    // Another one takes the error away.
    await imports.file.setInputFiles(csv("email\nbo@import.example\n"));
    await expect(imports.file).not.toHaveAttribute("aria-invalid");

    await imports.button("Check the file").click();
    await expect(imports.button("Apply")).toBeVisible();
  });

  test("a session that ended meanwhile is told as that, and the chosen file stays chosen", async ({ page, fresh }) => {
    const imports = new ImportPage(page, "import");
    await begin(fresh, imports);
    await imports.open();
    await page.waitForLoadState("networkidle");
    await imports.file.setInputFiles(csv("email\nbo@import.example\n"));
    await page.context().clearCookies();
    await imports.button("Check the file").click();
    await expect(page.getByRole("alert").filter({ hasText: "session has ended" })).toBeVisible();
    expect(await imports.file.evaluate((input: HTMLInputElement) => input.files?.length)).toBe(1);
  });

  test("both pages are accessible in both schemes and fit on 320 px", async ({ page, fresh }) => {
    const imports = new ImportPage(page, "import");
    await begin(fresh, imports);
    const look = async () => {
      await page.waitForLoadState("networkidle");
      await expectOrderly(page);
      await expectAccessible(page);
      for (const width of [320, 768]) await expectNoSidewaysScroll(page, width);
      await page.setViewportSize({ width: 1280, height: 720 });
    };
    await imports.open();
    await look();
    await imports.check(csv(messyFile(60, ADA.email).content));
    await look();
    await imports.button("Apply").click();
    await expect(imports.status).toContainText("Done.");
    await look();
    await imports.link("Import another file").click();
    await expect(page.getByText("Imports of the last seven days")).toBeVisible();
    await look();
  });
});

test.describe("somebody who may only read", () => {
  test.use({ as: "security" });

  test("sees that administrators may import, and is refused the page", async ({ page }) => {
    const members = new MembersPage(page);
    await members.open();
    const disabled = page.getByRole("main").getByRole("link", { name: "Import", exact: true });
    await expect(disabled).toHaveAttribute("aria-disabled", "true");
    await expect(disabled).toHaveAccessibleDescription("Only administrators bring people in.");
    const response = await page.goto("/o/demo/members/import");
    expect(response?.status()).toBe(403);
    await expect(page.getByRole("heading", { name: "You do not have access to this page" })).toBeVisible();
    const sent = await page.request.post("/o/demo/members/import", {
      multipart: { file: csv("email\na@b.example\n") },
      headers: { origin: new URL(page.url()).origin },
    });
    expect(sent.status()).toBe(403);
  });
});
