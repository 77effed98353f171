// The forms of acts on a ticket: which act asks for what, and what the words of a command fill in already.
import type { Form, FormField, FormValues } from "../core/form.ts";
import { isAtOnce, isQuestion, type ActAtOnce, type ActName, type Question } from "../core/message.ts";
import { ACT_LABELS } from "../core/buttons.ts";
import type { Person } from "../core/directory.ts";
import { nextOpeningFor } from "../core/watch.ts";
import { TARGET_WORDS } from "../core/words.ts";
import { wallTime } from "../core/zone.ts";
import type { Case } from "./case.ts";
import { choiceField, filesField, levelField, policyField, wordsField } from "./fields.ts";
import { peopleToHandTo, snoozeWords, SNOOZES, UNTIL_OPENING } from "./page-acts.ts";
import { unsettledTargets } from "./work-ticket.ts";
import { textIn } from "./values.ts";

/** The form that an act needs, filled in with what is known, or null where it needs none. */
export function actForm(
  act: ActName,
  kase: Case,
  person: Person,
  values: FormValues,
  now: Date,
): Form | null {
  if (isAtOnce(act) || isQuestion(act)) return null;
  return {
    name: act,
    title: `${ACT_LABELS[act]}`.slice(0, 24),
    submit: SUBMIT[act] ?? "Save",
    carry: { ticket: kase.ticket.number, place: null },
    fields: [
      {
        kind: "info",
        id: "about",
        tone: "plain",
        text: [{ strong: kase.ticket.number }, ` ${kase.ticket.title}`],
      },
      ...fieldsOf(act, kase, person, values, now),
    ],
  };
}

/** What the words after a ticket's number mean for an act: "2 nobody can work" is a level and a reason. */
export function valuesFromWords(act: ActName, rest: string): FormValues {
  if (rest === "") return {};
  if (act === "hand-to") return { person: rest };
  if (act === "snooze") return { for: rest.replace(/^until\s+/i, "") };
  if (act !== "change-level" && act !== "ask-level") return { text: rest };
  const [level = "", ...reason] = rest.split(/\s+/);
  return { level, text: reason.join(" ") };
}

/** Whether an act asked for by words has all that it needs. */
export function isComplete(act: ActName, kase: Case, person: Person, values: FormValues): boolean {
  if (isAtOnce(act) || isQuestion(act)) return true;
  const hasText = textIn(values, "text") !== "";
  switch (act) {
    case "begin":
    case "restore":
      return true;
    case "reply":
    case "note":
    case "ask":
    case "hold":
    case "call":
    case "decline-level":
    case "reopen":
    case "page":
      return hasText;
    case "hand-to":
      return textIn(values, "person") !== "";
    case "snooze":
      return textIn(values, "for") !== "";
    case "change-level":
    case "ask-level":
      return hasText && textIn(values, "level") !== "";
    case "close":
      return hasText && (!person.isSupport || unsettledTargets(kase.ticket).length === 0);
    default:
      return act satisfies never;
  }
}

const SUBMIT: Partial<Record<ActName, string>> = {
  reply: "Send",
  ask: "Send",
  close: "Close ticket",
  reopen: "Reopen",
  page: "Page",
  "hand-to": "Hand on",
  snooze: "Snooze",
  "ask-level": "Ask",
  "decline-level": "Decline",
};

function fieldsOf(
  act: Exclude<ActName, ActAtOnce | Question>,
  kase: Case,
  person: Person,
  values: FormValues,
  now: Date,
): FormField[] {
  const words = (label: string, hint: string | null = null) =>
    wordsField("text", label, hint, textIn(values, "text"));
  switch (act) {
    case "reply":
      return [
        words("Your message", person.isSupport ? "The customer reads it." : "The support team reads it."),
        filesField("Files", null),
      ];
    case "note":
      return [words("Note", "For the support team only."), filesField("Files", null)];
    case "call":
      return [
        when("When was the call?", now),
        { ...words("What was said", "For the support team only."), required: false },
      ];
    case "begin":
      return [when("When did work on a fix begin?", now)];
    case "restore":
      return [when("Since when is the function back?", now)];
    case "ask":
      return [
        words("What do you need to know?", "The customer reads it, and the ticket waits for the response."),
      ];
    case "hold":
      return [words("What does it wait for?")];
    case "change-level":
      return [
        levelField(kase.policy, textIn(values, "level") || kase.ticket.level, false),
        ...kase.policy.fields.map((field) =>
          policyField(field, kase.ticket.attributes[field.id] ?? null, false),
        ),
        words("Why?", "The customer reads it."),
      ];
    case "ask-level":
      return [
        levelField(kase.policy, textIn(values, "level") || kase.ticket.level, false),
        words("What has changed for you?", "Support decides by it."),
      ];
    case "decline-level":
      return [words("Why does the level stay as it is?", "The customer reads it.")];
    case "close":
      return [words("How was it resolved?", "The customer reads it."), ...outcomeFields(kase)];
    case "reopen":
      return [words("What is back?")];
    case "page":
      return [words("Why now?", "Whoever is on call reads it first.")];
    case "hand-to":
      return [handField(kase, person, now)];
    case "snooze":
      return [snoozeField(kase, now)];
    default:
      return act satisfies never;
  }
}

function handField(kase: Case, person: Person, now: Date): FormField {
  const people = peopleToHandTo(kase, person, now).map(({ id, name }) => ({ value: id, label: name }));
  const hint = "They are paged at once; the ladder goes on behind them if they do not acknowledge.";
  return choiceField("person", "To whom?", people, { initial: null, live: false, hint });
}

function snoozeField({ ticket, policy }: Case, now: Date): FormField {
  const opensAt = nextOpeningFor(ticket, policy, now);
  const opening = opensAt === null ? "" : wallTime(opensAt, ticket.zone);
  const lengths = [
    ...SNOOZES.map((length) => ({ value: length, label: snoozeWords(length) })),
    ...(opensAt === null ? [] : [{ value: UNTIL_OPENING, label: `Until the next opening, ${opening}` }]),
  ];
  const hint = "You are reminded then if the customer has no answer. The promise still runs.";
  return choiceField("for", "For how long?", lengths, { initial: "30m", live: false, hint });
}

/** Closing asks of each promise that is neither met nor withdrawn what became of it. */
function outcomeFields({ ticket }: Case): FormField[] {
  return unsettledTargets(ticket).flatMap((kind): FormField[] => {
    const label = TARGET_WORDS[kind];
    return [
      choiceField(`outcome.${kind}`, `${label}: not recorded yet. Was it met?`, OUTCOMES, {
        initial: null,
        live: false,
      }),
      {
        kind: "instant",
        id: `met.${kind}`,
        label: `${label}: if met, when?`,
        hint: null,
        initial: null,
        required: false,
      },
      {
        ...wordsField(`why.${kind}`, `${label}: if withdrawn, why?`, null, ""),
        long: false,
        required: false,
      },
    ];
  });
}

const OUTCOMES = [
  { value: "met", label: "Yes, it was met" },
  { value: "withdrawn", label: "No, it is withdrawn" },
];

function when(label: string, now: Date): FormField {
  return { kind: "instant", id: "when", label, hint: null, initial: now, required: true };
}
