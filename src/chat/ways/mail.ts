// Pages by mail over SMTP: one mail when a page begins, and one in the same thread each time it changes.
//
// A mail can be neither edited nor looked for. One whose fate is unknown is sent again and says so, with the Message-ID of
// the first, by which many mailboxes show it once.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { createTransport } from "nodemailer";
import type { ChatPlatform, Outcome } from "../../desk/ports.ts";
import { lostOrUnreached } from "../network.ts";
import { linesOf, wordsOf } from "./page-text.ts";
import { platformOf, type Telling } from "./way.ts";

/** The mail server, and whom mails come from. */
export interface MailSettings {
  /** smtp://user:password@host:587, or smtps:// for TLS from the first byte. */
  smtpUrl: string;
  from: string;
  /** How long each step of the conversation with the server may take. */
  timeoutMs?: number;
  machineNow: () => Date;
}

/** Mail to anybody: the addresses are "mail:someone@vendor.example". */
export function mailWay(settings: MailSettings): ChatPlatform {
  const { timeoutMs = STEP_TIMEOUT_MS, machineNow } = settings;
  const transport = createTransport(transportOptions(settings.smtpUrl, timeoutMs));
  return platformOf({
    name: "mail",
    repeats: "cannot tell",
    tell: async (telling, signal) => {
      let isUnderWay = false;
      try {
        await transport.sendMail({
          ...mailOf(telling, settings.from),
          text: whenAsked(linesOf(telling.page), () => (isUnderWay = true)),
          signal: AbortSignal.any([signal, AbortSignal.timeout(4 * timeoutMs)]),
        });
        return null;
      } catch (error) {
        return outcomeOf(error, isUnderWay, machineNow());
      }
    },
  });
}

const STEP_TIMEOUT_MS = 10_000;

/** A password goes over no line that is not encrypted, unless it stays on this machine. */
function transportOptions(smtpUrl: string, timeoutMs: number) {
  const { protocol, username, hostname } = new URL(smtpUrl);
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return {
    url: smtpUrl,
    requireTLS: protocol === "smtp:" && username !== "" && !isLocal,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function mailOf({ place, key, page, isFirst }: Telling, from: string) {
  const { headline } = wordsOf(page);
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? "belfry.invalid";
  const idOf = (what: string) =>
    `<${createHash("sha256").update(what).digest("hex").slice(0, 40)}@${domain}>`;
  const first = idOf(key);
  const thread = isFirst
    ? { subject: headline, messageId: first }
    : {
        ...{ subject: `Re: ${headline}`, inReplyTo: first, references: first },
        messageId: idOf(`${key} ${linesOf(page)}`),
      };
  return {
    ...thread,
    from,
    to: { name: "", address: place.slice(place.indexOf(":") + 1) },
    ...(page.state === "ringing" ? { priority: "high" as const } : {}),
    // Keeps answering machines from answering (RFC 3834).
    headers: { "Auto-Submitted": "auto-generated" },
    textEncoding: "quoted-printable" as const,
  };
}

/** A text that tells when it is first read, which is when the server has let us in and the mail is on its way. */
function whenAsked(text: string, tell: () => void): Readable {
  return Readable.from(
    (function* () {
      tell();
      yield Buffer.from(text);
    })(),
  );
}

/** What the server answered decides; without an answer, whether it may have the mail already. */
function outcomeOf(error: unknown, isUnderWay: boolean, now: Date): Exclude<Outcome, { is: "sent" }> {
  const { code, command, responseCode } = errorFields(error);
  if (responseCode !== null) {
    const why = `SMTP ${responseCode}`;
    if (responseCode < 500) return { is: "retry", at: now, why, lane: false };
    return { is: "failed", why: `${why}: ${refusalWords(code, command)}` };
  }
  if (code === "EAUTH") return { is: "failed", why: `EAUTH: ${refusalWords(code, command)}` };
  const { why } = lostOrUnreached(error);
  return isUnderWay ? { is: "unknown", at: now, why } : { is: "retry", at: now, why, lane: false };
}

function refusalWords(code: string | null, command: string | null): string {
  if (code === "EAUTH") return "the mail server does not accept the user and password in SMTP_URL.";
  if (code === "ETLS") return "the mail server offers no encryption, without which no password goes there.";
  if (command === "MAIL FROM") return "the mail server does not accept mail from MAIL_FROM.";
  if (command === "RCPT TO") return "the mail server does not accept mail to this address.";
  return "the mail server does not take the mail.";
}

function errorFields(error: unknown): {
  code: string | null;
  command: string | null;
  responseCode: number | null;
} {
  const { code, command, responseCode } = error as Record<string, unknown>;
  return {
    code: typeof code === "string" ? code : null,
    command: typeof command === "string" ? command : null,
    responseCode: typeof responseCode === "number" && responseCode >= 400 ? responseCode : null,
  };
}
