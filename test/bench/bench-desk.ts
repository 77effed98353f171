// The desk that benches measure at: three hundred customers, each with a channel and with somebody of its own on call, so that
// no storm folds their pages into one. Its tickets are filed by Belfry itself, and copied as often as is wanted.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import postgres from "postgres";
import { slackPlatform } from "../../src/chat/slack/send.ts";
import { loadDesk, readDesk } from "../../src/cli/load-desk.ts";
import { applyFile } from "../../src/desk/apply-file.ts";
import { CHORES, tickChore } from "../../src/desk/chores.ts";
import type { Deed } from "../../src/desk/door.ts";
import { openDoor } from "../../src/desk/inbox.ts";
import { startOutbox } from "../../src/desk/outbox.ts";
import { openStore } from "../../src/store/open.ts";
import { times } from "../support/tick.ts";
import { multiply } from "./copies.ts";
import type { LocalSlack } from "./local-slack.ts";

/** How many customers there are, and so channels and people on call. */
export const CUSTOMERS = 300;
/** The Slack ids of the contact of all customers, and of somebody in support who is not on call. */
export const CONTACT = "U0CONTACT";
/** A contact of one customer, as most are. */
export const ASKER = "U0ASKER";
export const SUPPORTER = "U0SUPPORT";
/** Where the cards stand. */
export const SUPPORT_CHANNEL = "C0SUPPORT";
/** How long after its first page an urgent ticket pages again. */
export const PAGES_AGAIN_MS = 5 * 60_000;

/** A customer's key, its channel, and the direct messages of whoever is on call for it; customers count from 1. */
export const keyOf = (customer: number): string => `K${customer}`;
export const channelOf = (customer: number): string => `C0K${customer}`;
export const directOf = (customer: number): string => `D0ONCALL${customer}`;

/** A ticket to file, and when by the desk's clock. */
export interface Filing {
  customer: number;
  level: "urgent" | "normal";
  at: Date;
}

/** The desk in a database of its own. */
export interface BenchDesk {
  databaseUrl: string;
  sql: postgres.Sql;
  /** Settings for a Belfry on this desk that goes by the name. */
  settings(name: string): Record<string, string>;
  /** Files tickets by the form, and sends the pages that follow from that. */
  fileAll(filings: readonly Filing[]): Promise<void>;
  /** How long it took to file a ticket here, when the desk was laid. */
  filedInMs: number;
  /** Everybody on call acknowledges what rings. */
  acknowledgeAll(): Promise<void>;
  /** Copies tickets that nothing happens to for months, until so many are open. */
  fillTo(tickets: number): Promise<void>;
  close(): Promise<void>;
}

/** Lays the desk into an empty database, with a ticket for each fifth customer. */
export async function layDesk(databaseUrl: string, slack: LocalSlack): Promise<BenchDesk> {
  const folder = mkdtempSync(join(tmpdir(), "belfry-bench-"));
  const file = join(folder, "desk.yaml");
  writeFileSync(file, deskFile());
  writeFileSync(join(folder, "policy.yaml"), POLICY);
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined, fetch_types: false });

  /** Lets Belfry do some deeds in this process. What `waiting` counts has left when this resolves; all else may still wait. */
  async function act(deeds: readonly Act[], waiting = pagesWaiting): Promise<void> {
    const machineNow = () => new Date();
    const log = pino({ level: "silent" });
    const store = await openStore({ place: { databaseUrl }, machineNow, log, pace: () => 0 });
    await applyFile(store, await loadDesk(await readDesk(file)), machineNow());
    const { SLACK_API_URL: apiUrl, SLACK_BOT_TOKEN: token = "" } = slack.settings("acts");
    const platform = slackPlatform({ token, apiUrl, machineNow });
    const platforms = new Map([[platform.name, platform]]);
    const observe = { recorded: () => undefined };
    const outbox = startOutbox({ store, platforms, now: machineNow, machineNow, log, observe });
    const left = [...deeds.entries()];
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        let now = machineNow();
        const door = await openDoor({ store, now: () => now, log });
        for (let next = left.shift(); next !== undefined; next = left.shift()) {
          const [nr, { who, what, at }] = next;
          now = at;
          const key = `bench:${performance.timeOrigin + performance.now()}:${nr}`;
          const reply = await door.receive({ key, who: `slack:${who}`, place: null, do: what });
          if (reply.kind !== "say") throw new Error(`It was refused: ${JSON.stringify(reply)}`);
        }
        await door.close();
      }),
    );
    const fail = (name: string, cause: unknown): never => {
      throw new Error(`The chore ${name} failed.`, { cause });
    };
    await times(() => tickChore(store, machineNow(), fail), CHORES.length);
    while ((await waiting(sql)) > 0) await pause(50);
    await outbox.stop(1_000);
    await store.close();
  }

  const fileAll: BenchDesk["fileAll"] = (filings) =>
    act(
      filings.map(({ customer, level, at }) => {
        const carry = { ticket: null, place: null };
        const what = { kind: "submit", form: "file", carry, values: filled(customer, level) } as const;
        return { who: CONTACT, what, at };
      }),
    );

  const filings = quietFilings();
  const began = performance.now();
  await fileAll(filings);
  const filedInMs = (performance.now() - began) / filings.length;
  await act([], unsent);
  return {
    databaseUrl,
    sql,
    settings: (name) => ({
      ...slack.settings(name),
      DATABASE_URL: databaseUrl,
      BELFRY_DATA_DIR: folder,
      BELFRY_FILE: file,
      LOG_LEVEL: "warn",
    }),
    fileAll,
    filedInMs,
    async acknowledgeAll() {
      const ringing = await sql.unsafe("select distinct substr(customer, 2) as nr from tickets where rings");
      const what = { kind: "acknowledge-all", place: null } as const;
      await act(ringing.map(({ nr }) => ({ who: `U0ONCALL${String(nr)}`, what, at: new Date() })));
    },
    async fillTo(tickets) {
      await multiply(sql, tickets - (await openTickets(sql)));
    },
    close: async () => {
      await sql.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What somebody does, and when by the desk's clock. */
interface Act {
  who: string;
  what: Deed;
  at: Date;
}

/** How many act at once. */
const AT_ONCE = 4;

/** One for each of some customers, whose first reminder is due in half a year. */
function quietFilings(): Filing[] {
  const now = Date.now();
  const filings = customers((customer): Filing => {
    return { customer, level: "normal", at: new Date(now - customer * 1_000) };
  });
  return filings.filter((_, index) => index % 5 === 0);
}

async function openTickets(sql: postgres.Sql): Promise<number> {
  const [row] = await sql.unsafe("select count(*)::int as tickets from tickets where status <> 'closed'");
  return Number(row?.["tickets"] ?? 0);
}

async function unsent(sql: postgres.Sql): Promise<number> {
  const [row] = await sql.unsafe(
    "select count(*)::int as rows from outbox where state in ('waiting', 'claimed')",
  );
  return Number(row?.["rows"] ?? 0);
}

async function pagesWaiting(sql: postgres.Sql): Promise<number> {
  const [row] = await sql.unsafe(
    "select count(*)::int as pages from outbox where urgency = 'page' and due_at is not null",
  );
  return Number(row?.["pages"] ?? 0);
}

function filled(customer: number, level: Filing["level"]) {
  const body = "Since noon every job stays in the queue, and a restart did not help. ".repeat(6);
  return { customer: keyOf(customer), title: `Line ${customer} prints nothing`, body, level };
}

/** Makes one for each customer. */
export function customers<T>(make: (customer: number) => T): T[] {
  return Array.from({ length: CUSTOMERS }, (_, index) => make(index + 1));
}

function deskFile(): string {
  const each = (line: (customer: number) => string): string => customers(line).join("\n");
  return `
people:
  - { id: contact, name: Carl Reyes, slack: ${CONTACT}, timezone: Etc/UTC }
  - { id: asker, name: Nora Blake, slack: ${ASKER}, timezone: Etc/UTC }
  - { id: support, name: Leo Brandt, slack: ${SUPPORTER}, timezone: Etc/UTC, support: true }
${each((nr) => `  - { id: p${nr}, name: Person ${nr}, slack: U0ONCALL${nr}, timezone: Etc/UTC, support: true }`)}
customers:
${each((nr) => `  - { key: ${keyOf(nr)}, name: Customer ${nr}, policy: bench, timezone: Etc/UTC, channel: ${channelOf(nr)}, contacts: [${nr === 1 ? "contact, asker" : "contact"}], ladder: l${nr} }`)}
channels: { support: ${SUPPORT_CHANNEL}, on-call: C0ONCALL }
rotations:
${each((nr) => `  - { id: r${nr}, timezone: Etc/UTC, handover: mon 09:00, from: 2026-01-05, people: [p${nr}] }`)}
ladders:
${each((nr) => `  - { id: l${nr}, rotation: r${nr}, rounds: 9, steps: [{ page: primary, wait: 5m }] }`)}
policies: [policy.yaml]
`;
}

const POLICY = `
id: bench
name: Bench
version: "1"
effective: 2020-01-01
calendars:
  always: { timezone: Etc/UTC, hours: always }
levels:
  - id: urgent
    name: Urgent
    means: It is on fire.
    page: { when: always }
    targets: [{ kind: response, within: 300d, calendar: always }]
  - id: normal
    name: Normal
    means: It can wait.
    targets: [{ kind: response, within: 300d, calendar: always }]
remind: [50%, 100%]
`;
