// Counts what operators want to see, for Prometheus: how fast we answer and send, what waits, what platforms refuse.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { What } from "./core/ticket.ts";
import type { Store } from "./desk/ports.ts";

/** The numbers of this process, and at each look those of the database. */
export interface Metrics {
  /** Somebody acted, and got an answer `ms` later. */
  replied(deed: string, ms: number): void;
  /** A message stands where it should, `ms` after it was due. */
  sent(urgency: string, ms: number): void;
  /** A platform did not take a message; `code` is its own word for it, such as "ratelimited". */
  refused(platform: string, code: string): void;
  /** A target was missed. */
  breached(level: string): void;
  /** All numbers, in Prometheus' text format. Where the database does not answer, its numbers are left out. */
  page(): Promise<{ contentType: string; text: string }>;
}

/** Starts counting. */
export function openMetrics(
  { census, tryToWrite }: Pick<Store, "census" | "tryToWrite">,
  shutOuts: () => readonly { platform: string }[] = () => [],
): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });

  const acknowledgement = new Histogram({
    name: "belfry_acknowledgement_seconds",
    help: "From something coming in to the answer to whoever did it; Slack gives 3 s.",
    labelNames: ["deed"],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5],
    registers,
  });
  const dueToSent = new Histogram({
    name: "belfry_due_to_sent_seconds",
    help: "From the instant at which a message was due to the platform taking it.",
    labelNames: ["urgency"],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800],
    registers,
  });
  const refusals = new Counter({
    name: "belfry_platform_refusals_total",
    help: "Messages that a platform did not take, by its own code.",
    labelNames: ["platform", "code"],
    registers,
  });
  const breaches = new Counter({
    name: "belfry_breaches_total",
    help: "Targets that were missed since this process started, by level.",
    labelNames: ["level"],
    registers,
  });
  const tickets = new Gauge({
    name: "belfry_tickets",
    help: "Tickets by status.",
    labelNames: ["status"],
    registers,
  });
  const outbox = new Gauge({
    name: "belfry_outbox",
    help: "Messages by state of their sending.",
    labelNames: ["state"],
    registers,
  });
  const databaseUp = new Gauge({
    name: "belfry_database_up",
    help: "1 where the database answers, else 0.",
    registers,
  });

  const databaseWrites = new Gauge({
    name: "belfry_database_writable",
    help: "1 where the database takes what is written, else 0: its disk may be full.",
    registers,
  });
  const pagesUnsent = new Gauge({
    name: "belfry_pages_unsent",
    help: "Pages that are due or on their way; above 0 for longer than a minute, people are not reached.",
    registers,
  });
  const acceptedWaiting = new Gauge({
    name: "belfry_presses_waiting",
    help: "Presses of buttons that are stored and answered, and not carried out yet.",
    registers,
  });
  const platformShutOut = new Gauge({
    name: "belfry_platform_shut_out",
    help: "1 for a platform that takes nothing from Belfry any more: its token was revoked or the app removed.",
    labelNames: ["platform"],
    registers,
  });

  return {
    replied: (deed, ms) => acknowledgement.observe({ deed }, ms / 1_000),
    sent: (urgency, ms) => dueToSent.observe({ urgency }, Math.max(0, ms) / 1_000),
    refused: (platform, code) => refusals.inc({ platform, code }),
    breached: (level) => breaches.inc({ level }),
    page: async () => {
      tickets.reset();
      outbox.reset();
      const counted = await census().catch(() => null);
      databaseUp.set(counted === null ? 0 : 1);
      const isWritable = await tryToWrite().then(
        () => true,
        () => false,
      );
      databaseWrites.set(isWritable ? 1 : 0);
      platformShutOut.reset();
      for (const { platform } of shutOuts()) platformShutOut.set({ platform }, 1);
      if (counted !== null) {
        pagesUnsent.set(counted.pagesUnsent);
        acceptedWaiting.set(counted.acceptedWaiting);
      }
      for (const [status, count] of Object.entries(counted?.ticketsByStatus ?? {}))
        tickets.set({ status }, count);
      for (const [state, count] of Object.entries(counted?.outboxByState ?? {})) outbox.set({ state }, count);
      return { contentType: register.contentType, text: await register.metrics() };
    },
  };
}

/** The store, counting each breach that is written down through it, once that is committed. */
export function countingBreaches(store: Store, metrics: Metrics): Store {
  return {
    ...store,
    transaction: async (work, forWhom) => {
      let levels: string[] = [];
      const result = await store.transaction((tx) => {
        levels = [];
        const saveTicket: typeof tx.saveTicket = (ticket, index, events) => {
          levels.push(...events.filter(({ what }) => isBreach(what)).map(() => ticket.level));
          return tx.saveTicket(ticket, index, events);
        };
        return work({ ...tx, saveTicket });
      }, forWhom);
      for (const level of levels) metrics.breached(level);
      return result;
    },
  };
}

/** The reminder at the limit itself; where it came late, it is folded into a later one. */
function isBreach(what: What): boolean {
  return what.kind === "reminded" && [what.mark, ...what.folded].includes("100%");
}
