import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LineMessage } from "../../../src/core/message.ts";
import type { ChatPlatform, Outcome } from "../../../src/desk/ports.ts";
import { openTeams } from "../../../src/chat/teams/listen.ts";
import { keptLog } from "../slack/fake-desk.ts";
import { keptReferences } from "../../support/kept-references.ts";
import {
  APP_ID,
  startTeamsDouble,
  TENANT,
  wordsIn,
  type Misfortune,
  type TeamsDouble,
} from "../../support/teams-double.ts";
import { CHANNELS, chatOf, IDS } from "../../support/teams-desk.ts";

const NOW = new Date("2026-11-27T12:00:00Z");
const LINE: LineMessage = {
  kind: "line",
  tone: "plain",
  text: ["Hello."],
  quote: null,
  attachments: [],
  buttons: [],
};
const never = new AbortController().signal;

let double: TeamsDouble;
let references: ReturnType<typeof keptReferences>;
let teams: ChatPlatform;

async function open(): Promise<ChatPlatform> {
  const { platform } = await openTeams({
    identity: {
      mode: "entra",
      appId: APP_ID,
      password: "secret",
      tenantId: TENANT,
      allowedTenants: [TENANT],
    },
    serviceUrls: [double.serviceUrl],
    references,
    machineNow: () => NOW,
    log: keptLog(),
    cloud: double.cloud,
    timeoutMs: 2_500,
  });
  return platform;
}

beforeEach(async () => {
  double = await startTeamsDouble();
  references = keptReferences();
  teams = await open();
});
afterEach(() => double.close());

const post = (more: Partial<Parameters<ChatPlatform["post"]>[0]> = {}): Promise<Outcome> =>
  teams.post({ key: "k", place: `teams:${CHANNELS.acme}`, under: null, message: LINE, ...more }, never);

function refOf(outcome: Outcome): string {
  if (outcome.is !== "sent" || outcome.ref === null) throw new Error(`not sent: ${JSON.stringify(outcome)}`);
  return outcome.ref;
}

describe("posting and editing", () => {
  it("a message stands in its channel, an answer in the thread under it, and an edit changes it", async () => {
    const ref = refOf(await post());
    const reply = refOf(
      await post({ under: ref, message: { ...LINE, about: "ACME-1 Down", text: ["Below."] } }),
    );
    const [root, below] = double.delivered;
    expect(root?.conversation).toBe(CHANNELS.acme);
    expect(below?.conversation).toBe(`${CHANNELS.acme};messageid=${root?.id}`);
    expect(wordsIn(below?.activity ?? {})).toBe("Below.");
    expect(await teams.edit(ref, { ...LINE, text: ["Anew."] }, never)).toEqual({ is: "sent", ref });
    expect(await teams.edit(reply, { ...LINE, text: ["Below, anew."] }, never)).toEqual({
      is: "sent",
      ref: reply,
    });
    expect(double.delivered.map(({ activity }) => wordsIn(activity))).toEqual(["Anew.", "Below, anew."]);
    expect(double.tokensGiven).toBe(1);
  });

  it("a person is reached in a chat that is opened once, also after a restart", async () => {
    double.chats.set(IDS["kate"] ?? "", chatOf("kate"));
    const place = `teams:${IDS["kate"]}`;
    const ref = refOf(await post({ place }));
    teams = await open();
    await post({ place, under: ref, message: { ...LINE, about: "ACME-1 Down" } });
    expect(double.in(chatOf("kate")).map(({ activity }) => wordsIn(activity))).toEqual([
      "Hello.",
      "ACME-1 Down: Hello.",
    ]);
    expect(double.requests.filter((request) => request === "POST /v3/conversations")).toHaveLength(1);
  });

  it("somebody who has not installed the app is not reached, in a sentence", async () => {
    expect(await post({ place: `teams:${IDS["nora"]}` })).toEqual({
      is: "failed",
      why: "ForbiddenOperationException: the app Belfry is not installed for this person or channel, or is blocked there.",
      isPlaceGone: true,
    });
  });

  it("who has the app is there, who has not is gone, and of quiet hours Teams tells no bot", async () => {
    double.chats.set(IDS["kate"] ?? "", chatOf("kate"));
    expect(await teams.hearingAt(`teams:${IDS["kate"]}`, never)).toEqual({ is: "there", quiet: null });
    expect(await teams.hearingAt(`teams:${IDS["nora"]}`, never)).toEqual({
      is: "gone",
      why: "the app Belfry is not installed for this person or channel, or is blocked there",
    });
    expect(await teams.hearingAt(`teams:${CHANNELS.acme}`, never)).toEqual({ is: "untold" });
  });

  it("whether an earlier copy arrived, it cannot tell", async () => {
    const at = { place: `teams:${CHANNELS.acme}`, under: null, since: NOW };
    expect(await teams.lookFor("k", at, never)).toBe("cannot tell");
  });

  it("a mark is a line below, for Teams lets no bot react", async () => {
    const ref = refOf(await post());
    expect(await teams.mark(ref, "kept-inside", never)).toMatchObject({ is: "sent" });
    expect(wordsIn(double.delivered[1]?.activity ?? {})).toContain("Kept inside");
    double.misfortune = () => "deliver, then hang up";
    expect(await teams.mark(ref, "sent-out", never)).toMatchObject({ is: "unsure" });
  });

  it("people are found by their mail among the members of known conversations", async () => {
    const note = { serviceUrl: double.serviceUrl, tenant: TENANT, conversation: CHANNELS.acme };
    await references.remember(`teams:${CHANNELS.acme}`, JSON.stringify(note));
    double.members.set(CHANNELS.acme, [
      { id: "29:x", aadObjectId: "d0000000-0000-4000-8000-000000000009", email: "other@harbor.example" },
      { id: "29:y", aadObjectId: "d0000000-0000-4000-8000-000000000008" },
      { id: "29:nora", aadObjectId: IDS["nora"], userPrincipalName: "Nora@Harbor.example" },
    ]);
    expect(await teams.lookUp("teams:nora@harbor.example")).toBe(`teams:${IDS["nora"]}`);
    expect(await teams.lookUp("teams:nobody@harbor.example")).toBeNull();
    expect(await teams.lookUp(`teams:${CHANNELS.support}`)).toBe(`teams:${CHANNELS.support}`);
    double.chats.set("29:nora", chatOf("nora"));
    expect(await post({ place: "teams:nora@harbor.example" })).toMatchObject({ is: "sent" });
    double.misfortune = () => ({ status: 500 });
    teams = await open();
    await expect(teams.lookUp("teams:nora@harbor.example")).rejects.toMatchObject({ code: "unavailable" });
  });

  it("a service URL that left the list is not called, though it was kept", async () => {
    const note = { serviceUrl: "http://127.0.0.1:9/", tenant: TENANT, conversation: CHANNELS.acme };
    await references.remember(`teams:${CHANNELS.acme}`, JSON.stringify(note));
    expect(await post()).toMatchObject({
      is: "failed",
      why: "service_url: its service URL is not on the list.",
    });
    expect(double.requests).toEqual([]);
  });
});

describe("what Teams answers instead", () => {
  const cases: [string, Misfortune, Outcome["is"], Outcome["is"]][] = [
    ["429", { status: 429, headers: { "retry-after": "30" } }, "retry", "retry"],
    ["412", { status: 412 }, "retry", "retry"],
    ["502", { status: 502 }, "retry", "retry"],
    ["503", { status: 503 }, "retry", "retry"],
    ["504", { status: 504 }, "retry", "retry"],
    ["500", { status: 500 }, "unknown", "retry"],
    ["401, a token that went stale", { status: 401 }, "retry", "retry"],
    ["403", { status: 403, code: "BotNotInConversationRoster" }, "failed", "failed"],
    ["404", { status: 404 }, "failed", "failed"],
    ["413", { status: 413, code: "MessageSizeTooBig" }, "failed", "failed"],
    ["400", { status: 400 }, "failed", "failed"],
    ["nothing, after it was delivered", "deliver, then hang up", "unknown", "retry"],
    ["nothing", "never answer", "unknown", "retry"],
    [
      "a redirect elsewhere",
      { status: 307, headers: { location: "http://127.0.0.1:9/" } },
      "unknown",
      "retry",
    ],
  ];
  it.each(cases)(
    "%s: sent again, of unknown fate or given up, and never repeated here",
    async (_, misfortune, posted, edited) => {
      const ref = refOf(await post());
      double.requests.length = 0;
      double.misfortune = () => misfortune;
      expect((await post()).is).toBe(posted);
      expect((await teams.edit(ref, LINE, never)).is).toBe(edited);
      // Nothing is repeated here: the outbox owns that.
      expect(double.requests).toHaveLength(2);
    },
  );

  it("a 429 holds up its own place as long as it says; a refusal is a sentence that says what to do", async () => {
    double.misfortune = () => ({ status: 429, headers: { "retry-after": "30" } });
    expect(await post()).toEqual({
      ...{ is: "retry", at: new Date("2026-11-27T12:00:30Z"), why: "429: rate limited", lane: true },
    });
    double.misfortune = () => ({ status: 403, code: "BotNotInConversationRoster" });
    expect(await post()).toEqual({
      ...{
        is: "failed",
        why: "BotNotInConversationRoster: Belfry is not in this conversation; add the app there.",
        isPlaceGone: true,
      },
    });
    double.misfortune = () => ({ status: 413, code: "MessageSizeTooBig" });
    expect(await post()).toMatchObject({ why: "MessageSizeTooBig: Teams finds the message too long." });
  });

  it("no token to be had is tried again: nothing was posted", async () => {
    double.isIssuerDown = true;
    expect(await post()).toMatchObject({ is: "retry", why: "no token: HTTP 503" });
    double.isIssuerDown = false;
    expect(await post()).toMatchObject({ is: "sent" });
  });

  it("a secret that has run out shuts Belfry out: all is kept, and tried again a minute later", async () => {
    double.isSecretOver = true;
    expect(await post()).toEqual({
      ...{ is: "retry", at: new Date("2026-11-27T12:01:00Z"), lane: false, shutOut: true },
      why: "no_token: Entra does not take the app's id and password (HTTP 401).",
    });
    double.isSecretOver = false;
    expect(await post()).toMatchObject({ is: "sent" });
  });

  it("nobody there is tried again: nothing was posted", async () => {
    await double.close();
    expect(await post()).toMatchObject({ is: "retry" });
    double = await startTeamsDouble();
  });
});
