// What Belfry does about each thing that Slack brings: a command, a button, a form, a word in a thread, an opened home tab.
//
// The order is the same everywhere. A form that needs nobody's answer opens at once, for its trigger lives three seconds.
// All else is committed at the desk first and acknowledged to Slack then: a press that asks for no form as soon as it is
// stored, before it is carried out. Where the desk does not answer in time, the person reads a sentence and the form stays
// open with what was typed.
import type { AckFn, RespondArguments, ViewResponseAction } from "@slack/bolt";
import { z } from "zod";
import type { Form } from "../../core/form.ts";
import type { Message } from "../../core/message.ts";
import type { Deed, Door, Ended, Intent, Press as PressIntent, Reply } from "../../desk/door.ts";
import { sentence, troubleWords, within } from "../trouble.ts";
import { slackTell, withButton, type Asker } from "./answer.ts";
import { failureOf, refusalCode, written, type Calls } from "./calls.ts";
import type { Log } from "./log.ts";
import {
  actIntent,
  channelOf,
  COMMAND,
  commandIntent,
  HOME_OPENED,
  MESSAGE,
  person,
  placeOf,
  PRESS,
  pressIntent,
  saidIntent,
  SHORTCUT,
  SUBMISSION,
  submitIntent,
  wordsIntent,
  type Press,
  type SlackView,
} from "./payloads.ts";
import { drawingOf, sendPicture } from "./picture.ts";
import type { Places } from "./places.ts";
import {
  renderHome,
  renderMessage,
  actionId,
  wordsActionId,
  type SlackMessage,
  REOPEN_ACTION,
} from "./render.ts";
import { errorsByBlock, readFormValues, readMemory, renderForm } from "./render-form.ts";
import { linesBlock, literal, plain } from "./words.ts";

/** Answers a command with a message, or a form with errors: what Slack lets an acknowledgement carry. */
type CommandAck = AckFn<string | RespondArguments>;
type FormAck = AckFn<ViewResponseAction>;
type PlainAck = AckFn<void>;

/** One function per thing that Slack brings. Payloads are unread; a payload of another form throws. */
export interface Deeds {
  command(payload: unknown, ack: CommandAck): Promise<void>;
  shortcut(payload: unknown, ack: PlainAck): Promise<void>;
  press(payload: unknown, ack: PlainAck): Promise<void>;
  submission(payload: unknown, ack: FormAck): Promise<void>;
  /** Resolves when it is stored. */
  message(payload: unknown): Promise<void>;
  home(payload: unknown): Promise<void>;
}

/** What the deeds need. */
export interface DeedsNeeds {
  door: Door;
  calls: Calls;
  places: Places;
  log: Log;
  /** How long the desk may take before the person reads that it could not be stored. */
  storeWithinMs: number;
  /** Belfry's own user, once Slack told it. */
  ownUser: () => string | null;
  /** Runs work that nobody waits for, until it is done. */
  later: (work: () => Promise<void>) => void;
}

/** Binds the deeds to a desk and a workspace. */
export function slackDeeds(needs: DeedsNeeds): Deeds {
  const { door, calls, log, later, ownUser } = needs;
  const tell = slackTell(needs);
  const helped = new Set<string>();
  let opening = 0;

  async function command(payload: unknown, ack: CommandAck): Promise<void> {
    const parsed = COMMAND.parse(payload);
    const asker = { user: parsed.user_id, channel: parsed.channel_id, responseUrl: parsed.response_url };
    await words(commandIntent(parsed), {
      user: parsed.user_id,
      trigger: parsed.trigger_id,
      done: () => ack(),
      say: (message) => ack({ response_type: "ephemeral", ...message }),
      tell: (message) => tell(asker, message),
    });
  }

  async function shortcut(payload: unknown, ack: PlainAck): Promise<void> {
    const { user, trigger_id, team } = SHORTCUT.parse(payload);
    const key = `slack:shortcut:${team?.id ?? ""}:${trigger_id}`;
    const turn = turnOf({ user: user.id }, trigger_id, ack);
    await words({ key, who: person(user.id), place: null, do: { kind: "words", text: "" } }, turn);
  }

  async function press(payload: unknown, ack: PlainAck): Promise<void> {
    const parsed = PRESS.parse(payload);
    const [action] = parsed.actions;
    const { thread_ts } = parsed.message ?? parsed.container;
    const asker: Asker = {
      user: parsed.user.id,
      channel: channelOf(parsed),
      thread: thread_ts,
      responseUrl: parsed.response_url,
    };
    const turn = turnOf(asker, parsed.trigger_id, ack);
    if (action?.action_id === REOPEN_ACTION) return words(reopening(parsed, action.value ?? ""), turn);
    const asked = wordsIntent(parsed);
    if (asked !== null) return words(asked, turn);
    const atOnce = pressIntent(parsed);
    if (atOnce !== null) return accept(atOnce, asker, turn);
    const intent = actIntent(parsed);
    if (intent !== null) return act(intent, turn);
    await ack();
    if (parsed.view !== null && parsed.view !== undefined) await redraw(parsed, parsed.view);
  }

  /** Words after a command, or the same from a button. */
  async function words(intent: Intent & { do: Deed & { kind: "words" } }, turn: Turn): Promise<void> {
    const { who, place } = intent;
    const { text, command } = intent.do;
    const action = command === undefined ? REOPEN_ACTION : wordsActionId(command, 1);
    const again = { action, value: text, label: "Open the form" };
    if (command === undefined && door.opensFilingForm(text))
      return show(door.filingForm({ who, place, title: text, values: {} }), turn, again);
    const reply = await decide(() => formOrReceive(intent, intent.do), "please type it");
    await show(reply, turn, again);
  }

  async function act(intent: Intent & { do: Deed & { kind: "act" } }, turn: Turn): Promise<void> {
    const reply = await decide(() => formOrReceive(intent, intent.do), PRESS_AGAIN);
    const again = { action: actionId(intent.do.act, 1), value: intent.do.ticket, label: "Open the form" };
    await show(reply, turn, again);
  }

  /** Stored, then acknowledged to Slack, and carried out after that: `answerPress` hears what became of it. */
  async function accept(intent: PressIntent, asker: Asker, turn: Turn): Promise<void> {
    const trouble = await decide(async () => {
      await door.accept(intent, JSON.stringify(asker));
      return { kind: "nothing" };
    }, PRESS_AGAIN);
    if (trouble.kind === "say") await turn.say(renderMessage(trouble.message, "alone"));
    else await turn.done();
  }

  function answerPress(answerTo: string, ended: Ended): void {
    const message = messageOf(ended);
    if (message === null) return;
    later(() => tell(ASKER.parse(JSON.parse(answerTo)), renderMessage(message, "alone")));
  }

  async function formOrReceive(intent: Intent, deed: Deed & { kind: "words" | "act" }): Promise<Reply> {
    const needed = await door.formFor({ who: intent.who, place: intent.place, do: deed });
    return needed.kind === "nothing" ? door.receive(intent) : needed;
  }

  async function submission(payload: unknown, ack: FormAck): Promise<void> {
    const parsed = SUBMISSION.parse(payload);
    const intent = submitIntent(parsed);
    if (intent === null) return keepOpen(parsed.view, { "": NOT_OURS }, ack);
    const { carry } = intent.do;
    const reply = await received(intent);
    switch (reply.kind) {
      case "faults":
        return keepOpen(parsed.view, reply.faults, ack);
      case "form":
        return ack({ response_action: "update", view: renderForm(reply.form) });
      case "say":
        await ack();
        return tell(
          { user: parsed.user.id, channel: carry.place?.replace(/^slack:/, "") },
          renderMessage(reply.message, "alone"),
        );
      case "nothing":
        return ack();
    }
  }

  /** The desk's reply to a form; trouble is a fault of the form as a whole, so that it stays open. */
  async function received(intent: Intent): Promise<Reply> {
    try {
      return await within(door.receive(intent), needs.storeWithinMs);
    } catch (error) {
      log.error({ err: error, intent: intent.key }, "a form could not be handled");
      return { kind: "faults", faults: { "": troubleWords(error, "press the button") } };
    }
  }

  async function message(payload: unknown): Promise<void> {
    const said = MESSAGE.parse(payload);
    const intent = saidIntent(said, ownUser());
    if (intent === null) return;
    const reply = await door.receive(intent);
    if (reply.kind !== "say" || isHelpedAlready(intent)) return;
    const { channel, user = "", thread_ts } = said.event;
    const words = renderMessage(reply.message, "alone");
    later(() => tell({ user, channel, thread: thread_ts }, words));
  }

  /** A direct message is answered by a lasting post, which a second delivery must not repeat. */
  function isHelpedAlready(intent: Intent): boolean {
    if (intent.do.kind !== "words") return false;
    if (helped.has(intent.key)) return true;
    if (helped.size >= 1_000) helped.clear();
    helped.add(intent.key);
    return false;
  }

  async function home(payload: unknown): Promise<void> {
    const { team_id = "", event_id, event } = HOME_OPENED.parse(payload);
    if (event.tab !== undefined && event.tab !== "home") return;
    const key = `slack:home:${team_id}:${event.user}:${event_id ?? event.event_ts ?? ""}`;
    const reply = await door.receive({ key, who: person(event.user), place: null, do: { kind: "home" } });
    later(async () => {
      await calls().views.publish(written({ user_id: event.user, view: renderHome(reply) }));
    });
  }

  /** The filing form anew, with what was filled in so far. The hash keeps a slow answer from undoing a later one. */
  async function redraw(press: Press, view: SlackView): Promise<void> {
    const memory = readMemory(view.private_metadata);
    if (memory?.name !== "file") return;
    const values = readFormValues(view.state.values);
    const draft = { who: person(press.user.id), place: memory.carry.place, title: "", values };
    const reply = door.filingForm(draft);
    if (reply.kind !== "form") return;
    const hash = view.hash === undefined ? {} : { hash: view.hash };
    try {
      await calls().views.update(written({ view_id: view.id, ...hash, view: renderForm(reply.form) }));
    } catch (error) {
      const level = refusalCode(error) === "hash_conflict" ? "debug" : "warn";
      log[level]({ why: failureOf(error).why }, "a form was not drawn anew");
    }
  }

  /** What the desk decides within the time that Slack leaves; trouble becomes a sentence. */
  async function decide(work: () => Promise<Reply>, again: string): Promise<Reply> {
    try {
      return await within(work(), needs.storeWithinMs);
    } catch (error) {
      log.error({ err: error }, "an act could not be handled");
      return { kind: "say", message: sentence(troubleWords(error, again)) };
    }
  }

  async function show(reply: Reply, turn: Turn, again: Parameters<typeof withButton>[1]): Promise<void> {
    switch (reply.kind) {
      case "form":
        return open(reply.form, turn, again);
      case "say":
        await turn.say(renderMessage(reply.message, "alone"));
        picture(reply.message, turn);
        return;
      case "faults":
        return turn.say(renderMessage(sentence(Object.values(reply.faults).join(" "))));
      case "nothing":
        return turn.done();
    }
  }

  /** Opens a form beside the acknowledgement. A trigger that is over leaves a button that brings a new one. */
  async function open(form: Form, turn: Turn, again: Parameters<typeof withButton>[1]): Promise<void> {
    const instead = withButton(renderMessage(sentence(TOO_LATE)), again);
    // Slack is not answering: one more would wait for longer than its trigger lives, and keep those before it waiting.
    if (opening >= MOST_OPENING) return turn.say(instead);
    opening += 1;
    const signal = AbortSignal.timeout(TRIGGER_LIVES_MS);
    const opened = calls(signal).views.open(written({ trigger_id: turn.trigger, view: renderForm(form) }));
    const [how] = await Promise.allSettled([opened.finally(() => (opening -= 1)), turn.done()]);
    if (how.status === "fulfilled") return;
    log.warn({ form: form.name, why: failureOf(how.reason).why }, "a form could not be opened");
    await turn.tell(instead);
  }

  /** The drawing follows by direct message, which the person alone sees; the lines of the answer say the same. */
  function picture(message: Message, turn: Turn): void {
    const drawing = drawingOf(message);
    if (drawing === null) return;
    later(async () => {
      try {
        await sendPicture(needs, turn.user, drawing);
      } catch (error) {
        log.warn({ why: failureOf(error).why }, "a picture could not be sent");
        await turn.tell(renderMessage(sentence(NO_PICTURE)));
      }
    });
  }

  function turnOf(asker: Asker, trigger: string, ack: PlainAck): Turn {
    return {
      user: asker.user,
      trigger,
      done: () => ack(),
      say: async (message) => {
        await ack();
        await tell(asker, message);
      },
      tell: (message) => tell(asker, message),
    };
  }

  door.answerBy("slack", answerPress);
  return { command, shortcut, press, submission, message, home };
}

/** Who pressed, as it was stored. */
const ASKER = z.object({
  user: z.string(),
  channel: z.string().optional(),
  thread: z.string().optional(),
  responseUrl: z.string().optional(),
}) satisfies z.ZodType<Asker>;

/** What is said of a press that was carried out. */
function messageOf(ended: Ended): Message | null {
  switch (ended.kind) {
    case "say":
      return ended.message;
    case "failed":
      return sentence(troubleWords(ended.error, PRESS_AGAIN));
    case "faults":
      return sentence(Object.values(ended.faults).join(" "));
    case "form":
    case "nothing":
      return null;
    default:
      return ended satisfies never;
  }
}

/** One act of a person, with what can be answered to it. */
interface Turn {
  user: string;
  /** Opens one form, within three seconds. */
  trigger: string;
  /** Tells Slack that it was taken. */
  done: () => Promise<void>;
  /** Tells Slack that it was taken, and the person something. */
  say: (message: SlackMessage) => Promise<void>;
  /** Tells the person something after it was taken. */
  tell: (message: SlackMessage) => Promise<void>;
}

/** How many forms may be on their way to Slack at once. */
const MOST_OPENING = 64;
/** How long after a press Slack opens a form for it (docs.slack.dev, "Modals"). */
const TRIGGER_LIVES_MS = 3_000;

const PRESS_AGAIN = "please press the button";
const NOT_OURS = "Belfry cannot read this form any more. Please close it and open it anew.";
const NO_PICTURE = "The picture could not be sent. The lines above say the same.";
const TOO_LATE = "The form could not be opened in time. Nothing is lost: press the button to open it.";

/** Leaves the form open, with a sentence under each field at fault. */
async function keepOpen(
  view: SlackView,
  faults: Readonly<Record<string, string>>,
  ack: FormAck,
): Promise<void> {
  const errors = errorsByBlock(faults, view.blocks);
  if (errors !== null) return ack({ response_action: "errors", errors });
  // Without a field there is nothing typed to keep, and no place for an error: the sentences take the form's place.
  const sentences = Object.values(faults).map((words) => [literal(words)]);
  const title = plain("Not done", 24);
  await ack({
    response_action: "update",
    view: { type: "modal", title, close: plain("Close", 24), blocks: linesBlock("faults", sentences) },
  });
}

function reopening(press: Press, text: string): Intent & { do: Deed & { kind: "words" } } {
  const [action] = press.actions;
  return {
    key: `slack:reopen:${press.team?.id ?? ""}:${action?.action_ts ?? ""}:${press.user.id}`,
    who: person(press.user.id),
    place: placeOf(channelOf(press)),
    do: { kind: "words", text },
  };
}
