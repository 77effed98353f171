// The form behind /ticket settings: what each person is told of by direct message, where and when; and what it is kept as.
import type { Directory, Person } from "../core/directory.ts";
import type { Form, FormField, FormValues } from "../core/form.ts";
import type { Text } from "../core/message.ts";
import { DEFAULT_SETTINGS, settingsFaults, topicsOf, type Settings, type Topic } from "../core/settings.ts";
import { choiceField } from "./fields.ts";
import type { Tx } from "./ports.ts";
import { judgeAnew } from "./quiet.ts";
import { refuseFaults, textIn } from "./values.ts";

/** Somebody's settings as a form. */
export async function settingsForm(tx: Tx, person: Person, place: string | null): Promise<Form> {
  const settings = await settingsNow(tx, person);
  return {
    name: "settings",
    title: "Settings",
    submit: "Save",
    carry: { ticket: null, place },
    fields: [
      {
        kind: "info",
        id: "about",
        tone: "plain",
        text: ["Pages, and answers to what you do yourself, always come at once."],
      },
      ...topicsOf(person).map((topic) => topicField(topic, !settings.off.includes(topic))),
      choiceField("where", "Where", WHERE, { initial: settings.where, live: false }),
      choiceField("when", "When", WHEN, {
        initial: settings.hours === null ? "always" : "hours",
        live: false,
      }),
      hoursField("days", "Days", "e.g. mon-fri, or mon-thu, sat", settings.hours?.days ?? "mon-fri"),
      hoursField(
        "times",
        "Times",
        `e.g. 08:00-18:00, in ${person.timezone}`,
        settings.hours?.times ?? "08:00-18:00",
      ),
    ],
  };
}

/** Keeps what was filled in. What waits for this person is sent, or waits on, by the new settings. */
export async function saveSettings(
  tx: Tx,
  { person, directory, now }: { person: Person; directory: Directory; now: Date },
  values: FormValues,
): Promise<Text> {
  const settings: Settings = {
    off: topicsOf(person).filter((topic) => values[topic] !== true),
    where: textIn(values, "where") === "elsewhere" ? "elsewhere" : "direct",
    hours:
      textIn(values, "when") === "hours"
        ? { days: textIn(values, "days"), times: textIn(values, "times") }
        : null,
  };
  refuseFaults(settingsFaults(settings, person, directory));
  await tx.keepSettings(person.id, settings);
  await judgeAnew(tx, person.id, directory, now);
  const { hours } = settings;
  const when = hours === null ? "at any time" : `${hours.days} ${hours.times} (${person.timezone})`;
  return [`Your settings are kept. What is no page comes ${when}.`];
}

async function settingsNow(tx: Tx, { id }: Person): Promise<Settings> {
  return (await tx.settingsOf([id])).get(id) ?? DEFAULT_SETTINGS;
}

const TOPIC_FIELDS: Readonly<Record<Topic, { label: string; option: string }>> = {
  answers: {
    label: "Answers",
    option: "Answers and questions to my tickets; always, where there is no channel",
  },
  changes: { label: "Changes", option: "Changes of my tickets: their level, closed, reopened" },
  reminders: { label: "Reminders", option: "Mention me in reminders of deadlines" },
  shifts: { label: "Shifts", option: "My shifts and changes of them" },
};

const WHERE = [
  { value: "direct", label: "Direct message" },
  {
    value: "elsewhere",
    label: "Only the customer's channel",
    hint: "Where there is one; else a direct message.",
  },
];

const WHEN = [
  { value: "always", label: "Always" },
  { value: "hours", label: "Only in my hours", hint: "What comes outside of them waits until they begin." },
];

function topicField(topic: Topic, initial: boolean): FormField {
  return { kind: "confirm", id: topic, ...TOPIC_FIELDS[topic], initial, required: false };
}

function hoursField(id: string, label: string, hint: string, initial: string): FormField {
  return { kind: "text", id, label, hint, initial, long: false, maxLength: 100, required: false };
}
