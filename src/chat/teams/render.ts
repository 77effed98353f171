// How each message looks in Teams: what stands in which element of its card, how much of it, and in which order.
//
// Teams takes about 28 kB a message in all regions (https://learn.microsoft.com/microsoftteams/limits-specifications-teams)
// and refuses more than 100 kB. Characters cost from one to six bytes there, so a card is drawn with ever smaller shares
// of what there is to say, until it fits; each cut is told.
import type {
  Attachment,
  Button,
  CardMessage,
  CommandButton,
  LineMessage,
  ListMessage,
  Message,
  PromiseLine,
  ProofMessage,
  StormMessage,
  TableMessage,
  Text,
} from "../../core/message.ts";
import { bar, PROMISE_SIGNS, TONE_SIGNS } from "../signs.ts";
import { beginning, clean, cut, oneLine, shown } from "../text.ts";
import { attached, cardOf, sizeOf, type Action, type Card, type Element } from "./cards.ts";
import { afterMention, lineOf, plainText, run, runs, type Line } from "./words.ts";

/** Where a message is read: under its thread's first message, or among others. */
export interface Setting {
  /** True in chats, which have no threads: a line says there what it is about. */
  isFlat: boolean;
  /** Said under every card, e.g. that nobody's identity is checked here. */
  footer: string | null;
}

/** A message as an activity, ready to be posted. Nothing that comes in makes it larger than Teams takes. */
export function renderMessage(message: Message, setting: Setting): object {
  const summary = summaryOf(message);
  const activity = { type: "message", summary, attachments: [attached(renderCard(message, setting))] };
  return isRinging(message)
    ? { ...activity, importance: "urgent", channelData: { notification: { alert: true } } }
    : activity;
}

function isRinging(message: Message): boolean {
  return message.kind === "storm"
    ? message.isRinging
    : message.kind === "page" && message.state === "ringing";
}

/** What stands around a message in its card: above it what was just done, below it a button that shows a ticket. */
export interface Around {
  above?: LineMessage;
  back?: Button | null;
}

/** The card of a message. */
export function renderCard(message: Message, setting: Setting, { above, back = null }: Around = {}): Card {
  for (const share of SHARES) {
    const lines = [
      ...(above === undefined ? [] : lineIf(above.text, 300, { before: TONE_SIGNS[above.tone] })),
      ...linesOf(message, setting, share),
      ...(back === null ? [] : actions([back], [], share)),
      ...lineIf([setting.footer ?? ""], 300, { isSubtle: true }),
    ];
    const card = cardOf(
      lines.map(({ element }) => element),
      lines.flatMap(({ mentions }) => mentions),
    );
    if (sizeOf(card) <= ROOM_BYTES) return card;
  }
  return cardOf([runs([run("This message is too long to be shown here.")])]);
}

/** What a message says in short, as notifications and answers without a card show it. */
export function summaryOf(message: Message, max = 200): string {
  return plainText(shortly(message), max);
}

function shortly(message: Message): Text {
  switch (message.kind) {
    case "card":
    case "receipt":
      return [`${message.number} ${message.title}`, ...spaced(message.notices[0] ?? [])];
    case "page":
      return [message.headline, ...spaced(message.standing[0] ?? [])];
    case "storm":
      return [message.headline];
    case "line":
      return [...aboutIt(message), ...message.text];
    case "digest":
      return message.lines.flatMap((each) => [...each.text, " "]);
    case "answer":
      return [`${message.number}: ${message.author} answers`];
    case "list":
      return [message.heading];
    case "proof":
      return [`${message.number}: why this time?`];
    case "table":
      return [message.heading];
    default:
      return message satisfies never;
  }
}

/** Below 28 kB, since the activity around a card takes some as well. */
const ROOM_BYTES = 25_000;
const SHARES = [1, 0.5, 0.25, 0.1, 0.04, 0.01];
const MAX_ROWS = 24;
const MAX_NOTES = 8;
const MAX_BUTTONS = 5;
const MAX_MORE = 20;

function linesOf(message: Message, setting: Setting, share: number): Line[] {
  const few = (count: number): number => Math.max(1, Math.floor(count * share));
  const some = (length: number): number => Math.max(20, Math.floor(length * share));
  switch (message.kind) {
    case "card":
      return [
        ...head(`${message.number} · ${message.title}`, some(250)),
        ...notices(message.notices, few(6), some(300)),
        ...facts(message.facts, few(14), some(200)),
        ...promises(message.promises, few(8), some(250)),
        ...quote(message.body, some(3_000), `“ticket show ${oneLine(message.number)}” shows more`),
        ...attachments(message.attachments, few(8)),
        ...actions(message.buttons, message.more, share),
        ...lineIf(message.hint, some(300), { isSubtle: true }),
        ...howToReply(message.number, setting),
      ];
    case "receipt":
      return [
        ...head(`${message.number} · ${message.title}`, some(250)),
        ...notices(message.notices, few(6), some(300)),
        ...promises(message.promises, few(8), some(250)),
        ...facts(message.facts, few(14), some(200)),
        ...actions(message.buttons, [], share),
        ...lineIf(message.hint, some(300), { isSubtle: true }),
        ...howToReply(message.number, setting),
      ];
    case "page": {
      const standing = message.standing.slice(-few(12)).flatMap((text) => lineIf(text, some(250)));
      const isRinging = message.state === "ringing";
      return [
        ...head(message.headline, some(250)),
        ...lineIf(message.ring, 200),
        ...lineIf(message.ask ?? [], some(300)),
        ...(isRinging ? [] : standing),
        ...promises(message.promises, few(3), some(250)),
        ...facts(message.facts.slice(0, 4), 4, some(200)),
        ...actions(message.buttons, [], share),
        ...facts(message.facts.slice(4), few(12), some(200)),
        ...(isRinging ? standing : []),
        ...(message.mayRepeat ? lineIf([MAY_REPEAT], 200, { isSubtle: true }) : []),
      ];
    }
    case "storm":
      return [
        ...head(message.headline, some(250)),
        ...lineIf(message.ring, 200),
        ...actions(message.buttons, [], share),
        ...ticketRows(message, few(MAX_ROWS), some(250), share),
        ...below(message, some(250), share),
        ...(message.mayRepeat ? lineIf([MAY_REPEAT], 200, { isSubtle: true }) : []),
      ];
    case "line":
      return [
        ...lineIf(
          setting.isFlat ? [...aboutIt(message), ...message.text] : afterMention(message.text),
          some(3_000),
          { before: TONE_SIGNS[message.tone] },
        ),
        ...(message.quote === null ? [] : quote(message.quote, some(6_000), null)),
        ...attachments(message.attachments, few(8)),
        ...actions(message.buttons, [], share),
      ];
    case "digest": {
      const kept = message.lines.slice(0, few(40));
      return [
        ...kept.flatMap(({ tone, text, quote }) =>
          lineIf([...text, ...(quote === null ? [] : [`: ${quote}`])], some(300), {
            before: TONE_SIGNS[tone],
          }),
        ),
        ...more(message.lines.length - kept.length),
      ];
    }
    case "answer":
      return [
        ...lineIf([{ strong: oneLine(message.number) }, ` · ${oneLine(message.author)} answers:`], some(200)),
        ...quote(message.body, some(10_000), null),
        ...attachments(message.attachments, few(8)),
        ...actions(message.buttons, [], share),
      ];
    case "list":
      return [
        ...head(message.heading, some(250)),
        ...(message.notes ?? []).slice(0, few(MAX_NOTES)).flatMap((note) => lineIf(note, some(300))),
        ...ticketRows(message, few(MAX_ROWS), some(250), share),
        ...(message.isHome === true ? [only({ type: "ActionSet", actions: [SETTINGS] })] : []),
      ];
    case "proof":
      return [
        ...head(`${message.number} · Why this time?`, some(250)),
        ...message.proofs.slice(0, 5).flatMap((each) => proof(each, few(20), some(400))),
      ];
    case "table":
      return [
        ...head(message.heading, some(250)),
        ...message.tables.slice(0, few(10)).flatMap((each) => table(each, few(60), some(200))),
        ...lineIf(message.hint, some(300), { isSubtle: true }),
      ];
    default:
      return message satisfies never;
  }
}

const MAY_REPEAT = "This may be a repeat: Teams could not say whether the first copy arrived.";
/** Without the permission to read all messages of a place, only these two reach Belfry. */
function howToReply(number: string, { isFlat }: Setting): Line[] {
  const words = isFlat
    ? `In Teams: write “@Belfry ticket reply ${oneLine(number)} …”, or press Reply.`
    : "In Teams: mention @Belfry in your reply, or press Reply.";
  return lineIf([words], 200, { isSubtle: true });
}

/** "ACME-17 The printer is down: ", where the message says what it is about. */
function aboutIt({ about }: LineMessage): Text {
  return about === undefined ? [] : [{ strong: about }, ": "];
}

function spaced(text: Text): Text {
  return text.length === 0 ? [] : [" · ", ...text];
}

function lineIf(text: Text, max: number, look: Parameters<typeof lineOf>[2] = {}): Line[] {
  const line = lineOf(text, max, look);
  return line === null ? [] : [line];
}

function only(element: Element): Line {
  return { element, mentions: [] };
}

function head(words: string, max: number): Line[] {
  return [only(runs([run(cut(oneLine(words), max) || "Belfry", { weight: "Bolder", size: "Large" })]))];
}

/** A phone opens a conversation at its end: of a long list the count and the button stand there, too. */
function below({ headline, rows, buttons }: StormMessage, max: number, share: number): Line[] {
  if (rows.length < 3 || buttons.length === 0) return [];
  return [...lineIf([{ strong: oneLine(headline) }], max), ...actions(buttons, [], share)];
}

function notices(texts: readonly Text[], max: number, length: number): Line[] {
  return texts.slice(0, max).flatMap((text) => lineIf(text, length, { before: "⚠ " }));
}

function facts(all: CardMessage["facts"], max: number, length: number): Line[] {
  const drawn = all.slice(0, max).flatMap(({ label, value }) => {
    const line = lineOf(value, length, { before: `${cut(oneLine(label), 60)}: ` });
    return line === null ? [] : [line];
  });
  return [...drawn, ...more(all.length - max)];
}

function promises(all: readonly PromiseLine[], max: number, length: number): Line[] {
  const drawn = all.slice(0, max).flatMap(({ label, state, words, share }) =>
    lineIf(words, length, {
      before: `${PROMISE_SIGNS[state]} ${cut(oneLine(label), 60)}: `,
      after: share === null ? "" : `  ${bar(share)}`,
    }),
  );
  return [...drawn, ...more(all.length - max)];
}

function more(missing: number): Line[] {
  return missing > 0 ? lineIf([`… and ${missing} more`], 40, { isSubtle: true }) : [];
}

/** Somebody's words, apart from ours. Where they are too long, the beginning, and what shows the rest. */
function quote(words: string, max: number, rest: string | null): Line[] {
  const text = shown(words).trim();
  if (text === "") return [];
  const kept = beginning(text, max) || "…";
  const missing = text.length - kept.length;
  const note = `… cut here, ${missing} more characters${rest === null ? "" : `; ${rest}`}`;
  const items: Element[] = [
    runs([run(kept)]),
    ...(missing > 0 ? [runs([run(note, { isSubtle: true, size: "Small" })])] : []),
  ];
  return [only({ type: "Container", style: "emphasis", items })];
}

/** Files stay where they are; only secure links of the web are links here. */
function attachments(files: readonly Attachment[], max: number): Line[] {
  const lines = files.slice(0, max).map(({ name, url }) => {
    const words = cut(oneLine(name), 80) || "file";
    const look = isWebLink(url) ? { selectAction: { type: "Action.OpenUrl" as const, url } } : {};
    return only(runs([run("📎 "), run(words, look)]));
  });
  return [...lines, ...more(files.length - max)];
}

function isWebLink(url: string): boolean {
  return /^https:\/\/[^\s|<>"]+$/.test(url) && url.length <= 2_000 && URL.canParse(url);
}

/** Tickets, each with its buttons, and how many are not shown. */
function ticketRows(
  message: Pick<ListMessage, "rows" | "more">,
  max: number,
  length: number,
  share: number,
): Line[] {
  const rows = message.rows.slice(0, max);
  const drawn = rows.flatMap((row) => [
    ...lineIf([{ strong: oneLine(row.number) }, ` ${oneLine(row.title)}`], length),
    ...lineIf(row.words, length),
    ...actions(row.buttons.slice(0, 2), [], share),
  ]);
  return [...drawn, ...more(message.more + message.rows.length - rows.length)];
}

/** Each row in a line, its cells named by their columns: a phone has no room for them beside each other. */
function table(
  { title, columns, rows }: TableMessage["tables"][number],
  max: number,
  length: number,
): Line[] {
  const drawn = rows.slice(0, max).flatMap((cells) => {
    const [first = "", ...others] = cells;
    const named = others.flatMap((cell, nth) =>
      cell === "" ? [] : [`${oneLine(columns[nth + 1] ?? "")}: ${oneLine(cell)}`],
    );
    return lineIf([{ strong: oneLine(first) }, named.length === 0 ? "" : ` · ${named.join(" · ")}`], length);
  });
  return [...lineIf([{ strong: oneLine(title) }], 100), ...drawn, ...more(rows.length - max)];
}

/** The row of buttons, and the rest behind its "…". */
function actions(
  buttons: readonly (Button | CommandButton)[],
  more: readonly Button[],
  share: number,
): Line[] {
  const all = [
    ...buttons.slice(0, MAX_BUTTONS).map((button) => action(button, false)),
    ...[...buttons.slice(MAX_BUTTONS), ...more]
      .slice(0, Math.max(4, Math.floor(MAX_MORE * share)))
      .map((button) => action(button, true)),
  ];
  return all.length === 0 ? [] : [only({ type: "ActionSet", actions: all })];
}

function action(button: Button | CommandButton, isSecondary: boolean): Action {
  return executing({
    verb: "act" in button ? `act.${button.act}` : `words.${button.command}`,
    title: cut(oneLine(button.label), 75) || "…",
    data: dataOf(button),
    ...(button.style === "plain"
      ? {}
      : { style: button.style === "primary" ? ("positive" as const) : ("destructive" as const) }),
    ...(isSecondary ? { mode: "secondary" as const } : {}),
  });
}

/** Opens the form of words after "ticket". */
const SETTINGS: Action = executing({
  verb: "words.settings",
  title: "Settings",
  data: { belfry: { do: "words", words: "settings" } },
});

/** A press that is answered in its place; in clients that know no such press, by a message. */
function executing({
  verb,
  ...look
}: Omit<Extract<Action, { type: "Action.Execute" }>, "type" | "fallback">): Action {
  return { type: "Action.Execute", verb, ...look, fallback: { type: "Action.Submit", ...look } };
}

/** What a press on a button brings back. */
function dataOf(button: Button | CommandButton): { belfry: object } {
  if ("act" in button)
    return { belfry: { do: "act", act: button.act, ticket: beginning(clean(button.ticket), 100) } };
  const { command, words } = button;
  return { belfry: { do: "words", command, words: beginning(clean(words), 1_000) } };
}

function proof(
  { label, promise, rows, sum }: ProofMessage["proofs"][number],
  max: number,
  length: number,
): Line[] {
  const drawn = rows.map(({ counts, words }) => lineIf(words, length, { before: counts ? "▪ " : "▫ " }));
  const last = Math.floor((max - 1) / 2);
  const first = max - last;
  const hidden = rows.slice(first, Math.max(first, rows.length - last));
  const counting = hidden.filter(({ counts }) => counts).length;
  return [
    ...lineIf(promise, length, { before: `${cut(oneLine(label), 60)}: ` }),
    ...drawn.slice(0, first).flat(),
    ...(hidden.length === 0 ? [] : lineIf([`… ${hidden.length} more spans, of which ${counting} count`], 80)),
    ...drawn.slice(first + hidden.length).flat(),
    ...lineIf(sum, length),
  ];
}
