// What becomes of a form that somebody sends, asks to see anew or cancels: what was typed is kept until the desk has taken it.
import { isRosterForm, type Form, type FormValues } from "../../core/form.ts";
import type { Deed, Door, Intent, Reply } from "../../desk/door.ts";
import type { Log } from "../../desk/ports.ts";
import { sentence, troubleWords, within } from "../trouble.ts";
import { keyOf, placeOf, type Activity, type Pressed } from "./activities.ts";
import type { Card } from "./cards.ts";
import { renderCard, type Setting } from "./render.ts";
import { InvalidInstant, readFormValues, renderForm, type Draft } from "./render-form.ts";
import { messageOf, PRESS_AGAIN, type Decide } from "./replies.ts";

/**
 * What became of a form: another look of it, or an end with a reply; and the card that says so. Without a card, the form
 * cannot be drawn now: it stays as it stands, with what was typed.
 */
export type Outcome =
  | { form: Form; reply: null; card: Card }
  | { form: null; reply: Reply; card: Card }
  | { form: null; reply: Reply; card: null };

/** Something done with a form. */
export type Filled = Extract<Pressed, { draft: Draft }>;

/** Does what somebody pressed on a form, with what its fields hold. */
export type Fill = (
  activity: Activity,
  who: string,
  pressed: Filled,
  inputs: Readonly<Record<string, unknown>>,
) => Promise<Outcome>;

const CANCELLED = "Nothing was changed.";

/** Binds the forms to a desk. */
export function teamsForms({
  door,
  decide,
  flat,
  log,
  storeWithinMs,
}: {
  door: Door;
  decide: Decide;
  flat: Setting;
  log: Log;
  storeWithinMs: number;
}): Fill {
  async function filled(
    activity: Activity,
    who: string,
    pressed: Filled,
    inputs: Readonly<Record<string, unknown>>,
  ): Promise<Outcome> {
    const { draft } = pressed;
    const { name, carry } = draft;
    const { values, fault } = valuesIn(inputs, draft.zone);
    const ended = async (reply: Reply): Promise<Outcome> => ({
      form: null,
      reply,
      card: draft.stand === "in place" ? await ticketCard(activity, who, carry.ticket, reply) : cardOf(reply),
    });
    /** The same form with what was typed, and sentences above what is wrong. */
    const again = async (faults: Readonly<Record<string, string>>): Promise<Outcome> => {
      const redrawn = await decide(() => drawn(who, draft, values), PRESS_AGAIN);
      if (redrawn.kind !== "form") return { form: null, reply: redrawn, card: null };
      return { form: redrawn.form, reply: null, card: renderForm(redrawn.form, draft, { values, faults }) };
    };
    if (pressed.do === "cancel") return ended({ kind: "say", message: sentence(CANCELLED, "plain") });
    if (pressed.do === "submit" && fault === null) {
      const intent: Intent = {
        key: `teams:form:${draft.id}:${who}`,
        who,
        place: carry.place,
        do: { kind: "submit", form: name, carry, values },
      };
      const reply = await received(intent);
      if (reply.kind === "form")
        return { form: reply.form, reply: null, card: renderForm(reply.form, draft) };
      if (reply.kind !== "faults") return ended(reply);
      return again(reply.faults);
    }
    return again(fault === null ? {} : { [fault.field]: fault.message });
  }

  /** A form from memory where that is possible; the form of an act reads the ticket. */
  async function drawn(who: string, { name, carry }: Draft, values: FormValues): Promise<Reply> {
    if (name === "file") return door.filingForm({ who, place: carry.place, title: "", values });
    if (name === "settings")
      return door.formFor({ who, place: carry.place, do: { kind: "words", text: name } });
    const deed: Deed & { kind: "words" | "act" } = isRosterForm(name)
      ? { kind: "words", command: "oncall", text: name }
      : { kind: "act", act: name, ticket: carry.ticket ?? "" };
    return door.formFor({ who, place: carry.place, do: deed });
  }

  /** The ticket as it stands now, with a sentence above; the sentence alone where it cannot be shown. */
  async function ticketCard(
    activity: Activity,
    who: string,
    ticket: string | null,
    reply: Reply,
  ): Promise<Card> {
    const said = messageOf(reply);
    if (ticket === null || said.kind !== "line") return cardOf(reply);
    const show: Deed = { kind: "act", act: "show", ticket };
    const intent = { key: `${keyOf(activity)}:show`, who, place: placeOf(activity), do: show };
    const shown = await decide(() => door.receive(intent), PRESS_AGAIN);
    const message = messageOf(shown);
    if (message.kind !== "card" && message.kind !== "receipt") return cardOf(reply);
    return renderCard(message, flat, { above: said });
  }

  /** The desk's reply to a form; trouble is a fault of the form as a whole, so that it stays open. */
  async function received(intent: Intent): Promise<Reply> {
    try {
      return await within(door.receive(intent), storeWithinMs);
    } catch (error) {
      log.error({ err: error, intent: intent.key }, "a form could not be handled");
      return { kind: "faults", faults: { "": troubleWords(error, PRESS_AGAIN) } };
    }
  }

  function cardOf(reply: Reply): Card {
    return renderCard(messageOf(reply), flat);
  }

  return filled;
}

/** What was typed, and the day and time that are no instant, if there are such. */
function valuesIn(
  inputs: Readonly<Record<string, unknown>>,
  zone: string,
): { values: FormValues; fault: InvalidInstant | null } {
  try {
    return { values: readFormValues(inputs, zone), fault: null };
  } catch (error) {
    if (!(error instanceof InvalidInstant)) throw error;
    const others = Object.entries(inputs).filter(([id]) => !id.endsWith(`:${error.field}`));
    return { values: valuesIn(Object.fromEntries(others), zone).values, fault: error };
  }
}
