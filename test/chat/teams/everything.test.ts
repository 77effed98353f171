// Everything that Teams can ask of Belfry, over plain HTTP, in both ways in: each command in each kind of conversation, each
// button, each kind of invoke, each event of installing. The list with what was answered is README.md beside this file, and
// is held here; BELFRY_TEAMS_LIST=write writes it anew (prettier then sets its columns).
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ACTS } from "../../../src/core/message.ts";
import { wallTime } from "../../../src/core/zone.ts";
import type { MODES } from "../../support/bridge-desk.ts";
import { aTeamsDesk, type TeamsDesk } from "../../support/bridge-desk.ts";
import { CHANNELS, chatOf, type Answered, type Scene } from "../../support/teams-desk.ts";
import { wordsIn } from "../../support/teams-double.ts";

const FRIDAY_EVENING = "2026-12-04 18:05";
const GROUP = "19:group@thread.v2";
const SCOPES: Readonly<Record<string, Scene>> = {
  Chat: {},
  Channel: { in: CHANNELS.support },
  Group: { in: GROUP, group: true },
};

/** What is typed, one after another on one desk: who, and the words. */
const TYPED: [who: string, words: string][] = [
  ...[
    "help",
    "home",
    "ticket",
    "ticket Printer is down",
    "ticket list",
    "ticket mine",
    "ticket settings",
  ].map((words): [string, string] => ["carl", words]),
  ...["show", "why"].map((act): [string, string] => ["carl", `ticket ${act} ACME-1`]),
  ...[
    ...["pass-on ACME-1", "hand-to ACME-1 kate", "ack ACME-1", "snooze ACME-1 30m", "resolve-page ACME-1"],
    ...["page ACME-1 Again.", "ack all", "take ACME-1", "note ACME-1 Seen.", "reply ACME-1 We see it."],
    ...["call ACME-1 Talked.", "begin ACME-1", "restore ACME-1", "ask ACME-1 Which?", "hold ACME-1 A fix."],
    ...["resume ACME-1", "level ACME-1 normal Not so.", "release ACME-1"],
  ].map((words): [string, string] => ["sam", `ticket ${words}`]),
  ["carl", "ticket ask-level ACME-1 urgent It is."],
  ["sam", "ticket decline-level ACME-1 It waits."],
  ["carl", "ticket ask-level ACME-1 urgent It is so."],
  ["sam", "ticket accept-level ACME-1"],
  ["sam", "ticket close ACME-1"],
  ["sam", "ticket close ACME-1 Fixed."],
  ["carl", "ticket reopen ACME-1 It is back."],
  ...[
    ...["", "week", "take", "undo", "override", "override kate sat 09:00 - sun 09:00", "changes", "leave"],
    ...["leave 2026-12-24 09:00 - 2026-12-26 09:00", "swap kate", "feed", "feed renew", "help"],
  ].map((words): [string, string] => ["sam", `oncall ${words}`.trim()]),
  ["kate", "oncall decline 6"],
  ["sam", "oncall swap kate"],
  ["kate", "oncall accept 8"],
];

/** What is pressed, one after another on one desk. */
const PRESSED: [who: string, act: (typeof ACTS)[number] | "acknowledge-all"][] = [
  ["carl", "show"],
  ["carl", "why"],
  ["sam", "pass-on"],
  ["sam", "hand-to"],
  ["sam", "acknowledge"],
  ["sam", "snooze"],
  ["sam", "resolve-page"],
  ["sam", "page"],
  ["kate", "acknowledge-all"],
  ["sam", "take"],
  ["sam", "note"],
  ["sam", "reply"],
  ["sam", "call"],
  ["sam", "begin"],
  ["sam", "restore"],
  ["sam", "ask"],
  ["sam", "hold"],
  ["sam", "resume"],
  ["sam", "release"],
  ["sam", "change-level"],
  ["carl", "ask-level"],
  ["sam", "decline-level"],
  ["carl", "ask-level"],
  ["sam", "accept-level"],
  ["sam", "close"],
  ["carl", "reopen"],
];

/** What fields are filled with; a form takes those that it has. */
const FIELDS: Readonly<Record<string, string>> = {
  ...{ "text:title": "Nobody can order", "text:body": "The shop says 502.", "text:text": "As said." },
  ...{ "one:person": "kate", "one:for": "30m", "day:when": "2026-12-04", "time:when": "18:05" },
};

/** Opens a desk whose clock stands, with an urgent ticket that pages. */
async function opened(mode: (typeof MODES)[number]): Promise<TeamsDesk> {
  const desk = await aTeamsDesk(FRIDAY_EVENING, { mode });
  await desk.people.says("carl", "ticket");
  const form = desk.teams.in(chatOf("carl")).at(-1);
  const inputs = { ...FIELDS, "one:level": "urgent", "yes:confirm": "true" };
  await desk.people.presses("carl", { belfry: { do: "submit", draft: draftIn(form?.activity) } }, { inputs });
  await desk.settle();
  return desk;
}

/** What a form's buttons carry, or null where there is no form. */
function draftIn(card: unknown): object | null {
  if (typeof card !== "object" || card === null) return null;
  const { draft } = card as { draft?: object };
  if (draft !== undefined) return draft;
  for (const value of Object.values(card)) {
    const found = draftIn(value);
    if (found !== null) return found;
  }
  return null;
}

/** The beginning of what is read, the same at each run and in both ways in. */
function brief(words: string): string {
  const flat = words
    .replace(/\n?anonymous-dev: nobody's identity is checked here\.$/, "")
    .replace(/\{\{DATE\((\S+), SHORT\)\}\} \{\{TIME\(\S+\)\}\}/g, (_, iso: string) =>
      wallTime(new Date(iso), "America/Chicago"),
    )
    .replace(/oncall\/\S+\.ics/, "oncall/….ics")
    .replaceAll("@Belfry ", "")
    .replaceAll("\u200B", "")
    .replaceAll("|", "/")
    .replace(/\s+/g, " ")
    .trim();
  return flat.length > 90 ? `${flat.slice(0, 89).trim()}…` : flat;
}

/** What an invoke is answered, in words. */
function answerIn({ status, body }: Answered): string {
  const { value, task, composeExtension } = (body ?? {}) as {
    value?: unknown;
    task?: { value: unknown };
    composeExtension?: { text: unknown };
  };
  const said = task?.value ?? composeExtension?.text ?? value;
  const words = typeof said === "string" ? said : wordsIn(said ?? {});
  return `${status === 200 ? "" : `${status} `}${brief(words)}`;
}

/** What whoever acted was answered, there or in their own chat; what the outbox sends meanwhile is no answer. */
async function postedBy(
  desk: TeamsDesk,
  who: string,
  { in: place = chatOf(who) }: Scene,
  act: () => Promise<Answered>,
): Promise<{ where: string; words: string }> {
  const before = desk.teams.delivered.length;
  const { status } = await act();
  expect(status).toBe(200);
  await desk.settle();
  const sent = new Set(desk.outcomes.flatMap(({ outcome }) => (outcome.is === "sent" ? [outcome.ref] : [])));
  const fresh = desk.teams.delivered
    .slice(before)
    .filter(({ conversation, id }) => !sent.has(`teams:${conversation}|${id}`));
  const own = fresh.find(({ conversation }) => conversation === chatOf(who));
  const there = fresh.find(({ conversation }) => conversation.split(";")[0] === place);
  const one = own ?? there;
  if (one === undefined) throw new Error(`${who} was not answered`);
  return { where: one === there ? "there" : "in one's own chat", words: brief(wordsIn(one.activity)) };
}

async function typedIn(
  mode: (typeof MODES)[number],
  scene: Scene,
): Promise<{ where: string; words: string }[]> {
  await using desk = await opened(mode);
  const answers = [];
  for (const [nr, [who, words]] of TYPED.entries()) {
    const more = { id: `90${nr}` };
    const mention = scene.in !== undefined;
    answers.push(
      await postedBy(desk, who, scene, () => desk.people.says(who, words, { ...scene, mention, more })),
    );
  }
  return answers;
}

/** A button by Action.Execute, and its form, if it has one, with what then is read. */
async function executed(mode: (typeof MODES)[number]): Promise<string[][]> {
  await using desk = await opened(mode);
  const rows = [];
  for (const [who, act] of PRESSED) {
    const ticket = act === "acknowledge-all" ? `teams:${CHANNELS.oncall}` : "ACME-1";
    const first = await desk.people.presses(who, { belfry: { do: "act", act, ticket } });
    const draft = draftIn(first.body);
    const level = act === "change-level" ? "normal" : "urgent";
    const inputs = { ...FIELDS, "one:level": level };
    const last =
      draft === null
        ? first
        : await desk.people.presses(who, { belfry: { do: "submit", draft } }, { inputs });
    await desk.settle();
    rows.push([act, draft === null ? "at once" : "by its form", answerIn(last)]);
  }
  return rows;
}

/** The same by Action.Submit, which clients send as a message that know nothing newer. */
async function submitted(mode: (typeof MODES)[number]): Promise<string[]> {
  await using desk = await opened(mode);
  const send = (who: string, value: object): Promise<Answered> =>
    desk.people.sends(desk.people.activity(who, {}, { type: "message", value }));
  const rows = [];
  for (const [who, act] of PRESSED) {
    const ticket = act === "acknowledge-all" ? `teams:${CHANNELS.oncall}` : "ACME-1";
    const posts = () => desk.teams.in(chatOf(who));
    let said = await postedBy(desk, who, {}, () => send(who, { belfry: { do: "act", act, ticket } }));
    const draft = draftIn(posts().findLast(({ activity }) => draftIn(activity) !== null)?.activity);
    const isForm = said.words.includes("[");
    if (isForm && draft !== null) {
      const level = act === "change-level" ? "normal" : "urgent";
      const value = { ...FIELDS, "one:level": level, belfry: { do: "submit", draft } };
      said = await postedBy(desk, who, {}, () => send(who, value));
    }
    rows.push(said.words);
  }
  return rows;
}

async function invoked(mode: (typeof MODES)[number]): Promise<string[][]> {
  await using desk = await opened(mode);
  const { people } = desk;
  const opening = await people.invokes("carl", "composeExtension/fetchTask", { commandId: "file-ticket" });
  const data = { belfry: { do: "submit", draft: draftIn(opening.body) }, ...FIELDS, "one:level": "normal" };
  const messagePayload = { id: "1", body: { contentType: "html", content: "<p>Orders fail</p>" } };
  const form = await people.presses("sam", { belfry: { do: "act", act: "note", ticket: "ACME-1" } });
  const draft = draftIn(form.body);
  const ask = (name: string, value: object) => people.invokes("carl", name, value);
  const act = (what: object) => people.presses("sam", { belfry: what }, { inputs: FIELDS });
  const rows: [string, Answered][] = [
    ["composeExtension/fetchTask, from the compose box or a slash", opening],
    [
      "composeExtension/fetchTask, from a message",
      await ask("composeExtension/fetchTask", { commandId: "ticket-from-message", messagePayload }),
    ],
    [
      "composeExtension/submitAction",
      await ask("composeExtension/submitAction", { commandId: "file-ticket", data }),
    ],
    ["composeExtension/query", await ask("composeExtension/query", {})],
    ["task/fetch", await people.invokes("sam", "task/fetch", { data: { belfry: { do: "open", draft } } })],
    [
      "task/submit",
      await people.invokes("sam", "task/submit", { data: { belfry: { do: "submit", draft }, ...FIELDS } }),
    ],
    ["adaptiveCard/action: an act", await act({ do: "act", act: "take", ticket: "ACME-1" })],
    ["adaptiveCard/action: words", await act({ do: "words", command: "oncall", words: "" })],
    ["adaptiveCard/action: settings", await act({ do: "words", words: "settings" })],
    ["adaptiveCard/action: a form anew", await act({ do: "redraw", draft })],
    ["adaptiveCard/action: a form cancelled", await act({ do: "cancel", draft })],
    ["adaptiveCard/action: what Belfry cannot read", await act({ do: "harm" })],
    ["signin/verifyState, which is none of Belfry's", await ask("signin/verifyState", {})],
  ];
  await desk.settle();
  return rows.map(([kind, answer]) => [kind, answerIn(answer)]);
}

async function installedIn(mode: (typeof MODES)[number]): Promise<string[][]> {
  await using desk = await aTeamsDesk(FRIDAY_EVENING, { mode });
  const rows = [];
  const bot = { id: "28:11111111-2222-3333-4444-555555555555" };
  const events: [string, Scene, object][] = [
    ["installationUpdate add", {}, { type: "installationUpdate", action: "add" }],
    ["installationUpdate add", { in: CHANNELS.acme }, { type: "installationUpdate", action: "add" }],
    ["conversationUpdate, Belfry added", { in: GROUP, group: true }, { membersAdded: [bot] }],
    ["conversationUpdate, somebody added", { in: CHANNELS.acme }, { membersAdded: [{ id: "29:x" }] }],
    ["conversationUpdate, Belfry removed", { in: GROUP, group: true }, { membersRemoved: [bot] }],
    ["installationUpdate remove", {}, { type: "installationUpdate", action: "remove" }],
  ];
  for (const [name, scene, what] of events) {
    const before = desk.teams.delivered.length;
    const event = desk.people.activity("carl", scene, { type: "conversationUpdate", ...what });
    const { status } = await desk.people.sends(event);
    const said = desk.teams.delivered.slice(before).map(({ activity }) => brief(wordsIn(activity)));
    const place =
      scene.in ?? (JSON.parse(JSON.stringify(event)) as { from: { aadObjectId: string } }).from.aadObjectId;
    const isKept = (await desk.store.references.recall(`teams:${place}`)) !== null;
    const scope = scene.in === undefined ? "chat" : scene.group === true ? "group" : "channel";
    rows.push([`${name}, ${scope}`, String(status), isKept ? "kept" : "not kept", said.join(" Then: ")]);
  }
  return rows;
}

describe("everything that Teams can ask", () => {
  const made: Record<string, string[][]> = {};

  /** The same in both ways in. */
  async function inBoth<T>(ask: (mode: (typeof MODES)[number]) => Promise<T>): Promise<T> {
    const [first, other] = [await ask("entra"), await ask("anonymous-dev")];
    expect(other).toEqual(first);
    return first;
  }

  it(
    "each command is answered alike in a chat, a channel and a group chat",
    { timeout: 300_000 },
    async () => {
      const scopes: { where: string; words: string }[][] = [];
      for (const scene of Object.values(SCOPES)) scopes.push(await inBoth((mode) => typedIn(mode, scene)));
      for (const answers of scopes)
        expect(answers.map(({ words }) => words)).toEqual(scopes[0]?.map(({ words }) => words));
      made["Typed | By | Chat | Channel | Group | Answer"] = TYPED.map(([who, words], nr) => [
        ...[`\`${words}\``, who, ...scopes.map((answers) => answers[nr]?.where ?? "")],
        scopes[0]?.[nr]?.words ?? "",
      ]);
    },
  );

  it("each button is answered, by either kind of press", async () => {
    const rows = await inBoth(executed);
    const messages = await inBoth(submitted);
    expect(new Set(rows.map(([act]) => act))).toEqual(new Set([...ACTS, "acknowledge-all"]));
    made["Button | Answered | By Action.Execute | By Action.Submit"] = rows.map((row, nr) => [
      ...row,
      messages[nr] ?? "",
    ]);
  });

  it("each kind of invoke, and each event of installing", async () => {
    made["Invoke | Answer"] = await inBoth(invoked);
    made["Event | Status | Where it is reached | Said"] = await inBoth(installedIn);
  });

  it("is the list beside this file", () => {
    const file = new URL("README.md", import.meta.url);
    const tables = Object.entries(made).map(([head, rows]) =>
      [head, head.replace(/[^|]+/g, "---").replaceAll("|", " | "), ...rows.map((row) => row.join(" | "))]
        .map((line) => `| ${line} |`)
        .join("\n"),
    );
    const text = [HEAD, ...tables].join("\n\n");
    expect(text).not.toMatch(/went wrong|could not store/);
    if (process.env["BELFRY_TEAMS_LIST"] === "write") return writeFileSync(file, `${text}\n`);
    const bare = (one: string) => one.replace(/-{3,}/g, "---").replace(/ +/g, " ").trim();
    expect(bare(readFileSync(file, "utf8"))).toBe(bare(text));
  });
});

const HEAD = `# Everything that Teams can ask of Belfry

Each was sent over plain HTTP as Teams sends it, with a token of Entra's kind and in \`anonymous-dev\`, and answered alike in both. [everything.test.ts](everything.test.ts) makes this list and holds it.`;
