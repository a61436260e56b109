// An administrator invites people (spec I1–I5).

import { expectFieldError } from "../../support/forms";
import { InviteForm, rowOf, message } from "../../support/invitations";
import { ADA, enter, expect, GROUPS, test, NO_USE_FOR_THE_PROGRAM } from "../../support/mailed";
import { MembersPage } from "../../support/members";

const THREE = ["ana@x.example", "bela@x.example", "cara@x.example"];

test.describe("in the dialog", () => {
  test.beforeEach(async ({ page }) => enter(page, ADA.email));

  // spec I1, I2, I8
  test("three people who are typed get a mail each, and a row", async ({ page, mail, mailed }) => {
    const form = await InviteForm.open(page);
    await expect(form.role.locator("option")).toHaveText(["Administrator", "Member", "Security"]);
    await expect(form.role.locator("option:checked")).toHaveText("Member");
    await expect(form.groupRole.locator("option")).toHaveText(["Owner", "Member", "Observer"]);
    await expect(form.groupRole.locator("option:checked")).toHaveText("Member");
    await expect(form.root).toContainText(/Invites expire on \S/);
    await form.add("ana@x.example");
    await form.email.pressSequentially("bela@x.example,");
    await form.email.pressSequentially('"Cara Díaz" <cara@x.example>');
    await form.email.press("Enter");
    await expect(form.items).toHaveCount(3);
    await expect(form.email).toHaveValue("");
    expect((await form.chips()).map(({ faulty }) => faulty)).toEqual([false, false, false]);
    await form.send.click();
    await expect(form.root).toBeHidden();
    await expect(message(page, "3 people invited.")).toBeVisible();

    const links = new Set<string>();
    for (const address of THREE) {
      await expect(rowOf(page, address)).toContainText("Invite Pending");
      const letter = await mail.waitFor(address);
      expect(letter.envelope).toEqual([address]);
      expect(letter.to.map((to) => to.address)).toEqual([address]);
      expect(letter.from).toEqual({ name: "Muster", address: "muster@example.com" });
      expect(letter.subject).toContain("Acme Industries");
      expect(letter.messageId).toMatch(/^<\S+@\S+>$/);
      const link = mail.linkIn(letter);
      expect(link.startsWith(`${mailed.server.url}/invite/`)).toBe(true);
      expect(letter.text).toContain(link);
      links.add(link);
    }
    expect(links.size).toBe(3);
    expect(mail.messages).toHaveLength(3);
    // spec M1: before acceptance the name is the one in the invitation.
    await expect(rowOf(page, "cara@x.example")).toContainText("Cara Díaz");
  });

  // spec I1
  test("all who are invited together share role and groups", async ({ page, mail }) => {
    const form = await InviteForm.open(page);
    await form.add("ana@x.example", "bela@x.example");
    await form.role.selectOption({ label: "Security" });
    await form.groupSearch.fill("lond");
    await expect(form.groups.getByRole("checkbox")).toHaveCount(1);
    await form.groups.getByRole("checkbox", { name: GROUPS[0] }).check();
    await form.groupSearch.fill("");
    await expect(form.groups.getByRole("checkbox", { name: GROUPS[1] })).not.toBeChecked();
    await expect(form.groups.getByRole("checkbox", { name: GROUPS[0] })).toBeChecked();
    await form.groupRole.selectOption({ label: "Observer" });
    await form.send.click();
    await expect(message(page, "2 people invited.")).toBeVisible();
    for (const address of ["ana@x.example", "bela@x.example"]) {
      await expect(rowOf(page, address)).toContainText("Security");
      await expect(rowOf(page, address)).toContainText(GROUPS[0]);
      await expect(rowOf(page, address)).not.toContainText(GROUPS[1]);
      await mail.waitFor(address);
    }
  });

  // spec I2, I3, I4
  test("of a spreadsheet's column the good forty are invited, and the faults stay, each with its reason", async ({
    page,
    mail,
  }) => {
    const good = Array.from({ length: 40 }, (_, n) => `person${n + 10}@sheet.example`);
    const column = [...good.slice(0, 20), "ana.at.sheet.example", ADA.email, ...good.slice(20), "PERSON12@sheet.example"];
    const form = await InviteForm.open(page);
    await form.paste(`${column.join("\r\n")}\r\n`);
    await expect(form.items).toHaveCount(43);
    await expect(form.email).toHaveValue("");
    const expectFaults = async () => {
      await form.expectFaulty("ana.at.sheet.example", /ana\.at\.sheet\.example is not an e-mail address: it has no @ sign/);
      await form.expectFaulty(ADA.email, /ada@acme\.example is already a member\./);
      await form.expectFaulty("PERSON12@sheet.example", /person12@sheet\.example is listed twice\./i);
    };
    // Told as they become chips, before anything is sent.
    await expectFaults();
    await expect.poll(async () => (await form.chips()).filter(({ faulty }) => faulty).length).toBe(3);

    await form.send.click();
    await expect(message(page, "40 people invited.")).toBeVisible();
    await expect(form.items).toHaveCount(3);
    await expectFaults();
    const links = await Promise.all(good.map(async (address) => mail.linkIn(await mail.waitFor(address))));
    expect(new Set(links).size).toBe(40);
    expect(mail.messages).toHaveLength(40);

    // What stayed is mended in place and goes in; the others are removed.
    await form.page.getByRole("button", { name: "Remove PERSON12@sheet.example", exact: true }).click();
    await form.page.getByRole("button", { name: `Remove ${ADA.email}`, exact: true }).click();
    await form.page.getByRole("button", { name: "Edit ana.at.sheet.example", exact: true }).click();
    const edit = form.root.getByRole("textbox", { name: "Edit address", exact: true });
    await expect(edit).toHaveValue("ana.at.sheet.example");
    await edit.fill("ana@sheet.example");
    await edit.press("Enter");
    await expect(form.chip("ana@sheet.example")).toHaveCount(1);
    await expect.poll(async () => (await form.chips()).map(({ faulty }) => faulty)).toEqual([false]);
    await form.send.click();
    await expect(form.root).toBeHidden();
    await expect(message(page, "1 person invited.")).toBeVisible();
    await mail.waitFor("ana@sheet.example");
  });

  // spec I3: a pair that is listed twice is one no more once the other is gone
  test("a warning goes when its reason does", async ({ page }) => {
    const form = await InviteForm.open(page);
    await form.add("ana@x.example", "Ana Lima <ANA@x.example>");
    await form.expectFaulty("Ana Lima <ANA@x.example>", /is listed twice\./);
    await form.page.getByRole("button", { name: "Remove ana@x.example", exact: true }).click();
    await expect.poll(async () => (await form.chips()).map(({ faulty }) => faulty)).toEqual([false]);
  });

  // spec I4
  test("a double click invites nobody twice", async ({ page, mail }) => {
    const form = await InviteForm.open(page);
    await form.add(...THREE);
    await form.send.dblclick();
    await expect(message(page, "3 people invited.")).toBeVisible();
    for (const address of THREE) await mail.waitFor(address);
    // Whatever a second click queued would come before what is invited after it.
    const after = await InviteForm.openDialog(page);
    await after.add("last@x.example");
    await after.send.click();
    await mail.waitFor("last@x.example");
    expect(mail.messages.map(({ envelope }) => envelope.join()).toSorted()).toEqual([...THREE, "last@x.example"]);
    await expect(new MembersPage(page, "acme").table.getByText("ana@x.example", { exact: true })).toHaveCount(1);
  });

  // spec I3
  test("beyond a hundred addresses the rest stays in the field, with a message", async ({ page }) => {
    const many = Array.from({ length: 101 }, (_, n) => `person${n + 200}@x.example`);
    const form = await InviteForm.open(page);
    await form.paste(many.join("\n"));
    await expect(form.items).toHaveCount(100);
    await expect(form.email).toHaveValue(/^\s*person300@x\.example\s*$/);
    await expect(form.root.getByText(/\b100\b/).first()).toBeVisible();
    // Room again: nothing was dropped.
    await form.page.getByRole("button", { name: "Remove person200@x.example", exact: true }).click();
    await form.email.press("Enter");
    await expect(form.items).toHaveCount(100);
    await expect(form.chip("person300@x.example")).toHaveCount(1);
    await expect(form.email).toHaveValue("");
  });

  // spec I3
  test("an entry of 250 characters is taken, one of 251 stays in the field, with a message", async ({ page }) => {
    const entry = (length: number) => {
      const address = " <ana@x.example>";
      const name = "Ana ".repeat(60).slice(0, 190);
      return `${name}${address.replace("x.", `${"x".repeat(length - name.length - address.length + 1)}.`)}`;
    };
    const [fits, tooLong] = [entry(250), entry(251)];
    expect([fits.length, tooLong.length]).toEqual([250, 251]);
    const form = await InviteForm.open(page);
    await form.add(fits);
    await expect(form.items).toHaveCount(1);
    expect((await form.chips()).map(({ faulty }) => faulty)).toEqual([false]);
    await form.add(tooLong);
    await expect(form.email).toHaveValue(tooLong);
    await expect(form.root.getByText(/\b250\b/).first()).toBeVisible();
    await expect(form.items).toHaveCount(1);
  });

  // spec I5
  test("the lifetime is the organization's, from 1 to 30 days", async ({ page }) => {
    const expiry = async () => {
      const form = await InviteForm.open(page);
      return /Invites expire on (.+)/.exec(await form.root.innerText())?.[1] ?? "";
    };
    const before = await expiry();
    expect(before).not.toBe("");
    await page.goto("/o/acme/settings");
    const days = page.getByRole("spinbutton", { name: "Invites are valid for (days)" });
    const save = page.getByRole("button", { name: "Save", exact: true });
    await expect(days).toHaveValue("14");
    for (const wrong of ["0", "31"]) {
      await days.fill(wrong);
      await save.click();
      const stopped = await days.evaluate((field: HTMLInputElement) => !field.checkValidity());
      if (!stopped) await expectFieldError(days, /\b1\b.*\b30\b/);
      await page.goto("/o/acme/settings");
      await expect(days).toHaveValue("14");
    }
    await days.fill("3");
    await save.click();
    await expect(message(page, "Saved. It applies to invites sent from now on.")).toBeVisible();
    await expect(async () => {
      await page.goto("/o/acme/settings");
      await expect(days).toHaveValue("3", { timeout: 500 });
    }).toPass();
    const after = await expiry();
    expect(after).not.toBe("");
    expect(after).not.toBe(before);
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test.beforeEach(({ guard }) => guard.expects(NO_USE_FOR_THE_PROGRAM));

  // spec M7, I4
  test("a list is sent by a plain form, and faults come back with the typing kept", async ({ page, mail }) => {
    await enter(page, ADA.email);
    await new MembersPage(page, "acme").open();
    await InviteForm.control(page).click();
    await expect(page).toHaveURL(/\/o\/acme\/members\/invite$/);
    const form = new InviteForm(page, page.getByRole("main"));
    await form.role.selectOption({ label: "Security" });
    await form.groups.getByRole("checkbox", { name: GROUPS[1] }).check();
    await form.groupRole.selectOption({ label: "Owner" });
    await form.email.fill(`Ana Lima <ana@x.example>\nbroken\n${ADA.email}, ana@x.example`);
    await form.send.click();
    const main = page.getByRole("main");
    await expect(main).toContainText("broken is not an e-mail address: it has no @ sign");
    await expect(main).toContainText(`${ADA.email} is already a member.`);
    await expect(main).toContainText("ana@x.example is listed twice.");
    await expect(form.email).toHaveValue(/broken/);
    await expect(form.email).toHaveValue(/ada@acme\.example/);
    await expect(form.role.locator("option:checked")).toHaveText("Security");
    await expect(form.groups.getByRole("checkbox", { name: GROUPS[1] })).toBeChecked();
    await expect(form.groupRole.locator("option:checked")).toHaveText("Owner");
    // The good one is in already.
    expect((await mail.waitFor("ana@x.example")).to[0]?.name).toBe("Ana Lima");

    await form.email.fill("bela@x.example\ncara@x.example");
    await form.send.click();
    await expect(message(page, "2 people invited.")).toBeVisible();
    await mail.waitFor("bela@x.example");
    await mail.waitFor("cara@x.example");
    await new MembersPage(page, "acme").open();
    await expect(rowOf(page, "cara@x.example")).toContainText("Security");
    expect(mail.to("ana@x.example")).toHaveLength(1);
  });
});
