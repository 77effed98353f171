// The app package: what Microsoft's own schema says of it, and that Belfry answers all that it promises.
import { createRequire } from "node:module";
import { renderAsync } from "@resvg/resvg-js";
import type { ErrorObject } from "ajv";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { appManifest, type AppDetails } from "../../../../src/chat/teams/app/manifest.ts";
import { appPackage } from "../../../../src/chat/teams/app/package.ts";
import { aTeamsDesk, type TeamsDesk } from "../../../support/bridge-desk.ts";
import { buttonOf, CHANNELS, chatOf, type Scene } from "../../../support/teams-desk.ts";
import { APP_ID, wordsIn } from "../../../support/teams-double.ts";

const DETAILS: AppDetails = {
  appId: APP_ID,
  version: "1.2.3",
  developer: {
    name: "Vendor",
    websiteUrl: "https://vendor.example",
    privacyUrl: "https://vendor.example/privacy",
    termsOfUseUrl: "https://vendor.example/terms",
  },
  describesChannel: false,
};
const TUESDAY = "2026-11-24 10:00";
const HELP = /opens the form\. .*the same, with the title filled in/;

/** Microsoft's schema of manifests. It ships as a file, so that nothing is fetched. */
const require = createRequire(import.meta.url);
const SCHEMA =
  require("@microsoft/app-manifest/build/json-schemas/teams/v1.29/MicrosoftTeams.schema.json") as object;
const ajv = new Ajv.default({ allErrors: true, strictTypes: false });
addFormats.default(ajv, ["uri", "email", "regex"]);
const validate = ajv.compile(SCHEMA);

/** What the schema finds wrong with a manifest. */
function faultsOf(manifest: unknown): ErrorObject[] {
  return validate(manifest) ? [] : (validate.errors ?? []);
}

/** The pixels of a PNG, four bytes each: red, green, blue and how opaque it is. */
async function pixelsOf(png: Uint8Array, size: number): Promise<{ width: number; pixels: Buffer }> {
  const href = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  const around = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><image href="${href}" width="${size}" height="${size}"/></svg>`;
  const { pixels } = await renderAsync(around);
  return { width: Buffer.from(png).readUInt32BE(16), pixels };
}

describe("the package", () => {
  it("has a manifest that Microsoft's schema for 1.29 finds nothing wrong with", async () => {
    const files = unzipSync(await appPackage(DETAILS));
    expect(Object.keys(files)).toEqual(["manifest.json", "color.png", "outline.png"]);
    const manifest: unknown = JSON.parse(strFromU8(files["manifest.json"] ?? new Uint8Array()));
    expect(faultsOf(manifest)).toEqual([]);
    expect(manifest).toMatchObject({ id: APP_ID, version: "1.2.3", bots: [{ botId: APP_ID }] });
  });

  it("asks for the consent to write a channel's description where that is wanted, and only there", () => {
    const consents = (details: AppDetails) => {
      const manifest = appManifest(details);
      expect(faultsOf(manifest)).toEqual([]);
      return manifest.authorization.permissions.resourceSpecific.map(({ name }) => name);
    };
    const always = ["ChannelMessage.Read.Group", "ChatMessage.Read.Chat"];
    expect(consents(DETAILS)).toEqual(always);
    expect(consents({ ...DETAILS, describesChannel: true })).toEqual([
      ...always,
      "ChannelSettings.ReadWrite.Group",
    ]);
  });

  it("would be found out by that schema", () => {
    const manifest = appManifest(DETAILS);
    const [bot] = manifest.bots;
    const wrong = [
      { ...manifest, id: "belfry" },
      { ...manifest, bots: [{ ...bot, scopes: ["channel"] }] },
      { ...manifest, accent: "blue" },
      appManifest({ ...DETAILS, developer: { ...DETAILS.developer, name: "V".repeat(33) } }),
    ];
    for (const each of wrong) expect(faultsOf(each)).not.toEqual([]);
  });

  it("has the icons that Teams asks for: 192 pixels in colour, 32 in white on nothing", async () => {
    const { "color.png": color, "outline.png": outline } = unzipSync(await appPackage(DETAILS));
    const large = await pixelsOf(color ?? new Uint8Array(), 192);
    const small = await pixelsOf(outline ?? new Uint8Array(), 32);
    expect([large.width, small.width]).toEqual([192, 32]);
    const rows = Array.from({ length: 32 * 32 }, (_, nth) => [
      ...small.pixels.subarray(nth * 4, nth * 4 + 4),
    ]);
    const seen = rows.filter(([, , , opaque = 0]) => opaque > 0);
    expect(seen.length).toBeGreaterThan(100);
    expect(rows.length - seen.length).toBeGreaterThan(100);
    // A pixel that is half there is as white: its colours are multiplied by how opaque it is.
    for (const [red = 0, green = 0, blue = 0, opaque = 0] of seen)
      expect([red, green, blue].every((each) => Math.abs(each - opaque) <= 1 || each === 255)).toBe(true);
    expect(large.pixels.length / 4).toBe(
      large.pixels.filter((each, nth) => nth % 4 === 3 && each === 255).length,
    );
  });

  it("is the same for the same details", async () => {
    expect(Buffer.from(await appPackage(DETAILS))).toEqual(Buffer.from(await appPackage(DETAILS)));
  });
});

describe("what it promises is answered", () => {
  const { bots, composeExtensions } = appManifest(DETAILS);
  const lists = bots.flatMap(({ commandLists }) => commandLists);
  const typed = lists.flatMap(({ scopes, triggers = ["mention"], commands }) =>
    scopes.flatMap((scope) =>
      triggers.flatMap((trigger) => commands.map(({ title }) => ({ scope, trigger, title }))),
    ),
  );
  const actions = composeExtensions.flatMap(({ commands }) => commands);

  it("in the personal chat, in channels and in group chats, after a mention and after a slash", () => {
    const ways = new Set(typed.map(({ scope, trigger }) => `${scope} ${trigger}`));
    expect([...ways]).toEqual([
      "personal mention",
      ...["team mention", "team slash", "groupChat mention", "groupChat slash"],
    ]);
  });

  it("each command, in each of the places that it is offered in", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode: "anonymous-dev" });
    for (const { scope, trigger, title } of typed) {
      const before = desk.teams.delivered.length;
      const isSlash = trigger === "slash";
      expect(
        await desk.people.says("sam", title, {
          ...sceneOf(scope),
          mention: scope !== "personal" && !isSlash,
          ...(isSlash ? { more: { recipient: { id: `28:${APP_ID}`, isTargeted: true } } } : {}),
        }),
      ).toEqual({ status: 200, body: null });
      const answers = desk.teams.delivered.slice(before);
      const words = answers.map(({ activity }) => wordsIn(activity)).join("\n");
      const where = `${title} (${scope}, ${trigger})`;
      expect(words, where).not.toBe("");
      if (title === "help") expect(words, where).toMatch(HELP);
      else expect(words, where).not.toMatch(HELP);
      if (isSlash)
        expect(
          answers.map(({ seenBy }) => seenBy),
          where,
        ).toEqual(["29:sam"]);
    }
  });

  it("each action, from where it is offered, with the form in a dialog", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode: "anonymous-dev" });
    expect(actions.map(({ id }) => id)).toEqual(["file-ticket", "ticket-from-message"]);
    for (const { id, type, context, fetchTask } of actions) {
      expect({ type, fetchTask }).toEqual({ type: "action", fetchTask: true });
      for (const commandContext of context) {
        const isMessage = commandContext === "message";
        const body = { contentType: "html", content: "<p>Nobody can order</p>" };
        const { status, body: answer } = await desk.people.invokes(
          "carl",
          "composeExtension/fetchTask",
          {
            ...{ commandId: id, commandContext, context: { theme: "default" } },
            ...(isMessage
              ? { messagePayload: { id: "1", linkToMessage: "https://teams.example/1", body } }
              : {}),
          },
          { in: CHANNELS.acme },
        );
        expect(status).toBe(200);
        expect(answer).toMatchObject({ task: { type: "continue", value: { title: "New ticket" } } });
        expect(wordsIn(answer ?? {}).includes("[Title: Nobody can order]"), `${id} ${commandContext}`).toBe(
          isMessage,
        );
      }
    }
  });
});

describe("a command after a slash", () => {
  const targeted = { in: CHANNELS.acme, more: { recipient: { id: `28:${APP_ID}`, isTargeted: true } } };

  /** What carl alone reads in the channel, the newest last. */
  function whispered(desk: TeamsDesk): string[] {
    return desk.teams
      .in(CHANNELS.acme)
      .filter(({ seenBy }) => seenBy === "29:carl")
      .map(({ activity }) => wordsIn(activity));
  }

  it("is answered in the channel to nobody but whoever asked, a form too, and files with it", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode: "anonymous-dev" });
    await desk.people.says("carl", "ticket list", targeted);
    expect(whispered(desk)).toEqual([expect.stringContaining("Open tickets: none")]);
    await desk.people.says("carl", "ticket Nobody can order", targeted);
    expect(whispered(desk).at(-1)).toContain("[Title: Nobody can order]");
    expect(desk.teams.delivered.every(({ seenBy }) => seenBy === "29:carl")).toBe(true);

    const form = desk.teams.in(CHANNELS.acme).at(-1);
    const { data } = buttonOf(form?.activity, "File ticket");
    const inputs = {
      "text:title": "Nobody can order",
      "text:body": "The shop says 502.",
      "one:level": "normal",
    };
    const answer = await desk.people.presses("carl", data, { in: CHANNELS.acme, on: form?.id ?? "", inputs });
    expect(wordsIn(answer.body ?? {})).toContain("ACME-1 is filed.");
    await desk.settle();
    // Nobody else sees the form, so there is none to be taken away: Teams lets it be edited by another call alone.
    expect(form?.edits).toBe(0);
    expect(await desk.eventsOf("ACME-1")).toEqual(["filed"]);
  });

  it("is no reply to the customer, whatever thread it is typed in", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode: "anonymous-dev" });
    await desk.people.says("carl", "what a mess", { ...targeted, thread: "1700000000001" });
    expect(whispered(desk)).toEqual([expect.stringMatching(HELP)]);
    expect(desk.teams.delivered).toHaveLength(1);
  });

  it("goes to the person's own chat where Teams does not take it, and the channel reads nothing of it", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode: "anonymous-dev" });
    desk.teams.misfortune = ({ path }) =>
      path.includes(CHANNELS.acme) ? { status: 403, code: "BotNotInConversationRoster" } : null;
    await desk.people.says("carl", "ticket list", targeted);
    expect(desk.teams.in(CHANNELS.acme)).toEqual([]);
    expect(desk.teams.in(chatOf("carl")).map(({ activity }) => wordsIn(activity))).toEqual([
      expect.stringContaining("Open tickets: none"),
    ]);
  });
});

function sceneOf(scope: string): Scene {
  if (scope === "personal") return {};
  return scope === "team" ? { in: CHANNELS.support } : { in: "19:group@thread.v2", group: true };
}
