// The form by keys alone, and to whoever cannot see it (spec I2, I3; STYLE).

import { type Locator, type Page } from "@playwright/test";
import { InviteForm, joinPage, openLink } from "../../support/invitations";
import { expectAccessible, expectNoSidewaysScroll, expectOrderly } from "../../support/look";
import { ADA, enter, expect, test } from "../../support/mailed";

test.use({ contextOptions: { reducedMotion: "reduce" } });

/** Whether the focus is on an element or inside it. */
async function expectFocusIn(place: Locator): Promise<void> {
  await expect.poll(() => place.evaluate((element) => element.contains(document.activeElement))).toBe(true);
}

async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("The control isn't reached by Tab.");
}

// spec I2, I3
test("chips are reached, mended and removed by keys alone, and the whole is sent", async ({ page, mail }) => {
  await enter(page, ADA.email);
  await page.goto("/o/acme/members");
  await expect(page.getByRole("main")).toHaveAttribute("data-tools", "ready");
  await tabTo(page, InviteForm.control(page));
  await page.keyboard.press("Enter");
  const form = new InviteForm(page, page.getByRole("dialog", { name: "Invite Member" }));
  await expect(form.root).toBeVisible();
  await tabTo(page, form.email);

  await page.keyboard.type("ana@x.example,bela@x.example,broken,");
  await expect(form.items).toHaveCount(3);
  await expect(form.announcements.filter({ hasText: /broken is not an e-mail address/ }).first()).toBeAttached();
  await expect(form.email).toBeFocused();

  // Along the chips and back.
  await page.keyboard.press("ArrowLeft");
  await expectFocusIn(form.items.nth(2));
  await page.keyboard.press("ArrowLeft");
  await expectFocusIn(form.items.nth(1));
  await page.keyboard.press("ArrowRight");
  await expectFocusIn(form.items.nth(2));

  // Escape gives the old text back, and the dialog stays.
  const edit = form.root.getByRole("textbox", { name: "Edit address", exact: true });
  await page.keyboard.press("Enter");
  await expect(edit).toBeFocused();
  await expect(edit).toHaveValue("broken");
  await page.keyboard.type("something else");
  await page.keyboard.press("Escape");
  await expect(edit).toHaveCount(0);
  await expect(form.root).toBeVisible();
  await expect(form.chip("broken")).toHaveCount(1);
  await expectFocusIn(form.items.nth(2));

  // Enter accepts what is mended.
  await page.keyboard.press("Enter");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("cara@x.example");
  await page.keyboard.press("Enter");
  await expect(edit).toHaveCount(0);
  await expect(form.chip("cara@x.example")).toHaveCount(1);
  await expect.poll(async () => (await form.chips()).map(({ faulty }) => faulty)).toEqual([false, false, false]);
  await expectFocusIn(form.items.nth(2));

  // Delete removes the chip, and the focus isn't lost.
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Delete");
  await expect(form.chip("bela@x.example")).toHaveCount(0);
  await expectFocusIn(form.root);

  await tabTo(page, form.send);
  await page.keyboard.press("Enter");
  await expect(form.root).toBeHidden();
  await mail.waitFor("ana@x.example");
  await mail.waitFor("cara@x.example");
  expect(mail.to("bela@x.example")).toHaveLength(0);
});

test("Backspace in the empty field takes the last chip", async ({ page }) => {
  await enter(page, ADA.email);
  const form = await InviteForm.open(page);
  await form.add("ana@x.example", "bela@x.example");
  await expect(form.items).toHaveCount(2);
  await page.keyboard.press("Backspace");
  // Either it is gone at once, or it is chosen and goes with the next.
  const left = await form.items.count();
  if (left === 2) {
    await expectFocusIn(form.items.nth(1));
    await page.keyboard.press("Backspace");
  }
  await expect(form.items).toHaveCount(1);
  await expect(form.chip("ana@x.example")).toHaveCount(1);
  // In a field that isn't empty it is about the letters.
  await form.email.fill("xy");
  await form.email.press("Backspace");
  await expect(form.email).toHaveValue("x");
  await expect(form.items).toHaveCount(1);
});

test("Escape closes the dialog, and the focus returns", async ({ page }) => {
  await enter(page, ADA.email);
  const form = await InviteForm.open(page);
  await form.email.press("Escape");
  await expect(form.root).toBeHidden();
  await expect(InviteForm.control(page)).toBeFocused();
});

test("dialog, invite page and join page are accessible in both schemes, and fit on 320 px", async ({
  page,
  mail,
  somebody,
}) => {
  test.setTimeout(120_000);
  await enter(page, ADA.email);
  const form = await InviteForm.open(page);
  await expectAccessible(page);
  await form.add("ana@x.example", "broken", "Ana <ANA@x.example>", ADA.email);
  await form.expectFaulty(ADA.email, /is already a member\./);
  await form.chip("broken").getByRole("button", { name: "Edit broken", exact: true }).click();
  await expect(form.root.getByRole("textbox", { name: "Edit address", exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expectAccessible(page);
  for (const width of [320, 768]) await expectNoSidewaysScroll(page, width);
  const box = await form.send.boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? 769)).toBeLessThanOrEqual(768);
  await page.setViewportSize({ width: 1280, height: 720 });
  await form.send.click();
  const link = mail.linkIn(await mail.waitFor("ana@x.example"));

  const look = async (page: Page) => {
    await page.waitForLoadState("networkidle");
    await expectOrderly(page);
    await expectAccessible(page);
    for (const width of [320, 768]) await expectNoSidewaysScroll(page, width);
    await page.setViewportSize({ width: 1280, height: 720 });
  };
  await InviteForm.openPage(page);
  await look(page);
  const ana = await somebody();
  await openLink(ana, link);
  await look(ana);
  // With what is wrong said at its fields.
  await joinPage(ana).name.fill("Ana Lima");
  await joinPage(ana).password.fill("short");
  await joinPage(ana).join.click();
  await expect(joinPage(ana).password).toHaveAttribute("aria-invalid", "true");
  await look(ana);
  // Who is signed in as somebody else is asked.
  await openLink(page, link);
  await look(page);
  await ana.goto(link.slice(0, -3));
  await look(ana);
});
