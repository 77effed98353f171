// Pages to PagerDuty by its Events API v2: one alert for each page, triggered, acknowledged and resolved with it.
//
// PagerDuty knows an event's alert by its dedup_key, so a repeat changes nothing there; what it does not know, it lets
// nobody acknowledge or resolve, and says nothing of it. Who acknowledges in PagerDuty alone is not heard here.
import { createHash } from "node:crypto";
import type { PageMessage } from "../../core/message.ts";
import type { ChatPlatform } from "../../desk/ports.ts";
import { wordsOf } from "./page-text.ts";
import { sendJson, type Bounds } from "./send-json.ts";
import { pageKey, platformOf, type SettingsOf, type Telling } from "./way.ts";

/** Where events go, and the integration key of the service there. */
export interface PagerDutySettings {
  /** Null: the service region of the United States. */
  url: string | null;
  routingKey: string;
}

/** All PagerDuty services of a desk: their addresses are "pagerduty:ID". */
export function pagerDutyWay(settingsOf: SettingsOf<PagerDutySettings>, bounds: Bounds): ChatPlatform {
  return platformOf({
    name: "pagerduty",
    repeats: "repeat it",
    tell: async (telling, signal) => {
      const settings = await settingsOf(telling.place);
      if ("lacks" in settings) return { is: "failed", why: settings.lacks };
      const body = JSON.stringify({ routing_key: settings.routingKey, ...eventOf(telling) });
      return sendJson({ url: settings.url ?? ENQUEUE_URL, body, refusal }, bounds, signal);
    },
  });
}

/** https://developer.pagerduty.com/docs/send-alert-event */
const ENQUEUE_URL = "https://events.pagerduty.com/v2/enqueue";
const SUMMARY_LENGTH = 1_024;
const DEDUP_KEY_LENGTH = 255;

function eventOf({ key, page }: Telling) {
  const event = { event_action: actionFor(page.state), dedup_key: dedupKeyOf(key) };
  if (event.event_action !== "trigger") return event;
  const { headline, state, facts, promises, standing } = wordsOf(page);
  const details = Object.fromEntries([
    ...facts.map(({ label, value }) => [label, value] as const),
    ...promises.map(({ label, words }) => [label, words] as const),
    ["Page", [state, ...standing].join("\n")] as const,
  ]);
  return {
    ...event,
    client: "Belfry",
    payload: {
      summary: Array.from(headline).slice(0, SUMMARY_LENGTH).join(""),
      source: "Belfry",
      severity: "critical",
      custom_details: details,
    },
  };
}

/** A page that nobody answered stays an alert there, and is one even if PagerDuty hears of it only now. */
function actionFor(state: PageMessage["state"]): "trigger" | "acknowledge" | "resolve" {
  switch (state) {
    case "ringing":
    case "unanswered":
      return "trigger";
    case "acknowledged":
      return "acknowledge";
    case "resolved":
    case "withdrawn":
      return "resolve";
    default:
      return state satisfies never;
  }
}

/** One alert for all steps of a page that come by here, so that a second round does not open a second one. */
function dedupKeyOf(key: string): string {
  const whole = pageKey(key);
  return whole.length <= DEDUP_KEY_LENGTH ? whole : createHash("sha256").update(whole).digest("hex");
}

function refusal(status: number, said: string): string {
  const remedy = "look whether its integration key is that of an Events API v2 integration";
  return `PagerDuty refuses the event; ${remedy}${status === 400 && said !== "" ? ` (${said.slice(0, 300)})` : ""}.`;
}
