// The main job as people see it, on the sandbox's page: filed, paged, acknowledged, counted down, answered.
import { describe, expect, test } from "vitest";
import type { Acts } from "../../src/sandbox/page-protocol.ts";
import { aStage, chromiumPath, type Stage } from "../support/browser.ts";

const chromium = chromiumPath();
const isMissing = chromium === null;
const WITHOUT = "the sandbox's page is not tried, for want of Chromium (/usr/bin/chromium or CHROMIUM_PATH)";
if (isMissing && process.env["CI"] === "true") throw new Error(`In CI nothing is skipped: ${WITHOUT}.`);
if (isMissing) process.stderr.write(`SKIPPED: ${WITHOUT}.\n`);

describe.skipIf(isMissing)("on the sandbox's page", { timeout: 300_000 }, () => {
  test("an urgent ticket on Friday 18:05 pages one after the other until somebody acknowledges, and counts down on Monday", async () => {
    await using stage = await aStage(chromium ?? "");
    const { page } = stage;

    await stage.scene(/Friday 18:05, urgent/);
    const form = await stage.openForm();
    await form.getByLabel("What happened").fill("The shop shows an error since six o'clock.");
    await form.getByRole("radio", { name: /Urgent/ }).check();
    await form.getByText("The person on call is paged at once.").waitFor();
    await form.getByRole("button", { name: "File ticket" }).click();
    await form.getByRole("alert").first().waitFor();
    // The complaint goes with the checkbox that it stands under, and does not come back with it.
    await form.getByRole("radio", { name: /Normal/ }).check();
    await form.getByRole("checkbox").waitFor({ state: "detached" });
    await form.getByRole("radio", { name: /Urgent/ }).check();
    await form.getByRole("checkbox").waitFor();
    expect(await form.getByRole("alert").count()).toBe(0);
    await form.getByRole("checkbox").check();
    await stage.picture("form");
    await stage.send(form);

    const pages = async (name: string) => {
      await stage.be(name);
      const log = await stage.look("Belfry");
      return log.getByRole("article").filter({ hasText: "Urgent · ACME-1" });
    };
    const [first, second] = await onCall(stage);
    expect(await (await pages(second)).count()).toBe(0);
    await (await pages(first)).first().waitFor();
    await stage.picture("page");

    await stage.nextThingDue();
    await expect.poll(async () => (await pages(first)).count(), { timeout: 30_000 }).toBe(2);
    await stage.nextThingDue();
    const seconds = await pages(second);
    await seconds.first().waitFor();
    await seconds.first().getByRole("button", { name: "Acknowledge" }).click();
    await seconds.first().getByText(`${second} has it since`).waitFor();
    for (const copy of await (await pages(first)).all()) {
      await copy.getByText(`${second} has it since`).waitFor();
      expect(await copy.getByRole("button", { name: "Acknowledge" }).count()).toBe(0);
    }

    // Whoever has it needs no reminder of the page.
    const resolve = (await pages(second)).first().getByRole("button", { name: "Resolve page" });
    await resolve.click();
    await resolve.waitFor({ state: "detached" });

    // Nothing more is due before Monday's opening.
    expect(await stage.dueLabel()).toMatch(/Mon \d\d:\d\d$/);
    // Three reminders, the hand-over at 09:00, and the gaps of the coming weeks a minute later.
    for (let due = 0; due < 5; due += 1) await stage.nextThingDue();
    await stage.be("Leo Brandt");
    const support = await stage.look("#support");
    await support
      .getByText(/80% of the time is used/)
      .first()
      .waitFor();
    await stage.picture("card");

    await support
      .getByRole("button", { name: /\d+ replies/ })
      .first()
      .click();
    const thread = page.getByRole("complementary", { name: "Thread" });
    await thread
      .getByText(/50% of the time is used/)
      .first()
      .waitFor();
    const answer = thread.getByRole("textbox", { name: "Reply in thread" });
    await answer.fill("We see it, and work on it.");
    await answer.press("Enter");
    await support
      .getByText(/First answer/)
      .first()
      .waitFor();
    await support.getByText(/met/).first().waitFor();
    // Of the ticket nothing is due any more: what comes next is the hand-over in a week.
    await expect.poll(() => stage.dueLabel(), { timeout: 30_000 }).toMatch(/\d+ [A-Z][a-z]{2} \d\d:00$/);

    await stage.be("Carl Reyes");
    const receipt = await stage.look("Belfry");
    await receipt
      .getByRole("button", { name: /\d+ repl/ })
      .first()
      .click();
    await thread.getByText("We see it, and work on it.").waitFor();
    await page.setViewportSize({ width: 400, height: 800 });
    await stage.picture("phone");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
  });

  test("a code red at 03:00 promises 30 minutes and, platform-wide, 4 hours to restore, and pages at once", async () => {
    await using stage = await aStage(chromium ?? "");
    const { page } = stage;

    await stage.scene(/code red at 03:00/);
    const form = await stage.openForm();
    await form.getByLabel("What happened").fill("No call is recorded, in none of the offices.");
    await form.getByRole("radio", { name: /Critical \(code red\)/ }).check();
    await form.getByText(/First answer.*03:3\d/).waitFor();
    await form.getByRole("radio", { name: "platform" }).check();
    await form.getByText(/Function restored.*07:0\d/).waitFor();
    await stage.picture("code-red-form");
    await stage.send(form);

    const receipt = (await stage.look("#pcc")).getByRole("article").filter({ hasText: "PCC-1" }).last();
    await receipt
      .getByText(/03:3\d/)
      .first()
      .waitFor();
    await receipt
      .getByText(/07:0\d/)
      .first()
      .waitFor();
    await stage.be("Leo Brandt");
    const oncall = await stage.look("#on-call");
    await oncall
      .getByText(/Critical \(code red\) · PCC-1/)
      .first()
      .waitFor();
    await page.setViewportSize({ width: 400, height: 800 });
    await stage.picture("code-red-phone");
  });

  test("a page on a phone tells what, who, how urgent and until when, with its button, without scrolling", async () => {
    await using stage = await aStage(chromium ?? "");
    const { page } = stage;
    /** What of these words cannot be read without scrolling. */
    const hidden = async (...words: (string | RegExp)[]) => {
      const seen = await page.getByRole("log").first().boundingBox();
      const outside: string[] = [];
      for (const each of words) {
        const box = await page.getByRole("log").first().getByText(each).last().boundingBox();
        const isIn =
          box !== null && seen !== null && box.y >= seen.y && box.y + box.height <= seen.y + seen.height;
        if (!isIn) outside.push(`${String(each)} at ${box?.y}`);
      }
      return outside;
    };

    await stage.scene(/Aleyant, Friday 18:05/);
    await stage.files("The shop says 502 since five.", /Urgent/, { confirmed: true });
    const [first] = await onCall(stage);
    await stage.be(first);
    const chat = await stage.look("Belfry");
    await chat.getByRole("button", { name: "Acknowledge" }).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await stage.picture("page-phone");
    const told = [/Urgent · ACME-1/, /due .* 15:00/, "ACME Print", /by Carl Reyes/];
    await expect.poll(() => hidden(...told, "Acknowledge", "Hand to…", "Open ticket")).toEqual([]);

    await chat.getByRole("button", { name: "Acknowledge" }).click();
    await chat.getByText(/You have acknowledged/).waitFor();
    await stage.picture("page-phone-acknowledged");
    await expect
      .poll(() => hidden(...told, `${first} has it`, "Snooze…", "Hand to…", "Open ticket"))
      .toEqual([]);
  });

  test.each([
    [
      "Belfry",
      "Nothing is lost: press the button again.",
      (said: string, field: string) => ({ errors: { [field]: said } }),
    ],
    ["Slack", "We had some trouble connecting. Try again?", (notice: string) => ({ notice })],
  ])(
    "what %s says in a form stays there while the answer to an earlier choice comes in",
    async (_, said, answer) => {
      await using stage = await aStage(chromium ?? "");
      const { page } = stage;
      await stage.scene(/code red at 03:00/);
      const form = await stage.openForm();
      await form.getByLabel("What happened").fill("No call is recorded.");

      const sentence = form.getByText(said);
      await page.route("**/page-api/press", async (choice) => {
        await sentence.waitFor();
        await choice.continue();
      });
      await page.route(
        "**/page-api/submit",
        (sent) => {
          const { values } = sent.request().postDataJSON() as Acts["submit"];
          return sent.fulfill({ json: answer(said, Object.keys(values)[0] ?? "") });
        },
        { times: 1 },
      );
      await form.getByRole("radio", { name: /Critical/ }).check();
      await form.getByRole("button", { name: "File ticket" }).click();
      await form.getByText(/First answer.*03:3\d/).waitFor();
      expect(await sentence.count()).toBe(1);

      await stage.send(form);
      await (await stage.look("#pcc")).getByText("PCC-1").first().waitFor();
    },
  );

  test("Why this time? answers over Thanksgiving, over a clock change and over a pause, in lines and as a picture", async () => {
    await using stage = await aStage(chromium ?? "");
    const { page } = stage;

    await stage.scene(/day before Thanksgiving/);
    await stage.files("A4 came instead of letter.", /Normal/);
    const receipt = (await stage.look("#acme")).getByRole("article").filter({ hasText: "ACME-1" }).last();
    await receipt.getByRole("button", { name: "Why this time?" }).click();
    const thanks = (await stage.look("#acme")).getByText(/closed, holiday: Thanksgiving Day/);
    await thanks.first().waitFor();
    await stage.picture("why-thanksgiving");
    const picture = (await stage.look("Belfry"))
      .getByRole("img", { name: /why/ })
      .or(page.locator("img[src*='/files/']"));
    await picture.first().waitFor();
    expect(await picture.first().evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1920);
    await stage.picture("why-picture");

    await stage.scene(/Friday before the clocks change/);
    const form = await stage.openForm();
    await form.getByLabel("What happened").fill("A screen takes a minute.");
    await form.getByRole("radio", { name: /High/ }).check();
    await form.getByRole("radio", { name: "platform" }).check();
    await form.getByText(/Function restored.*16:00/).waitFor();
    await stage.send(form);
    const post = (await stage.look("#pcc")).getByRole("article").filter({ hasText: "PCC-1" }).last();
    await post.getByRole("button", { name: "Why this time?" }).click();
    const proof = (await stage.look("#pcc")).getByText(/\+ 9 h \+ .* = 18 h, all that was promised/);
    await proof.first().waitFor();
    await stage.picture("why-clock-change");

    await stage.be("Sam Okafor");
    const composer = async (words: string) => {
      await (await stage.look("#support")).waitFor();
      const box = page.getByRole("textbox", { name: /^Message/ });
      await box.fill(words);
      await box.press("Enter");
    };
    await composer("/ticket ask PCC-1 Which screens?");
    await (
      await stage.look("#support")
    )
      .getByText(/The customer is asked/)
      .first()
      .waitFor();
    await composer("/ticket why PCC-1");
    await (
      await stage.look("#support")
    )
      .getByText(/It stands still, so nothing is due/)
      .first()
      .waitFor();
    await stage.picture("why-paused");
  });
});

/** Who was paged first, and who stands behind: it depends on the week that the sandbox's clock stands in. */
async function onCall(stage: Stage): Promise<[first: string, second: string]> {
  await stage.be("Leo Brandt");
  const told = (await stage.look("#on-call")).getByText(/Paged .* \(primary\)/).first();
  await told.waitFor();
  const isMiaFirst = (await told.innerText()).includes("Mia Chen");
  return isMiaFirst ? ["Mia Chen", "Sam Okafor"] : ["Sam Okafor", "Mia Chen"];
}
