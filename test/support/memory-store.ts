// A store in memory, for tests that file thousands of tickets: it passes the same contract as both databases
// (test/store/store.test.ts, outbox.test.ts), and answers in microseconds.
//
// Transactions run one after the other, each on a copy of all rows that takes their place when it commits. Rows themselves
// are never changed in place. Several stores may be opened on one memory, as replicas are on one database.
import { keptReferences } from "./kept-references.ts";
import { AsyncLocalStorage } from "node:async_hooks";
import { DeskError } from "../../src/core/errors.ts";
import type { Store, Tx } from "../../src/desk/ports.ts";
import type { StoreOptions } from "../../src/store/open.ts";
import { claim, extend, isHeld, nextDueMs, settle, wantedNow } from "./memory-outbox.ts";
import {
  copyOf,
  counted,
  earliestChore,
  earliestWakeAt,
  noRows,
  storedAs,
  txOn,
  type Rows,
  type Spoilt,
} from "./memory-tx.ts";

/** A place for rows, on which stores are opened. */
export interface MemoryDatabase {
  open(options?: Partial<Omit<StoreOptions, "place">>): Promise<Store>;
  /** What is committed, for those who check it. */
  rows(): Readonly<Rows>;
  /** Closes the stores and removes all rows. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** An empty memory. */
export function memoryDatabase(): MemoryDatabase {
  let rows = noRows();
  let attempts = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const listeners = new Set<() => void>();
  const references = keptReferences();
  const closing = new Set<() => void>();

  /** One after the other: nobody sees what another has not finished. */
  function inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const open = { isOpen: true };
    const mine = turn.then(() => transactions.run(open, work)).finally(() => (open.isOpen = false));
    turn = mine.catch(() => undefined);
    return mine;
  }

  async function transaction<T>(
    machineNow: () => Date,
    work: (tx: Tx, draft: Rows) => Promise<T>,
  ): Promise<T> {
    let hasChanged = false;
    const result = await inTurn(async () => {
      const draft = copyOf(rows);
      const spoilt: Spoilt = { by: null };
      const result = await work(
        txOn(draft, machineNow, spoilt, () => (hasChanged = true)),
        draft,
      );
      if (spoilt.by !== null) throw spoilt.by;
      rows = draft;
      return result;
    });
    if (hasChanged) tell();
    return result;
  }

  function tell(): void {
    for (const listener of listeners) listener();
  }

  function open({
    machineNow = () => new Date(),
    pace = () => 0,
  }: Parameters<MemoryDatabase["open"]>[0] = {}): Store {
    let isClosed = false;
    closing.add(() => (isClosed = true));
    const entering = <T>(enter: () => Promise<T>): Promise<T> => {
      if (isClosed) return Promise.reject(new DeskError("unavailable", "This store is closed."));
      if (transactions.getStore()?.isOpen === true)
        return Promise.reject(new Error("A transaction is open already: use its tx, not the store."));
      return enter();
    };
    const looking = <T>(look: () => T): Promise<T> => entering(() => inTurn(look));
    return {
      transaction: (work) => entering(() => transaction(machineNow, work)),
      accept: (accepted) =>
        entering(() =>
          transaction(machineNow, (_, draft) => {
            if (!draft.accepted.has(accepted.key)) draft.accepted.set(accepted.key, storedAs(accepted));
            return Promise.resolve();
          }),
        ),
      nextWakeAt: () =>
        looking(() => ({ ticket: earliestWakeAt(rows), chore: earliestChore(rows), databaseNow: null })),
      outbox: {
        claim: (now, leaseMs, limit, which) =>
          looking(() => claim(rows, now.getTime(), leaseMs, { limit, which }, () => (attempts += 1))),
        extend: (deliveries, now, leaseMs) =>
          looking(() => {
            const attempts = deliveries.map(({ attempt }) => attempt);
            extend(rows, attempts, now.getTime() + leaseMs);
          }),
        wantedNow: (delivery) => looking(() => wantedNow(rows, delivery)),
        record: (delivery, outcome, now, also) =>
          entering(async () => {
            const isRecorded = await transaction(machineNow, async (tx, draft) => {
              if (!isHeld(draft, delivery)) return false;
              await also?.(tx);
              const pauseMs = pace(delivery.place, delivery.urgency);
              settle(draft, delivery, storedAs(outcome), now.getTime(), pauseMs);
              return true;
            });
            if (isRecorded) tell();
            return isRecorded;
          }),
        nextAt: () =>
          looking(() => {
            const dueMs = nextDueMs(rows);
            return dueMs === null ? null : new Date(dueMs);
          }),
      },
      references,
      onCommit(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      databaseNow: () => looking(() => null),
      tryToWrite: () => looking(() => undefined),
      pulse: () => looking(() => ({ oldestWakeAt: earliestWakeAt(rows), migrated: true })),
      census: () =>
        looking(() => ({
          ticketsByStatus: counted([...rows.tickets.values()].map(({ index }) => index.status)),
          outboxByState: counted([...rows.outbox.values()].map(({ state }) => state)),
          oldestWakeAt: earliestWakeAt(rows),
          acceptedWaiting: rows.accepted.size,
          pagesUnsent: [...rows.outbox.values()].filter(
            ({ urgency, dueMs }) => urgency === "page" && dueMs !== null,
          ).length,
          migrated: true,
        })),
      close: async () => {
        isClosed = true;
        await turn;
      },
    };
  }

  const close = async () => {
    for (const closeOne of closing) closeOne();
    closing.clear();
    listeners.clear();
    await turn;
  };
  return {
    open: (options) => Promise.resolve(open(options)),
    rows: () => rows,
    clear: async () => {
      await close();
      rows = noRows();
    },
    close,
  };
}

const transactions = new AsyncLocalStorage<{ isOpen: boolean }>();
