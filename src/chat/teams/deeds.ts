// What Belfry does about each thing that Teams brings: words, a press on a card, a form, a dialog, a reply in a thread.
//
// What changes state is committed at the desk first and answered then. Whoever acts always gets an answer: an answer that
// throws would leave a person with "something went wrong", so trouble becomes a sentence, and a form keeps what was typed.
// What somebody asks in a channel aloud is answered aloud: by lines, and by the filing form, which shows no more than the
// channel's own customer; a ticket, a list, the form of an act or a line for them alone goes to the person's own chat.
// What they ask there after a slash nobody else sees, and nobody else sees the answer.
import { randomUUID } from "node:crypto";
import { isUnavailable } from "../../core/errors.ts";
import type { Form, FormValues } from "../../core/form.ts";
import type { Button, Message } from "../../core/message.ts";
import type { Deed, Door, Intent, Reply } from "../../desk/door.ts";
import { sentence } from "../trouble.ts";
import {
  commandIn,
  EXECUTED,
  HELP,
  HOME,
  isBot,
  isPersonal,
  isTargeted,
  keyOf,
  personOf,
  placeOf,
  PRESSED,
  saidIntent,
  TASK,
  wordsOf,
  wordsOfMessage,
  zoneOf,
  type Activity,
  type Pressed,
  type Task,
} from "./activities.ts";
import { cardMessage, teamsTell, type TellNeeds } from "./answer.ts";
import { attached, CARD_TYPE, type Card } from "./cards.ts";
import { teamsForms, type Filled } from "./forms.ts";
import { pictureOf } from "./picture.ts";
import { renderCard, renderMessage, summaryOf, type Setting } from "./render.ts";
import { renderForm, type Draft, type Stand } from "./render-form.ts";
import { inTime, messageOf, PRESS_AGAIN } from "./replies.ts";

/** What is answered over HTTP. */
export interface Answer {
  status: number;
  body: object | null;
}

/** One function per kind of thing that Teams brings; each resolves when it is stored and answered. */
export interface Deeds {
  message(activity: Activity): Promise<Answer>;
  invoke(activity: Activity): Promise<Answer>;
  installed(activity: Activity): Promise<Answer>;
}

/** What the deeds need. */
export interface DeedsNeeds extends TellNeeds {
  door: Door;
  /** How long the desk may take before the person reads that it could not be stored. */
  storeWithinMs: number;
  /** Runs work that nobody waits for, until it is done. */
  later: (work: () => Promise<void>) => void;
}

const DONE: Answer = { status: 200, body: null };
const NOBODY = "Teams does not say who you are, so Belfry can do nothing for you here.";
const NOT_OURS = "Belfry cannot read this any more. Please begin anew with “ticket”.";

/** Binds the deeds to a desk and to Teams. */
export function teamsDeeds(needs: DeedsNeeds): Deeds {
  const { door, calls, places, log, later } = needs;
  const { post, alone, inOwnChat, change } = teamsTell(needs);
  const flat: Setting = { ...needs.setting, isFlat: true };
  const decide = inTime(needs);
  const filled = teamsForms({ ...needs, decide, flat });

  async function message(activity: Activity): Promise<Answer> {
    const who = personOf(activity);
    const { text, isMentioned } = wordsOf(activity);
    const isForUs = isMentioned || isPersonal(activity) || isTargeted(activity);
    if (who === null) return isBot(activity) || !isForUs ? DONE : answerHere(activity, sentence(NOBODY));
    const pressed = pressedIn(activity.value);
    if (pressed !== null) return submitted(activity, who, pressed, inputsIn(activity.value));
    const asked = isForUs ? commandIn(text) : null;
    if (asked !== null) return answerWords(activity, await command(activity, who, asked));
    // What nobody else sees is no reply to anybody.
    const said = isTargeted(activity) ? null : saidIntent(activity, who, text);
    if (said !== null) return heard(activity, said, isForUs);
    // Without a mention, and in no thread, people talk with each other.
    return isForUs ? answerWords(activity, await command(activity, who, HELP)) : DONE;
  }

  async function command(activity: Activity, who: string, asked: Deed & { kind: "words" }): Promise<Reply> {
    const place = placeOf(activity);
    const intent = { key: keyOf(activity), who, place, do: asked };
    const isFiling = asked.command === undefined && door.opensFilingForm(asked.text);
    const reply = await decide(
      () =>
        isFiling
          ? Promise.resolve(door.filingForm({ who, place, title: asked.text, values: {} }))
          : formOrReceive(intent, asked),
      "please type it",
    );
    illustrate(reply, who);
    return reply;
  }

  async function heard(activity: Activity, said: Intent, isForUs: boolean): Promise<Answer> {
    const hear = () =>
      patiently(() => door.receive(said)).catch((error: unknown) => neverMind(error, isForUs));
    const reply = await decide(hear, "please write it");
    return reply.kind === "nothing" ? DONE : answerHere(activity, messageOf(reply));
  }

  /** Whose thread it stands in is not known: whoever did not speak to Belfry was most likely talking with others. */
  function neverMind(error: unknown, isForUs: boolean): Reply {
    if (isForUs || !isUnavailable(error)) throw error;
    log.warn({ err: error }, "words in a thread of which nothing is known were not passed on");
    return { kind: "nothing" };
  }

  /** A message may be answered before it is recorded that it stands there: that is known a moment later. */
  async function patiently(work: () => Promise<Reply>): Promise<Reply> {
    for (const pauseMs of HEAR_AGAIN_MS) {
      try {
        return await work();
      } catch (error) {
        if (!isUnavailable(error)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return work();
  }

  /** A press in a client that knows no Action.Execute comes as a message, and is answered by one. */
  async function submitted(
    activity: Activity,
    who: string,
    pressed: Pressed,
    inputs: Readonly<Record<string, unknown>>,
  ): Promise<Answer> {
    if (pressed.do === "act" || pressed.do === "words")
      return answerWords(activity, await acted(activity, who, pressed));
    const outcome = await filled(activity, who, pressed, inputs);
    const isAlone = pressed.draft.stand === "alone";
    if (outcome.reply !== null) return answerWords(activity, outcome.reply, isAlone);
    if (isAlone) await alone(activity, cardMessage(outcome.card));
    else if (typeof activity.replyToId === "string" && pressed.draft.stand === "message")
      await change(activity, activity.replyToId, outcome.card);
    else await post(activity, cardMessage(outcome.card));
    return DONE;
  }

  async function invoke(activity: Activity): Promise<Answer> {
    const who = personOf(activity);
    switch (activity.name) {
      case "adaptiveCard/action":
        return executed(activity, who);
      case "task/fetch":
      case "task/submit":
      case "composeExtension/fetchTask":
      case "composeExtension/submitAction":
        return task(activity, who, activity.name.endsWith("etch") || activity.name.endsWith("fetchTask"));
      case "composeExtension/query": {
        const text = "Belfry has no search. Choose its action to file a ticket.";
        return { status: 200, body: { composeExtension: { type: "message", text } } };
      }
      default:
        return { status: 501, body: {} };
    }
  }

  /** The card that is answered stands for the presser alone, in the place of the one that was pressed. */
  async function executed(activity: Activity, who: string | null): Promise<Answer> {
    const data = EXECUTED.safeParse(activity.value).data?.action.data ?? null;
    const pressed = pressedIn(data);
    if (who === null) return told(NOBODY);
    if (pressed === null) return told(NOT_OURS);
    if (pressed.do === "act" || pressed.do === "words") {
      const reply = await acted(activity, who, pressed);
      if (reply.kind === "form") return shownCard(formCard(activity, reply.form, "in place"));
      if (reply.kind === "say" && reply.message.kind !== "line") {
        const back = pressed.do === "words" || pressed.act === "show" ? null : showButton(pressed.ticket);
        return shownCard(renderCard(reply.message, flat, { back }));
      }
      return told(summaryOf(messageOf(reply), 2_000));
    }
    const outcome = await filled(activity, who, pressed, data ?? {});
    const { stand } = pressed.draft;
    if (outcome.card === null) return told(summaryOf(messageOf(outcome.reply), 2_000));
    const { form, card } = outcome;
    // Everybody else still sees the form, and could send it once more.
    if (
      form === null &&
      pressed.do === "submit" &&
      stand === "message" &&
      typeof activity.replyToId === "string"
    ) {
      const message = activity.replyToId;
      later(() => change(activity, message, card));
    }
    return shownCard(card);
  }

  async function acted(activity: Activity, who: string, pressed: Exclude<Pressed, Filled>): Promise<Reply> {
    if (pressed.do === "words") return command(activity, who, wordsPressed(pressed));
    const { act, ticket } = pressed;
    const about = { key: keyOf(activity), who, place: placeOf(activity) };
    // There the button carries the place whose pages are meant.
    if (act === "acknowledge-all")
      return decide(() => door.receive({ ...about, do: { kind: act, place: ticket } }), PRESS_AGAIN);
    const deed = { kind: "act" as const, act, ticket };
    const reply = await decide(() => formOrReceive({ ...about, do: deed }, deed), PRESS_AGAIN);
    illustrate(reply, who);
    return reply;
  }

  /** "Why this time?" is answered by a picture, too, in the person's own chat. */
  function illustrate(reply: Reply, who: string): void {
    if (reply.kind !== "say" || reply.message.kind !== "proof") return;
    const { message } = reply;
    later(async () => {
      const picture = await pictureOf(message);
      if (picture !== null) await calls.post(await places.chatWith(who), picture);
    });
  }

  async function task(activity: Activity, who: string | null, isFetch: boolean): Promise<Answer> {
    const parsed = TASK.safeParse(activity.value).data;
    const pressed = pressedIn(parsed?.data);
    if (who === null) return dialogSays(NOBODY);
    if (parsed === undefined) return dialogSays(NOT_OURS);
    if (isFetch && pressed === null) return filingDialog(activity, who, parsed);
    if (pressed === null || !("draft" in pressed)) return dialogSays(NOT_OURS);
    const draft = { ...pressed.draft, stand: "dialog" as const };
    const outcome = await filled(activity, who, { ...pressed, draft }, parsed.data ?? {});
    if (outcome.form !== null) return dialog(outcome.form.title, outcome.card);
    return dialogSays(summaryOf(messageOf(outcome.reply), 2_000));
  }

  /** From the message extension, its slash trigger, or a message that shall become a ticket. */
  async function filingDialog(activity: Activity, who: string, asked: Task): Promise<Answer> {
    const { text, link } = wordsOfMessage(asked);
    const place = placeOf(activity);
    const reply = await decide(
      () => Promise.resolve(door.filingForm({ who, place, title: text, values: {} })),
      "please open it",
    );
    if (reply.kind !== "form") return dialogSays(summaryOf(messageOf(reply), 2_000));
    const values: FormValues =
      text === "" && link === null ? {} : { body: [text, link ?? ""].join("\n").trim() };
    return dialog(
      reply.form.title,
      renderForm(reply.form, draftOf(activity, reply.form, "dialog"), { values }),
    );
  }

  async function formOrReceive(intent: Intent, deed: Deed & { kind: "words" | "act" }): Promise<Reply> {
    const needed = await door.formFor({ who: intent.who, place: intent.place, do: deed });
    return needed.kind === "nothing" ? door.receive(intent) : needed;
  }

  function formCard(activity: Activity, form: Form, stand: Stand): Card {
    return renderForm(form, draftOf(activity, form, stand));
  }

  async function answerWords(
    activity: Activity,
    reply: Reply,
    isAlone = isTargeted(activity),
  ): Promise<Answer> {
    if (reply.kind === "nothing") return DONE;
    if (reply.kind !== "form") return answerHere(activity, messageOf(reply), isAlone);
    const form = cardMessage(formCard(activity, reply.form, isAlone ? "alone" : "message"));
    if (isAlone) await alone(activity, form);
    else if (isPersonal(activity) || reply.form.name === "file") await post(activity, form);
    else await inOwnChat(activity, form);
    return DONE;
  }

  /** Where it was asked; what may not be seen by everybody there is shown to the person alone. */
  async function answerHere(
    activity: Activity,
    message: Message,
    isAlone = isTargeted(activity),
  ): Promise<Answer> {
    const drawnMessage = renderMessage(message, isPersonal(activity) ? flat : needs.setting);
    if (isAlone) await alone(activity, drawnMessage);
    else if (isPersonal(activity) || isForAll(message)) await post(activity, drawnMessage);
    else await inOwnChat(activity, drawnMessage);
    return DONE;
  }

  async function installed(activity: Activity): Promise<Answer> {
    const who = personOf(activity);
    if (who === null || !isPersonal(activity) || activity.type !== "installationUpdate") return DONE;
    await answerWords(activity, await command(activity, who, HELP));
    const home = await command(activity, who, HOME);
    // Whoever has no home here has read why in the answer before.
    return home.kind === "say" && home.message.kind === "list" ? answerWords(activity, home) : DONE;
  }

  return { message, invoke, installed };
}

/** Teams gives a bot some 15 s for a message. */
const HEAR_AGAIN_MS = [200, 500, 1_000];

/** What everybody may read where it was asked. */
function isForAll(message: Message): boolean {
  return message.kind === "line" && message.isPrivate !== true;
}

function draftOf(activity: Activity, form: Form, stand: Stand): Draft {
  return { id: randomUUID(), name: form.name, carry: form.carry, stand, zone: zoneOf(activity) };
}

function pressedIn(value: unknown): Pressed | null {
  return PRESSED.safeParse(value).data?.belfry ?? null;
}

function inputsIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** Words that a button stands for: after "ticket", unless it names another command. */
function wordsPressed({ command, words }: Extract<Pressed, { do: "words" }>): Deed & { kind: "words" } {
  return { kind: "words", text: words, ...(command === undefined ? {} : { command }) };
}

function showButton(ticket: string): Button {
  return { act: "show", label: "Back to the ticket", ticket, style: "plain" };
}

function shownCard(card: Card): Answer {
  return { status: 200, body: { statusCode: 200, type: CARD_TYPE, value: card } };
}

function told(words: string): Answer {
  const type = "application/vnd.microsoft.activity.message";
  return { status: 200, body: { statusCode: 200, type, value: words } };
}

function dialog(title: string, card: Card): Answer {
  const value = { title, width: "medium", height: "large", card: attached(card) };
  return { status: 200, body: { task: { type: "continue", value } } };
}

function dialogSays(words: string): Answer {
  return { status: 200, body: { task: { type: "message", value: words } } };
}
