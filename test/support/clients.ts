// People as a story tells of them, whichever platform their client speaks: they type, press by the label, fill forms in by
// the labels of their fields, answer in threads and read what stands there. What the two platforms show is read by the same
// words, so that one text serves both.
import { wallTime } from "../../src/core/zone.ts";
import type { BridgeDesk } from "./bridge-desk.ts";
import { PEOPLE, CHANNELS as SLACK_CHANNELS } from "./double-desk.ts";
import { controlsOf, labelOf, wordsOf, type Filling } from "./slack-double-reading.ts";
import { current, type Json, type OpenView, type Post } from "./slack-double-workspace.ts";
import { buttonOf, CHANNELS as TEAMS_CHANNELS, chatOf, IDS, type Answered } from "./teams-desk.ts";
import { wordsIn, type Delivered } from "./teams-double.ts";

/** The platforms that a story may run on. */
export const PLATFORMS = ["Slack", "Teams"] as const;

export type Who = Exclude<keyof typeof PEOPLE, "eve">;
export type Place = keyof typeof SLACK_CHANNELS | Who;

/** What somebody fills in, by the label on the screen: a choice by its words, an instant as such. */
export type Filled = Readonly<Record<string, string | boolean | Date>>;

/** What came of an act for whoever acted: words, and a form where one opened or stays open. */
export interface Shown {
  words: string;
  form: Form | null;
}

/** A form that somebody looks at. */
export interface Form {
  words(): string;
  /** Fills in what is named, and sees what the form says of it. */
  chooses(filled: Filled): Promise<void>;
  /** Fills in what is named and sends it; where a field shows only after a choice, the choice is made first. */
  sends(filled: Filled): Promise<Shown>;
}

/** A message as it stood when somebody looked at it: its buttons may be pressed later. */
export interface Standing {
  place: Place;
  words: string;
  buttons: readonly string[];
  isInThread: boolean;
  raw: Post | Delivered;
}

/** Everybody's clients on one platform. */
export interface Client {
  /** Types "list" or "oncall week" in a place, or in one's own chat with Belfry. Everything that follows is sent by then. */
  types(who: Who, words: string, place?: Place): Promise<Shown>;
  presses(who: Who, on: Standing, label: string): Promise<Shown>;
  /** Looks at what Belfry shows at home, where one's own tickets and shifts are. */
  home(who: Who): Promise<Shown>;
  /** Answers in the thread of a message, or quotes it where there are no threads. */
  answers(who: Who, under: Standing, words: string, file?: { name: string; url: string }): Promise<void>;
  /** What stands in a place or in somebody's chat with Belfry, oldest first. */
  in(place: Place): Standing[];
}

/** The message in a place that says something; the newest of several. */
export function find(client: Client, place: Place, words: string | RegExp): Standing {
  const all = client.in(place);
  const found = all.findLast((one) =>
    typeof words === "string" ? one.words.includes(words) : words.test(one.words),
  );
  if (found !== undefined) return found;
  throw new Error(
    `“${String(words)}” does not stand in ${place}:\n${all.map((one) => one.words).join("\n")}`,
  );
}

/** A form that has to be there. */
export function formIn({ form, words }: Shown): Form {
  if (form === null) throw new Error(`no form opened, but: ${words}`);
  return form;
}

/** Somebody of a customer files by the form; gives the number. */
export async function files(client: Client, who: Who, filled: Filled, place?: Place): Promise<string> {
  const opened = formIn(await client.types(who, "", place));
  const { words, form } = await opened.sends({ "What happened": "It broke.", ...filled });
  if (form !== null) throw new Error(`not filed: ${words}`);
  const number = /[A-Z]+-\d+/.exec(words)?.[0] ?? numberIn(client, who, String(filled["Title"]));
  return number;
}

/** Slack closes a form without a word: the receipt has the number. */
function numberIn(client: Client, who: Who, title: string): string {
  const { words } = find(client, who, title);
  return /[A-Z]+-\d+/.exec(words)?.[0] ?? "";
}

/** The clients of one platform on a desk. */
export function clientOf(platform: (typeof PLATFORMS)[number], desk: BridgeDesk): Client {
  return platform === "Slack" ? slackClient(desk) : teamsClient(desk);
}

function slackClient(desk: BridgeDesk): Client {
  const { slack } = desk;
  const flat = flatBy(desk.zone);
  const idOf = (place: Place): string =>
    place in SLACK_CHANNELS
      ? SLACK_CHANNELS[place as keyof typeof SLACK_CHANNELS]
      : slack.workspace.directOf(PEOPLE[place as Who]).id;

  /** Does something, and waits for what Slack then shows to whoever did it. */
  async function shown(who: Who, act: () => Promise<unknown>): Promise<Shown> {
    const user = PEOPLE[who];
    const before = { view: slack.viewOf(user), whispers: slack.whispersTo(user).length };
    await act();
    const seen = await slack
      .until(
        () => slack.viewOf(user) !== before.view || slack.whispersTo(user).length > before.whispers,
        "an answer",
        3_000,
      )
      .catch(() => null);
    await desk.settle();
    const view = slack.viewOf(user);
    const words = flat(slack.whispersTo(user).slice(before.whispers).join("\n"));
    if (seen === null || view === undefined || view === before.view) return { words, form: null };
    return { words: flat(wordsOf(asShown(view))), form: slackForm(who, view) };
  }

  function slackForm(who: Who, view: OpenView): Form {
    const user = PEOPLE[who];
    const blocks = () => view.view["blocks"] as Json[];
    const has = (label: string): boolean =>
      blocks().some((block) => labelOf({ text: block["label"] }) === label);
    // What was typed stays in the client, whatever the app draws anew.
    let typed: Filled = Object.fromEntries(blocks().flatMap(initialText));
    const fillingNow = () =>
      fillingOf(Object.fromEntries(Object.entries(typed).filter(([label]) => has(label))));

    async function chooses(filled: Filled): Promise<void> {
      typed = { ...typed, ...filled };
      for (const choice of Object.values(filled)) {
        const option = controlsOf(blocks()).find(
          ({ label }) => typeof choice === "string" && label.startsWith(choice),
        );
        if (option === undefined) continue;
        const drawn = view.earlier.length;
        await slack.press(user, view, option.label, fillingNow());
        await slack.until(() => view.earlier.length > drawn, "the form drawn anew");
      }
    }

    const form: Form = {
      words: () => flat(wordsOf(asShown(view))),
      chooses,
      sends: async (filled) => {
        typed = { ...typed, ...filled };
        if (!Object.keys(typed).every(has)) await chooses(filled);
        const whispers = slack.whispersTo(user).length;
        const answer = await slack.submit(view, fillingOf(typed));
        await desk.settle();
        const isOpen = slack.workspace.views.has(view.id);
        const faults = Object.values((answer.body["errors"] ?? {}) as Record<string, string>);
        const said = [...slack.whispersTo(user).slice(whispers), ...faults];
        return { words: flat(said.join("\n")), form: isOpen ? form : null };
      },
    };
    return form;
  }

  return {
    types: (who, typed, place) => {
      const { name, words } = commandIn(typed);
      return shown(who, () => slack.command(PEOPLE[who], idOf(place ?? who), words, `/${name}`));
    },
    presses: (who, { raw }, label) => shown(who, () => slack.press(PEOPLE[who], raw as Post, label)),
    async home(who) {
      const user = PEOPLE[who];
      await slack.home(user);
      const view = await slack.until(() => slack.workspace.homes.get(user), "the home tab");
      return { words: flat(wordsOf({ blocks: view["blocks"] as Json[] })), form: null };
    },
    async answers(who, { raw }, words, file) {
      const under = raw as Post;
      const files =
        file === undefined ? [] : [{ name: file.name, permalink: file.url, id: "F0", url_private: file.url }];
      await slack.say(PEOPLE[who], under.channel, words, { under, files });
      await desk.settle();
    },
    in: (place) =>
      slack.posts(idOf(place)).map((post) => ({
        place,
        words: flat(wordsOf(current(post))),
        buttons: controlsOf(current(post).blocks).map(({ label }) => label),
        isInThread: post.threadTs !== null,
        raw: { ...post, versions: [...post.versions] },
      })),
  };
}

function teamsClient(desk: BridgeDesk): Client {
  const { teams, people } = desk;
  const flat = flatBy(desk.zone);
  const idOf = (place: Place): string => {
    if (place in SLACK_CHANNELS) return TEAMS_CHANNELS[place === "onCall" ? "oncall" : (place as "acme")];
    return chatOf(place);
  };
  const sceneOf = (place: Place | undefined): { in?: string } =>
    place === undefined || place in IDS ? {} : { in: idOf(place) };

  const standing = (place: Place, raw: Delivered): Standing => ({
    place,
    words: flat(wordsIn(raw.activity)),
    buttons: titlesIn(raw.activity),
    isInThread: raw.conversation.includes(";messageid="),
    raw: { ...raw },
  });

  /** A form on a card, which is sent from where it stands. */
  function teamsForm(who: Who, first: object, scene: { in?: string; on?: string }): Form {
    let card = first;
    const press = async (title: string, inputs: object): Promise<Shown> => {
      const answer = await people.presses(who, buttonOf(card, title).data, { ...scene, inputs });
      await desk.settle();
      const value = answer.body?.["value"];
      if (typeof value === "object" && value !== null && inputsIn(value).length > 0) card = value;
      const shown = answered(who, answer, scene);
      return { ...shown, form: shown.form === null ? null : form };
    };
    const has = (label: string): boolean => inputsIn(card).some((input) => input.label === label);
    const chooses = async (filled: Filled): Promise<void> => {
      await press("Show what is promised", valuesFor(card, filled));
    };
    const form: Form = {
      words: () => flat(wordsIn(card)),
      chooses,
      sends: async (filled) => {
        if (!Object.keys(filled).every(has)) await chooses(filled);
        return press(submitOf(card), valuesFor(card, filled));
      },
    };
    return form;
  }

  /** What Teams shows to whoever pressed: words, or a card in the place of the one that was pressed. */
  function answered(who: Who, { body }: Answered, scene: { in?: string; on?: string }): Shown {
    const value = body?.["value"];
    if (typeof value === "string") return { words: flat(value), form: null };
    if (typeof value !== "object" || value === null) return { words: "", form: null };
    const form = inputsIn(value).length > 0 ? teamsForm(who, value, scene) : null;
    return { words: flat(wordsIn(value)), form };
  }

  async function says(who: Who, words: string, place?: Place): Promise<Shown> {
    const before = teams.delivered.length;
    const said = await people.says(who, words, {
      ...sceneOf(place),
      mention: sceneOf(place).in !== undefined,
    });
    if (said.status !== 200) throw new Error(`Teams was answered ${said.status}`);
    const here = [chatOf(who), ...(place === undefined ? [] : [idOf(place)])];
    const fresh = teams.delivered
      .slice(before)
      .filter(({ conversation }) => here.includes(conversation.split(";")[0] ?? ""));
    await desk.settle();
    const withForm = fresh.find(({ activity }) => inputsIn(activity).length > 0);
    const all = flat(fresh.map(({ activity }) => wordsIn(activity)).join("\n"));
    if (withForm === undefined) return { words: all, form: null };
    const scene = { ...sceneOf(place), on: withForm.id };
    return { words: all, form: teamsForm(who, withForm.activity, scene) };
  }

  return {
    types(who, typed, place) {
      const { name, words } = commandIn(typed);
      return says(who, `${name} ${words}`.trim(), place);
    },
    home: (who) => says(who, "home"),
    async presses(who, { place, raw }, label) {
      const { id, activity } = raw as Delivered;
      const scene = { ...sceneOf(place), on: id };
      const answer = await people.presses(who, buttonOf(activity, label).data, scene);
      await desk.settle();
      if (answer.status !== 200) throw new Error(`Teams was answered ${answer.status}`);
      return answered(who, answer, scene);
    },
    async answers(who, { place, raw }, words, file) {
      const { id, conversation } = raw as Delivered;
      const files =
        file === undefined ? [] : [{ contentType: "reference", contentUrl: file.url, name: file.name }];
      const quote = `<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="${id}"><p>Belfry</p></blockquote><p>${words}</p>`;
      const isChat = place in IDS;
      const attachments = [...files, ...(isChat ? [{ contentType: "text/html", content: quote }] : [])];
      const [, thread = id] = conversation.split(";messageid=");
      const scene = isChat ? {} : { in: idOf(place), thread };
      await people.says(who, words, { ...scene, more: { attachments } });
      await desk.settle();
    },
    in: (place) => teams.in(idOf(place)).map((raw) => standing(place, raw)),
  };
}

/** "oncall week" is a command of its own; all else is a ticket's. */
function commandIn(typed: string): { name: string; words: string } {
  const [, rest] = /^oncall\b\s*(.*)$/s.exec(typed) ?? [];
  return rest === undefined ? { name: "ticket", words: typed } : { name: "oncall", words: rest };
}

/** Words in one row, without marks of layout; an instant as a reader in `zone` sees it, a mention as "@Name". */
function flatBy(zone: string): (words: string) => string {
  return (words) =>
    words
      .replace(/\{\{DATE\((\S+), SHORT\)\}\} \{\{TIME\(\S+\)\}\}/g, (_, iso: string) =>
        wallTime(new Date(iso), zone),
      )
      .replace(/<!date\^[^|]*\|([^>]*)>/g, "$1")
      .replace(/<at>([^<]*)<\/at>/g, "@$1")
      .replace(/<?@(U0[A-Z]+)>?/g, (_, id: string) => `@${NAMES[id] ?? id}`)
      .replace(/(?<!\w)\*([^*\n]+)\*/g, "$1")
      .replaceAll("\u200B", "")
      .replace(/\s+/g, " ")
      .trim();
}

const NAMES: Readonly<Record<string, string>> = {
  ...{ U0CARL: "Carl Reyes", U0NORA: "Nora Lind", U0PAVEL: "Pavel Dvorak", U0SAM: "Sam Okafor" },
  ...{ U0MIA: "Mia Chen", U0LEO: "Leo Brandt" },
};

function asShown(view: OpenView): { blocks: Json[] } {
  return { blocks: view.view["blocks"] as Json[] };
}

/** What stands in a field for text when it is first shown, by its label. */
function initialText(block: Json): [string, string][] {
  const { initial_value: value } = (block["element"] ?? {}) as Json;
  return typeof value === "string" ? [[labelOf({ text: block["label"] }), value]] : [];
}

function fillingOf(filled: Filled): Filling {
  return Object.fromEntries(
    Object.entries(filled).map(([label, value]) => [
      label,
      value instanceof Date ? value.toISOString() : value,
    ]),
  );
}

interface Input {
  id: string;
  type: string;
  label: string;
  value: string | undefined;
  choices: { title: string; value: string }[];
}

/** The fields of a card, by their labels; what may be left out says so, which is no part of the label. */
function inputsIn(card: unknown): Input[] {
  if (Array.isArray(card)) return card.flatMap(inputsIn);
  if (typeof card !== "object" || card === null) return [];
  const one = card as Record<string, unknown>;
  if (!String(one["type"]).startsWith("Input.")) return Object.values(one).flatMap(inputsIn);
  const { id, type, label, value, choices = [] } = one as unknown as Input;
  return [{ id, type, value, choices, label: label.replace(/ \(optional\)$/, "") }];
}

/** What a client sends of a card's fields: what was filled in, and what stood there before. */
function valuesFor(card: object, filled: Filled): Record<string, string> {
  const inputs = inputsIn(card);
  const values = Object.fromEntries(inputs.map(({ id, value }) => [id, value ?? ""]));
  for (const [label, value] of Object.entries(filled)) {
    const input = inputs.find((each) => each.label === label);
    if (input === undefined) continue;
    if (value instanceof Date) {
      const [day = "", time = ""] = wallClock(value);
      Object.assign(values, { [input.id]: day, [input.id.replace(/^day:/, "time:")]: time });
    } else if (input.type === "Input.ChoiceSet") {
      const choice = input.choices.find(({ title }) => title.startsWith(String(value)));
      if (choice === undefined)
        throw new Error(`no ${String(value)} among ${input.choices.map(({ title }) => title).join(", ")}`);
      values[input.id] = choice.value;
    } else {
      values[input.id] = String(value);
    }
  }
  return values;
}

/** The day and the time that a clock in Chicago shows. */
function wallClock(at: Date): string[] {
  return at.toLocaleString("sv-SE", { timeZone: "America/Chicago" }).slice(0, 16).split(" ");
}

/** The title of the button that sends a form. */
function submitOf(card: object): string {
  const titles = titlesIn(card);
  const [first] = titles.filter((title) => !NO_SUBMIT.has(title));
  if (first === undefined) throw new Error(`nothing sends this form: ${titles.join(", ")}`);
  return first;
}

const NO_SUBMIT = new Set(["Show what is promised", "Cancel", "Open as a dialog"]);

function titlesIn(card: unknown): string[] {
  if (Array.isArray(card)) return card.flatMap(titlesIn);
  if (typeof card !== "object" || card === null) return [];
  const one = card as Record<string, unknown>;
  const own = String(one["type"]).startsWith("Action.") ? [String(one["title"])] : [];
  return [
    ...own,
    ...Object.entries(one).flatMap(([key, value]) => (key === "fallback" ? [] : titlesIn(value))),
  ];
}
