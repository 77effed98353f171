// Pages to a webhook: each change of a page is one signed JSON event to an address that the operator chose.
//
//   Belfry-Key: ticket:6f…:page:1:0.2#9c01a7…   the same for a repeat of the same event
//   Belfry-Signature: t=1764266400,v1=5257a8…   HMAC-SHA256 in hex, keyed with the secret, over `${t}.${body}`
//
// The receiver computes v1 over the body's bytes as they came, compares in constant time, refuses a `t` that is more than
// five minutes away, and drops a key that it has seen: an event of unknown fate is sent again under the same key.
import { createHash, createHmac } from "node:crypto";
import type { ChatPlatform } from "../../desk/ports.ts";
import { wordsOf } from "./page-text.ts";
import { sendJson, type Bounds } from "./send-json.ts";
import { pageKey, platformOf, type SettingsOf, type Telling } from "./way.ts";

/** Where a webhook is, and what its events are signed with. */
export interface WebhookSettings {
  url: string;
  secret: string;
}

/** All webhooks of a desk: their addresses are "webhook:ID". */
export function webhookWay(settingsOf: SettingsOf<WebhookSettings>, bounds: Bounds): ChatPlatform {
  return platformOf({
    name: "webhook",
    repeats: "repeat it",
    tell: async (telling, signal) => {
      const settings = await settingsOf(telling.place);
      if ("lacks" in settings) return { is: "failed", why: settings.lacks };
      const { url, secret } = settings;
      const body = eventOf(telling);
      const headers = {
        "Belfry-Key": `${telling.key}#${createHash("sha256").update(body).digest("hex").slice(0, 16)}`,
        "Belfry-Signature": signatureOf(body, secret, bounds.machineNow()),
      };
      return sendJson({ url, headers, body, refusal }, bounds, signal);
    },
  });
}

/** The event as it is sent. Nothing in it differs when it is repeated, so neither does its key. */
function eventOf({ key, page }: Telling): string {
  return JSON.stringify({ event: `page.${page.state}`, page: pageKey(key), ...wordsOf(page) });
}

function signatureOf(body: string, secret: string, now: Date): string {
  const t = Math.floor(now.getTime() / 1_000);
  return `t=${t},v1=${createHmac("sha256", secret).update(`${t}.${body}`).digest("hex")}`;
}

/** The answer itself is not told: a webhook may answer with whatever it was sent. */
function refusal(status: number): string {
  return status === 401 || status === 403
    ? "the webhook does not accept the signature; both sides must have the same secret."
    : "the webhook refuses the event; look there, and at its address in the desk file.";
}
