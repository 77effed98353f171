// Everything that might come in, for tests that hold whatever comes: hostile words, huge words, messages and forms of them.
import fc from "fast-check";
import {
  ACTS,
  COMMANDS,
  type Button,
  type CommandButton,
  type LineMessage,
  type Message,
  type PromiseLine,
  type Text,
} from "../../../src/core/message.ts";
import { ROSTER_FORMS, type Form, type FormField } from "../../../src/core/form.ts";

/** What people type who mean harm, or are just unlucky. */
export const HOSTILE = [
  "<!channel> *x* <https://evil.example|here>",
  "<!here> <@U0123ABC> <!subteam^S1|@all> <#C1|general>",
  "&lt;!channel&gt; &amp; R&D",
  "`code` ```block``` _i_ ~s~ > quote",
  "'; drop table tickets;-- % _ \\",
  "\u202Egnp.exe\u2066\u0000\uD800 \uFFFF",
  "👩‍👩‍👧‍👦🇨🇿 שלום مرحبا",
  `Z${"\u0301".repeat(4_000)}`,
  "x".repeat(200_000),
  "👩‍👩‍👧‍👦".repeat(3_000),
  "<!channel>&".repeat(2_000),
  "a b\n".repeat(3_000),
  "\n\t ",
  "",
] as const;

/** Words of people. */
export const words: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.constantFrom(...HOSTILE.slice(0, 7)), { maxLength: 50 })
      .map((all) => all.join("")),
  },
);

const instant = fc.date({ min: new Date(0), max: new Date("2200-01-01T00:00:00Z"), noInvalidDate: true });

/** Sentences in which nobody is meant to be alerted. */
const quietText: fc.Arbitrary<Text> = fc.array(
  fc.oneof(
    words,
    words.map((strong) => ({ strong })),
    words.map((typed) => ({ typed })),
    fc.record({ at: instant, fallback: words }),
    fc.record({
      person: words,
      address: fc.constantFrom("slack:U7", "slack:a@b.example", null),
      ring: fc.constant(false),
    }),
    // A person of another platform, or one whose id is not known, cannot be mentioned in Slack.
    fc.record({
      person: words,
      address: fc.constantFrom("teams:29:x", "slack:a@b", null),
      ring: fc.constant(true),
    }),
  ),
  { maxLength: 12 },
);

const button: fc.Arbitrary<Button> = fc.record({
  act: fc.constantFrom(...ACTS, "acknowledge-all"),
  label: words,
  ticket: words,
  style: fc.constantFrom("plain", "primary", "danger"),
});
const commandButton: fc.Arbitrary<CommandButton> = fc.record({
  command: fc.constantFrom(...COMMANDS),
  words,
  label: words,
  style: fc.constantFrom("plain", "primary", "danger"),
});
const buttons = fc.array(button, { maxLength: 12 });
const attachments = fc.array(
  fc.record({ name: words, url: fc.oneof(words, fc.webUrl(), fc.constant("javascript:alert(1)")) }),
  { maxLength: 12 },
);
const manyFacts = fc.array(fc.record({ label: words, value: quietText }), { maxLength: 40 });
const promise: fc.Arbitrary<PromiseLine> = fc.record({
  label: words,
  state: fc.constantFrom("running", "paused", "met", "late", "breached", "withdrawn"),
  words: quietText,
  share: fc.option(fc.double()),
});
const promises = fc.array(promise, { maxLength: 12 });
const texts = fc.array(quietText, { maxLength: 12 });

const line: fc.Arbitrary<LineMessage> = fc.record({
  kind: fc.constant("line"),
  tone: fc.constantFrom("plain", "attention", "alarm"),
  text: quietText,
  quote: fc.option(words),
  attachments,
  buttons: fc.array(fc.oneof(button, commandButton), { maxLength: 12 }),
});

const rows = fc.array(fc.record({ number: words, title: words, words: quietText, buttons }), {
  maxLength: 80,
});

/** Any message in which nobody is meant to be alerted. */
export const quietMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    kind: fc.constant("card"),
    number: words,
    title: words,
    body: words,
    facts: manyFacts,
    promises,
    attachments,
    notices: texts,
    buttons,
    more: buttons,
    hint: quietText,
  }),
  fc.record({
    kind: fc.constant("receipt"),
    number: words,
    title: words,
    facts: manyFacts,
    promises,
    notices: texts,
    buttons,
    hint: quietText,
  }),
  fc.record({
    kind: fc.constant("page"),
    state: fc.constantFrom("ringing", "acknowledged", "withdrawn", "unanswered"),
    headline: words,
    ring: quietText,
    facts: manyFacts,
    promises,
    standing: texts,
    buttons,
    mayRepeat: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("storm"),
    isRinging: fc.boolean(),
    headline: words,
    ring: quietText,
    rows,
    more: fc.nat(1_000),
    buttons,
    mayRepeat: fc.boolean(),
  }),
  line,
  fc.record({ kind: fc.constant("digest"), lines: fc.array(line, { maxLength: 60 }) }),
  fc.record({ kind: fc.constant("answer"), number: words, author: words, body: words, attachments, buttons }),
  fc.record({
    kind: fc.constant("list"),
    heading: words,
    rows,
    more: fc.nat(1_000),
  }),
  fc.record({
    kind: fc.constant("table"),
    heading: words,
    tables: fc.array(
      fc.record({
        title: words,
        columns: fc.array(words, { maxLength: 6 }),
        rows: fc.array(fc.array(words, { maxLength: 6 }), { maxLength: 80 }),
      }),
      { maxLength: 12 },
    ),
    hint: quietText,
  }),
  fc.record({
    kind: fc.constant("proof"),
    number: words,
    title: words,
    proofs: fc.array(
      fc.record({
        label: words,
        promise: quietText,
        rows: fc.array(fc.record({ counts: fc.boolean(), words: quietText }), { maxLength: 150 }),
        sum: quietText,
      }),
      { maxLength: 8 },
    ),
    charts: fc.constant([]),
  }),
);

/** A fixed instant, for what does not turn on it. */
export const NOON = new Date("2026-11-27T12:00:00Z");

const option = fc.record({ value: words, label: words, hint: fc.option(words) });
const common = { label: words, hint: fc.option(words), required: fc.boolean() };

function field(id: string): fc.Arbitrary<FormField> {
  return fc.oneof(
    fc.record({
      kind: fc.constant("info"),
      id: fc.constant(id),
      tone: fc.constantFrom("plain", "attention"),
      text: quietText,
    }),
    fc.record({
      kind: fc.constant("text"),
      id: fc.constant(id),
      ...common,
      initial: words,
      long: fc.boolean(),
      maxLength: fc.constantFrom(0, 80, 3_000, 200_000),
    }),
    fc.record({
      kind: fc.constant("choice"),
      id: fc.constant(id),
      ...common,
      options: fc.oneof(
        fc.array(option, { maxLength: 12 }),
        fc.integer({ min: 0, max: 400 }).map((count) => manyOptions(count)),
      ),
      initial: fc.option(fc.constantFrom("v0", "v11", "v399")),
      live: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("confirm"),
      id: fc.constant(id),
      label: words,
      option: words,
      initial: fc.boolean(),
      required: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("instant"), id: fc.constant(id), ...common, initial: fc.option(instant) }),
    fc.record({
      kind: fc.constant("files"),
      id: fc.constant(id),
      ...common,
      maxFiles: fc.integer({ min: -1, max: 99 }),
    }),
  );
}

function manyOptions(count: number) {
  return Array.from({ length: count }, (_, nth) => ({
    value: `v${nth}`,
    label: `Option ${nth}`,
    hint: null,
  }));
}

/** Any form, with up to 130 fields of distinct ids. */
export const anyForm: fc.Arbitrary<Form> = fc
  .tuple(
    fc.record({
      name: fc.constantFrom("file", ...ACTS, ...ROSTER_FORMS),
      title: words,
      submit: words,
      carry: fc.record({ ticket: fc.option(words), place: fc.option(words) }),
    }),
    fc
      .integer({ min: 1, max: 130 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, nth) => field(`field.${nth}`)))),
  )
  .map(([form, fields]) => ({ ...form, fields }));
