// The model itself is tried: each of these faults is put between Belfry and its store, and the model has to find it.
import { expect, it } from "vitest";
import type { Store, Tx } from "../../src/desk/ports.ts";
import type { Meddling } from "./page-world.ts";
import { runPageModel } from "./run.ts";

/** A store whose transactions are meddled with. */
function withTx(change: (tx: Tx) => Partial<Tx>): Meddling {
  return (store: Store) => ({
    ...store,
    transaction: (work, forWhom) => store.transaction((tx) => work({ ...tx, ...change(tx) }), forWhom),
  });
}

const FAULTS: { what: string; meddling: Meddling; found: RegExp; seed?: number }[] = [
  {
    what: "a queue that hands out an acknowledged page all the same",
    meddling: withTx((tx) => ({
      enqueue: (effects) =>
        tx.enqueue(
          effects.map((effect) => (effect.do === "show" ? { ...effect, mode: "post" as const } : effect)),
        ),
    })),
    found: /is sent to \S+ although/,
  },
  {
    what: "an outbox that forgets that the fate of a message is unknown",
    meddling: (store) => ({
      ...store,
      outbox: {
        ...store.outbox,
        claim: async (...when) =>
          (await store.outbox.claim(...when)).map((delivery) => ({ ...delivery, unknownFates: 0 })),
      },
    }),
    found: /is seen \d times/,
    // Few sequences have a sender that dies at the right moment: these come to it early.
    seed: 3,
  },
  {
    what: "a roster that knows no leave",
    meddling: withTx((tx) => ({
      directory: async () => {
        const known = await tx.directory();
        return { ...known, directory: { ...known.directory, leave: [] } };
      },
    })),
    found: /is due$/m,
  },
  {
    what: "a roster that takes everybody for cleared",
    meddling: withTx((tx) => ({
      directory: async () => {
        const known = await tx.directory();
        const people = known.directory.people.map((one) => ({ ...one, clearance: ["official-sensitive"] }));
        return { ...known, directory: { ...known.directory, people } };
      },
    })),
    found: /is due$/m,
  },
  {
    what: "a clock that wakes tickets half a minute late",
    meddling: withTx((tx) => {
      const late = <I extends { wakeAt: Date | null }>(index: I): I => ({
        ...index,
        wakeAt: index.wakeAt === null ? null : new Date(index.wakeAt.getTime() + 30_000),
      });
      return {
        insertTicket: (ticket, index, events) => tx.insertTicket(ticket, late(index), events),
        saveTicket: (ticket, index, events) => tx.saveTicket(ticket, late(index), events),
      };
    }),
    found: /too late|no step since|nobody was paged at closing/,
  },
];

it.each(FAULTS)("the model finds $what", { timeout: 600_000 }, async ({ meddling, found, seed = 1 }) => {
  const { violation } = await runPageModel({ sequences: SEQUENCES, seed, meddling, shortens: false });
  expect(violation).toMatch(found);
});

/** Each is found within so many. */
const SEQUENCES = 300;
