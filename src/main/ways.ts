// Opens the ways out beside chat, and refuses to run with one whose secret or mail server is not set: a page that cannot
// go out is no page.
import { mailWay } from "../chat/ways/mail.ts";
import { pagerDutyWay } from "../chat/ways/pagerduty.ts";
import { webhookWay } from "../chat/ways/webhook.ts";
import type { Clock } from "../clocks.ts";
import type { Config } from "../config.ts";
import type { Directory, Way } from "../core/directory.ts";
import { DeskError } from "../core/errors.ts";
import type { ChatPlatform, Store } from "../desk/ports.ts";

/** All ways of sending that the settings allow. Which of them lead where, the desk file in force says at each sending. */
export function openWays(
  store: Pick<Store, "transaction">,
  { environment, mail }: Pick<Config, "environment" | "mail">,
  machineNow: Clock,
): ChatPlatform[] {
  const settingsOf = async (place: string): Promise<{ way: Way; secret: string } | { lacks: string }> => {
    const { directory } = await store.transaction((tx) => tx.directory(), "desk");
    const way = directory.ways?.find(({ address }) => address === place);
    if (way === undefined) return { lacks: `the desk file in force has no way out ${place}.` };
    const secret = secretOf(way, environment);
    return secret === undefined ? { lacks: lackOf(way) } : { way, secret };
  };
  const bounds = { machineNow };
  return [
    webhookWay(async (place) => {
      const found = await settingsOf(place);
      if ("lacks" in found) return found;
      const { url } = found.way;
      return url === undefined
        ? { lacks: `the desk file in force says not where ${place} is.` }
        : { url, secret: found.secret };
    }, bounds),
    pagerDutyWay(async (place) => {
      const found = await settingsOf(place);
      return "lacks" in found ? found : { url: found.way.url ?? null, routingKey: found.secret };
    }, bounds),
    ...(mail === null ? [] : [mailWay({ ...mail, machineNow })]),
  ];
}

/**
 * Refuses a desk whose ways lack a setting.
 * @throws DeskError "invalid" with a line for each.
 */
export function refuseLackingWays(
  { ways = [] }: Pick<Directory, "ways">,
  { environment, mail }: Pick<Config, "environment" | "mail">,
): void {
  const faults = ways
    .filter((way) => (isMail(way) ? mail === null : secretOf(way, environment) === undefined))
    .map((way) => `${way.id}: ${lackOf(way)}`);
  if (faults.length === 0) return;
  throw new DeskError("invalid", `The desk file has ways out that pages cannot take:\n${faults.join("\n")}`);
}

function isMail({ address }: Way): boolean {
  return address.startsWith("mail:");
}

function secretOf({ secretFrom = "" }: Way, environment: Config["environment"]): string | undefined {
  return environment[secretFrom];
}

function lackOf(way: Way): string {
  return isMail(way)
    ? "SMTP_URL and MAIL_FROM are not set; mail needs both."
    : `${way.secretFrom ?? "its secret"} is not set where Belfry runs.`;
}
