// How each message looks in Slack: what stands in which block, how much of it, and in which order a phone shows it.
//
// Slack's limits (docs.slack.dev, Block Kit): 50 blocks a message, header 150 characters, button 75, option 75 with a
// value of 150, overflow 5 options, select 100. All text of a message together may have about 13,000 characters
// (`msg_blocks_too_long`), so each kind of message shares out ROOM among its parts; chat.update takes 4,000 characters
// of fallback text. Nothing that comes in may exceed them: it is cut, and the cut is told.
import type {
  ActionsBlock,
  ActionsBlockElement,
  Button as SlackButton,
  ContextBlock,
  HeaderBlock,
  HomeView,
  KnownBlock,
  PlainTextOption,
  RichTextBlock,
  RichTextElement,
  SectionBlock,
} from "@slack/types";
import type {
  AnswerMessage,
  Attachment,
  Button,
  CardMessage,
  CommandButton,
  DigestMessage,
  LineMessage,
  ListMessage,
  Message,
  PageMessage,
  PromiseLine,
  ProofMessage,
  ReceiptMessage,
  StormMessage,
  TableMessage,
  Text,
  TicketRow,
} from "../../core/message.ts";
import type { Reply } from "../../desk/door.ts";
import { bar, PROMISE_SIGNS, TONE_SIGNS } from "../signs.ts";
import { beginning, clean, cut, oneLine, shown } from "../text.ts";
import { bold, linesBlock, literal, mrkdwn, plain, rich } from "./words.ts";

/** A message as chat.postMessage and chat.update take it. */
export interface SlackMessage {
  /** What notifications and screen readers say; escaped. */
  text: string;
  blocks: KnownBlock[];
}

/** Where a message is read: among others in a channel, or alone by the person who asked for it. */
export type Setting = "channel" | "alone";

/** Draws a message within Slack's limits, whatever its texts are. */
export function renderMessage(message: Message, setting: Setting = "channel"): SlackMessage {
  return { text: fallbackOf(message), blocks: blocksOf(message, setting) };
}

/** Draws the home tab; a reply without a message leaves a sentence. */
export function renderHome(reply: Reply): HomeView {
  if (reply.kind !== "say") return { type: "home", blocks: linesBlock("home", [[literal(NOTHING_AT_HOME)]]) };
  const { message } = reply;
  const blocks = message.kind === "list" ? list(message, HOME_ROWS) : blocksOf(message, "alone");
  return { type: "home", blocks: [...blocks, SETTINGS] };
}

/** The action id of a button that opens the form of words after /ticket; its value is those words. */
export const REOPEN_ACTION = "reopen";

const SETTINGS: KnownBlock = {
  type: "actions",
  block_id: "settings",
  elements: [{ type: "button", action_id: REOPEN_ACTION, text: plain("Settings", 75), value: "settings" }],
};

/** The action id of an act's button. Unlike ones in a block, `nth` of the same act counts from 1. */
export function actionId(act: string, nth: number): string {
  return nth === 1 ? `act:${act}` : `act:${act}#${nth}`;
}

/** The action id of a button that stands for words after a command; its value is those words. */
export function wordsActionId(command: string, nth: number): string {
  return nth === 1 ? `words:${command}` : `words:${command}#${nth}`;
}

/** The action id of the menu behind the buttons. Its options carry "<act> <ticket>". */
export const MORE_ACTION = "more";

/** Characters that a message may share out among its parts. */
const ROOM = 12_000;

const NOTHING_AT_HOME = "There is nothing to show here yet. Type /ticket to file a ticket.";
const MESSAGE_ROWS = 24;
const HOME_ROWS = 48;
const STORM_ROWS = 20;
const PICTURE_FOLLOWS = "A picture of it comes by direct message.";
const MAX_PROOFS = 5;
/** Spans that all proofs of one message share. */
const PROOF_ROWS = 48;

function blocksOf(message: Message, setting: Setting): KnownBlock[] {
  switch (message.kind) {
    case "card":
      return card(message, setting);
    case "receipt":
      return receipt(message);
    case "page":
      return page(message);
    case "storm":
      return storm(message);
    case "line":
      return line(message);
    case "digest":
      return digest(message);
    case "answer":
      return answer(message);
    case "list":
      return list(message, MESSAGE_ROWS);
    case "table":
      return table(message);
    case "proof":
      return proof(message);
  }
}

function fallbackOf(message: Message): string {
  switch (message.kind) {
    case "card":
    case "receipt":
      return fallback([
        `${message.number} ${message.title}`,
        ...message.notices.slice(0, 1).flatMap((notice) => [" · ", ...notice]),
      ]);
    case "page":
      return fallback([
        message.headline,
        ...spaced(message.ring),
        ...spaced(message.ask ?? []),
        ...spaced(message.standing[0] ?? []),
      ]);
    case "storm":
      return fallback([message.headline, ...spaced(message.ring)]);
    case "line":
      return fallback([
        TONE_SIGNS[message.tone],
        ...message.text,
        ...(message.quote === null ? [] : [`: ${message.quote}`]),
      ]);
    case "digest":
      return fallback(message.lines.flatMap((each, nth) => [...(nth === 0 ? [] : ["\n"]), ...each.text]));
    case "answer":
      return fallback([`${message.number}: ${message.author} answers: ${message.body}`]);
    case "list":
      return fallback([message.heading]);
    case "table":
      return fallback([message.heading]);
    case "proof":
      return fallback([`${message.number}: why this time?`]);
  }
}

function fallback(text: Text): string {
  // Slack refuses an empty text; a notification has no use for more than some lines.
  return mrkdwn(text, 1_000) || "Belfry";
}

function spaced(text: Text): Text {
  return text.length === 0 ? [] : [" · ", ...text];
}

function card(message: CardMessage, setting: Setting): KnownBlock[] {
  const shownRest =
    setting === "channel" ? `/ticket show ${cut(oneLine(message.number), 40)} shows the rest` : null;
  return [
    header(`${message.number} · ${message.title}`),
    ...notices(message.notices),
    ...facts(message.facts, 12),
    ...promises(message.promises, 6),
    ...quote("body", message.body, setting === "channel" ? 1_200 : 5_000, shownRest),
    ...attachments(message.attachments),
    ...actions(message.buttons, message.more),
    ...hint(message.hint),
  ];
}

function receipt(message: ReceiptMessage): KnownBlock[] {
  return [
    header(`${message.number} · ${message.title}`),
    ...notices(message.notices),
    ...promises(message.promises, 6),
    ...facts(message.facts, 12),
    ...actions(message.buttons, []),
    ...hint(message.hint),
  ];
}

/** What, how urgent, who is asked, until when, for whom, and the button: the first screen of a phone. The rest follows. */
function page(message: PageMessage): KnownBlock[] {
  const standing = linesBlock(
    "standing",
    message.standing.slice(-12).map((text) => rich(text, 200)),
  );
  const isRinging = message.state === "ringing";
  return [
    header(message.headline),
    ...mentions(message.ring),
    ...linesBlock("ask", [rich(message.ask ?? [], 300)]),
    ...(isRinging ? [] : standing),
    ...promises(message.promises, 3),
    ...facts(message.facts.slice(0, 4), 4),
    ...actions(message.buttons, []),
    ...facts(message.facts.slice(4), 12, "more-facts"),
    ...(isRinging ? standing : []),
    ...(message.mayRepeat ? hint([MAY_REPEAT], "repeat") : []),
  ];
}

const MAY_REPEAT = "This may be a repeat: Slack could not say whether the first copy arrived.";

/** How many, and one button for all of them: the first screen of a phone. The rows follow. */
function storm(message: StormMessage): KnownBlock[] {
  return [
    header(message.headline),
    ...mentions(message.ring),
    ...actions(message.buttons, []),
    ...ticketRows(message.rows.slice(0, STORM_ROWS)),
    ...rest(message, STORM_ROWS),
    ...below(message),
    ...(message.mayRepeat ? hint([MAY_REPEAT], "repeat") : []),
  ];
}

/** A phone opens a conversation at its end: of a long list the count and the button stand there, too. */
function below({ headline, rows, buttons }: StormMessage): KnownBlock[] {
  if (rows.length < 3 || buttons.length === 0) return [];
  return [
    ...linesBlock("below", [[bold(cut(oneLine(headline), 150))]]),
    ...actions(buttons, [], "act:below"),
  ];
}

function line(message: LineMessage): KnownBlock[] {
  const words = [literal(TONE_SIGNS[message.tone]), ...rich(message.text, 2_800)];
  return [
    ...linesBlock("line", [words]),
    ...(message.quote === null ? [] : quote("quote", message.quote, 6_000, null)),
    ...attachments(message.attachments),
    ...actions(message.buttons, []),
  ];
}

function digest(message: DigestMessage): KnownBlock[] {
  const lines: RichTextElement[][] = [];
  let left = ROOM;
  for (const each of message.lines) {
    const said = each.quote === null ? each.text : [...each.text, `: ${each.quote}`];
    const words = [literal(TONE_SIGNS[each.tone]), ...rich(said, 300)];
    left -= 310;
    if (left < 0) break;
    lines.push(words);
  }
  const missing = message.lines.length - lines.length;
  if (missing > 0) lines.push([literal(`… and ${missing} more`)]);
  return linesBlock("digest", lines);
}

function answer(message: AnswerMessage): KnownBlock[] {
  const head = [
    bold(cut(oneLine(message.number), 40)),
    literal(` · ${cut(oneLine(message.author), 100)} answers:`),
  ];
  return [
    ...linesBlock("answer", [head]),
    ...quote("body", message.body, 10_000, null),
    ...attachments(message.attachments),
    ...actions(message.buttons, []),
  ];
}

function list(message: ListMessage, maxRows: number): KnownBlock[] {
  return [
    header(message.heading),
    ...linesBlock(
      "notes",
      (message.notes ?? []).slice(0, 8).map((note) => rich(note, 200)),
    ),
    ...ticketRows(message.rows.slice(0, maxRows)),
    ...rest(message, maxRows),
  ];
}

/** How many tickets are not shown. */
function rest({ rows, more }: ListMessage | StormMessage, maxRows: number): ContextBlock[] {
  const hidden = more + Math.max(0, rows.length - maxRows);
  return hidden > 0 ? hint([`… and ${hidden} more`]) : [];
}

function ticketRows(rows: readonly TicketRow[]): KnownBlock[] {
  return rows.flatMap((row, nth) => [
    ...linesBlock(`row:${nth}`, [
      [bold(cut(oneLine(row.number), 40)), literal(` ${cut(oneLine(row.title), 120)}`)],
      rich(row.words, 200),
    ]),
    ...actions(row.buttons.slice(0, 2), [], `act:${nth}`),
  ]);
}

/** Each table as a block of letters of one width, as many rows as there is room for. */
function table(message: TableMessage): KnownBlock[] {
  let left = ROOM;
  return [
    header(message.heading),
    ...message.tables.slice(0, MAX_TABLES).flatMap(({ title, columns, rows }, nth) => {
      const lines = aligned([columns, ...rows]);
      const kept = lines.filter((line) => (left -= line.length + 1) >= 0);
      const missing = lines.length - kept.length;
      const drawn = missing === 0 ? kept : [...kept, `… and ${missing} more`];
      const titled = linesBlock(`title:${nth}`, [[bold(cut(oneLine(title), 60))]]);
      return [...titled, ...letters(`table:${nth}`, drawn.join("\n"))];
    }),
    ...hint(message.hint),
    ...(message.chart === undefined ? [] : hint([PICTURE_FOLLOWS], "picture")),
  ];
}

const MAX_TABLES = 10;
const CELL = 30;

/** Rows with their cells under each other. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => cut(oneLine(cell), CELL)));
  const widths = cells.reduce<number[]>(
    (widest, row) => row.map((cell, nth) => Math.max(cell.length, widest[nth] ?? 0)),
    [],
  );
  return cells.map((row) =>
    row
      .map((cell, nth) => cell.padEnd(widths[nth] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function letters(id: string, words: string): RichTextBlock[] {
  if (words === "") return [];
  const elements = [{ type: "text" as const, text: words }];
  return [{ type: "rich_text", block_id: id, elements: [{ type: "rich_text_preformatted", elements }] }];
}

function proof(message: ProofMessage): KnownBlock[] {
  const shown = message.proofs.slice(0, MAX_PROOFS);
  const share = Math.max(6, Math.floor(PROOF_ROWS / Math.max(1, shown.length)));
  return [
    header(`${message.number} · Why this time?`),
    ...shown.flatMap(({ label, promise, rows, sum }, nth) =>
      linesBlock(`proof:${nth}`, [
        [bold(`${cut(oneLine(label), 60)}: `), ...rich(promise, 400)],
        ...spans(rows, share),
        rich(sum, 600),
      ]),
    ),
    ...(message.charts.length === 0 ? [] : hint([PICTURE_FOLLOWS])),
  ];
}

/** Rows of a proof: where they are too many, its first and last, and how many lie between. */
function spans(rows: ProofMessage["proofs"][number]["rows"], max: number): RichTextElement[][] {
  const drawn = rows.map(({ counts, words }) => [literal(counts ? "▪ " : "▫ "), ...rich(words, 160)]);
  if (drawn.length <= max) return drawn;
  const last = Math.floor((max - 1) / 2);
  const first = max - 1 - last;
  const hidden = rows.slice(first, rows.length - last);
  const counting = hidden.filter(({ counts }) => counts).length;
  const gap = `… ${hidden.length} more spans, of which ${counting} count`;
  return [...drawn.slice(0, first), [literal(gap)], ...drawn.slice(drawn.length - last)];
}

// Parts

function header(words: string): HeaderBlock {
  return { type: "header", block_id: "head", text: plain(words, 150) };
}

/** A line that only mentions, in the form that Slack documents to ring. */
function mentions(ring: Text): SectionBlock[] {
  const text = mrkdwn(ring, 1_000);
  if (text.trim() === "") return [];
  return [{ type: "section", block_id: "ring", text: { type: "mrkdwn", text, verbatim: true } }];
}

function notices(texts: readonly Text[]): RichTextBlock[] {
  const lines = texts.slice(0, 4).map((text) => [literal("⚠ "), ...rich(text, 250)]);
  return linesBlock("notices", lines);
}

function facts(all: CardMessage["facts"], max: number, id = "facts"): RichTextBlock[] {
  const lines = all
    .slice(0, max)
    .map(({ label, value }) => [bold(`${cut(oneLine(label), 60)}: `), ...rich(value, 180)]);
  if (all.length > max) lines.push([literal(`… and ${all.length - max} more`)]);
  return linesBlock(id, lines);
}

function promises(all: readonly PromiseLine[], max: number): RichTextBlock[] {
  const lines = all.slice(0, max).map(promise);
  if (all.length > max) lines.push([literal(`… and ${all.length - max} more`)]);
  return linesBlock("promises", lines);
}

function promise({ label, state, words, share }: PromiseLine): RichTextElement[] {
  const said = [
    literal(`${PROMISE_SIGNS[state]} `),
    bold(`${cut(oneLine(label), 60)}: `),
    ...rich(words, 200),
  ];
  return share === null ? said : [...said, literal(`  ${bar(share)}`)];
}

/** Somebody's words. Where they are too long, the beginning, and a sentence that says so and what shows the rest. */
function quote(id: string, words: string, max: number, rest: string | null): RichTextBlock[] {
  const text = shown(words).trim();
  if (text === "") return [];
  const kept = beginning(text, max);
  const missing = `${text.length - kept.length} more characters`;
  const note = rest === null ? `… cut here, ${missing}` : `… cut here, ${missing}; ${rest}`;
  const cutNote =
    kept.length === text.length ? [] : [{ type: "rich_text_section" as const, elements: [literal(note)] }];
  const quoted = { type: "rich_text_quote" as const, elements: [literal(kept === "" ? "…" : kept)] };
  return [{ type: "rich_text", block_id: id, elements: [quoted, ...cutNote] }];
}

/** Files stay where they are; only links of the web are links here. */
function attachments(files: readonly Attachment[]): RichTextBlock[] {
  const lines = files.slice(0, 5).map(({ name, url }): RichTextElement[] => {
    const words = cut(oneLine(name), 80) || "file";
    const isLink = /^https?:\/\/[^\s|<>]+$/.test(url) && url.length <= 2_000;
    return [literal("📎 "), isLink ? { type: "link", url, text: words } : literal(words)];
  });
  if (files.length > 5) lines.push([literal(`… and ${files.length - 5} more files`)]);
  return linesBlock("files", lines);
}

/** The row of buttons, and a menu for the rest. A menu of five keeps no choice, so it is preferred to a select. */
function actions(
  buttons: readonly (Button | CommandButton)[],
  more: readonly Button[],
  id = "actions",
): ActionsBlock[] {
  const counts = new Map<string, number>();
  const elements: ActionsBlockElement[] = buttons.slice(0, 5).map((button) => {
    const name = "act" in button ? button.act : button.command;
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    return slackButton(button, nth);
  });
  const rest = buttons.slice(5).filter((button): button is Button => "act" in button);
  const options = [...rest, ...more].slice(0, 30).map(menuOption);
  if (options.length > 5) {
    elements.push({
      type: "static_select",
      action_id: MORE_ACTION,
      placeholder: plain("More…", 150),
      options,
    });
  } else if (options.length > 0) {
    elements.push({ type: "overflow", action_id: MORE_ACTION, options });
  }
  return elements.length === 0 ? [] : [{ type: "actions", block_id: id, elements }];
}

function slackButton(button: Button | CommandButton, nth: number): SlackButton {
  const [action, value] =
    "act" in button
      ? [actionId(button.act, nth), button.ticket]
      : [wordsActionId(button.command, nth), button.words];
  return {
    type: "button",
    action_id: action,
    text: plain(button.label, 75),
    value: beginning(clean(value), 2_000),
    ...(button.style === "plain" ? {} : { style: button.style }),
  };
}

function menuOption(button: Button): PlainTextOption {
  return { text: plain(button.label, 40), value: beginning(`${button.act} ${clean(button.ticket)}`, 150) };
}

function hint(text: Text, id = "hint"): ContextBlock[] {
  const words = mrkdwn(text, 500);
  return words === ""
    ? []
    : [{ type: "context", block_id: id, elements: [{ type: "mrkdwn", text: words, verbatim: true }] }];
}
