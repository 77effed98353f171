// What several processes on one PostgreSQL may do to each other, and what a bad day of that server may do to them.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { pino } from "pino";
import { SILENT } from "../../src/core/storm.ts";
import type { Store, Tx } from "../../src/desk/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { postgresDatabase } from "../support/database.ts";
import { aGate } from "../support/gate.ts";
import { startPostgres } from "../support/postgres.ts";
import { layWire } from "../support/wire.ts";
import { anIndex, aTicket, file, filed, line, machine, minute, RUNG, show } from "./samples.ts";

const server = await startPostgres();
/** The machine that runs the tests may have much else to do. */
const PATIENTLY = { timeout: 30_000 };
const silent = pino({ level: "silent" });

describe.skipIf(server === null)("on PostgreSQL", { timeout: 120_000 }, async () => {
  if (server === null) return;
  const database = await postgresDatabase(server);
  afterAll(async () => {
    await database.close();
    await server.close();
  });

  /** Stores as so many processes have them. Their people wait for as long as a loaded test machine may need. */
  const replicas = (count: number, personPatienceMs = 30_000) =>
    Promise.all(
      Array.from({ length: count }, () =>
        database.open({ machineNow: () => machine(0), pace: () => 0, personPatienceMs }),
      ),
    );
  const kill = (whose = "application_name = 'belfry'") =>
    database.ask(
      `select pg_terminate_backend(pid) from pg_stat_activity where ${whose} and datname = current_database() and pid <> pg_backend_pid()`,
    );

  let store: Store;
  let other: Store;
  beforeEach(async () => {
    await database.clear();
    [store, other] = (await replicas(2)) as [Store, Store];
  });

  describe("several processes", () => {
    it("send each message once, and only one at a time into each lane", async () => {
      const lanes = Array.from({ length: 12 }, (_, count) => `slack:C${count}`);
      await store.transaction((tx) =>
        tx.enqueue(
          Array.from({ length: 240 }, (_, count) =>
            show(`message ${count}`, { place: lanes[count % 12] ?? "" }),
          ),
        ),
      );
      const sent = new Map<string, number>();
      const inFlight = new Set<string>();
      let clashes = 0;

      async function sendAll(sender: Store): Promise<void> {
        let idle = 0;
        while (idle < 5 && sent.size < 240) {
          const deliveries = await sender.outbox.claim(machine(0), 60_000, 5);
          idle = deliveries.length === 0 ? idle + 0.01 : 0;
          for (const delivery of deliveries) {
            if (inFlight.has(delivery.place)) clashes += 1;
            inFlight.add(delivery.place);
          }
          for (const delivery of deliveries) {
            sent.set(delivery.key, (sent.get(delivery.key) ?? 0) + 1);
            inFlight.delete(delivery.place);
            await sender.outbox.record(delivery, { is: "sent", ref: delivery.key }, machine(0));
          }
        }
      }
      await Promise.all([store, other, ...(await replicas(2))].map(sendAll));
      expect(sent.size).toBe(240);
      expect([...sent.values()].filter((times) => times > 1)).toEqual([]);
      expect(clashes).toBe(0);
      expect((await store.census()).outboxByState).toEqual({ shown: 240 });
    });

    it("take over a dead one's messages once, when its lease has ended", async () => {
      await store.transaction((tx) =>
        tx.enqueue(Array.from({ length: 8 }, (_, count) => show(`m${count}`, { place: `slack:C${count}` }))),
      );
      expect(await store.outbox.claim(machine(0), 15_000, 99)).toHaveLength(8);
      const survivors = [other, ...(await replicas(2))];
      const early = await Promise.all(survivors.map((one) => one.outbox.claim(machine(14_999), 15_000, 99)));
      expect(early.flat()).toEqual([]);
      const taken = (
        await Promise.all(survivors.map((one) => one.outbox.claim(machine(15_000), 15_000, 99)))
      ).flat();
      // Each passes over the lanes that another is just looking at, so a second look finds the rest.
      taken.push(...(await other.outbox.claim(machine(15_000), 15_000, 99)));
      expect(taken.map(({ key }) => key).toSorted()).toEqual(
        Array.from({ length: 8 }, (_, count) => `m${count}`),
      );
    });

    it("want the same slot at once and make one message of it", async () => {
      const [rival, third] = (await replicas(2)) as [Store, Store];
      await Promise.all(
        [store, other, rival, third].map((one, count) =>
          one.transaction((tx) => tx.enqueue([show("card", { message: line(`version ${count}`) })])),
        ),
      );
      expect((await store.census()).outboxByState).toEqual({ waiting: 1 });
    });

    it("share what is due: none has a ticket that another is at", async () => {
      await file(
        store,
        ...Array.from({ length: 10 }, (_, count) => ({
          ticket: aTicket({ id: `t${count}`, number: `ACME-${count}` }),
          index: anIndex({ wakeAt: minute(count) }),
        })),
      );
      const both = meetingOf(2);
      const take = (one: Store) =>
        one.transaction(async (tx) => {
          const mine = (await tx.dueTickets(minute(60), 5)).map(({ id }) => id);
          await both();
          return mine;
        }, "desk");
      const taken = (await Promise.all([take(store), take(other)])).flat();
      expect(taken.toSorted()).toEqual(Array.from({ length: 10 }, (_, count) => `t${count}`));
    });

    it("are delivered the same intent four times at once and handle it once", async () => {
      const handle = (one: Store) =>
        one.transaction(async (tx) => {
          const claim = await tx.claimIntent("event:E1", minute(0));
          if (!claim.first) return claim.reply;
          const number = await tx.nextNumber("ACME");
          await tx.keepReply("event:E1", { number });
          return { number };
        });
      const replies = await Promise.all([store, other, store, other].map(handle));
      expect(replies).toEqual(replies.map(() => ({ number: 1 })));
    });

    it("count a customer's tickets without a gap, whatever fails", async () => {
      const attempts = Array.from({ length: 40 }, (_, count) =>
        (count % 2 === 0 ? store : other).transaction(async (tx) => {
          const number = await tx.nextNumber("ACME");
          if (count % 3 === 0) throw new Error("the form was wrong");
          return number;
        }),
      );
      const given = (await Promise.allSettled(attempts)).flatMap((result) =>
        result.status === "fulfilled" ? [result.value] : [],
      );
      expect(given.toSorted((a, b) => a - b)).toEqual(given.map((_, index) => index + 1));
    });

    it("see at once what rings by the other's doing, also where they waited for it", async () => {
      const ringing = (storms: number) => new Map([["slack:U1", { ...SILENT, storms }]]);
      const count = async (one: Store): Promise<number | undefined> =>
        one.transaction(async (tx) => (await tx.lockRings(["slack:U1"])).get("slack:U1")?.storms);
      await store.transaction((tx) => tx.keepRings(ringing(1)));
      expect([await count(store), await count(other)]).toEqual([1, 1]);
      const locked = aGate();
      const writing = other.transaction(async (tx) => {
        await tx.lockRings(["slack:U1"]);
        locked.open();
        await pause(200);
        await tx.keepRings(ringing(2));
      });
      await locked.opened;
      expect(await count(store)).toBe(2);
      await writing;
      expect([await count(store), await count(other)]).toEqual([2, 2]);
      await Promise.all(
        Array.from({ length: 20 }, (_, nr) =>
          (nr % 2 === 0 ? store : other).transaction(async (tx) => {
            const before = (await tx.lockRings(["slack:U1"])).get("slack:U1")?.storms ?? 0;
            await tx.keepRings(ringing(before + 1));
          }),
        ),
      );
      expect([await count(store), await count(other)]).toEqual([22, 22]);
    });

    it("know what rings also where one waited for another that failed to change it", async () => {
      const rung = { ...SILENT, pages: [RUNG], storms: 1 };
      await store.transaction((tx) => tx.keepRings(new Map([["slack:U1", rung]])));
      const locked = aGate();
      const failing = store.transaction(async (tx) => {
        await tx.lockRings(["slack:U1"]);
        locked.open();
        await pause(200);
        await tx.keepRings(new Map([["slack:U1", { ...rung, pages: [], storms: 2 }]]));
        throw new Error("it failed");
      });
      await locked.opened;
      const waiting = store.transaction(async (tx) => (await tx.lockRings(["slack:U1"])).get("slack:U1"));
      await expect(failing).rejects.toThrow("it failed");
      expect(await waiting).toEqual(rung);
    });

    it("wake a chore that another is at without waiting for it, though that one waits for them", async () => {
      await store.transaction((tx) => tx.wakeChores(["storms"], minute(0)));
      const atIt = aGate();
      const locked = aGate();
      // One that the database ends, as two wait for each other, is begun again.
      const begun: string[] = [];
      const chore = store.transaction(async (tx) => {
        begun.push("chore");
        await tx.takeChore(["storms"], minute(0));
        atIt.open();
        await locked.opened;
        await tx.lockRings(["slack:U1"]);
        await tx.saveChore("storms", { wakeAt: null, state: null });
      });
      const page = other.transaction(async (tx) => {
        begun.push("page");
        await atIt.opened;
        await tx.lockRings(["slack:U1"]);
        locked.open();
        // By now the chore waits for what rings.
        await pause(200);
        await tx.wakeChores(["storms"], minute(1));
      });
      await Promise.all([chore, page]);
      expect(begun.sort()).toEqual(["chore", "page"]);
      expect(await store.nextWakeAt()).toMatchObject({ chore: minute(1) });
    });

    it("hear of each other's commits", async () => {
      const heard = vi.fn();
      other.onCommit(heard);
      await store.transaction((tx) => tx.enqueue([show("card")]));
      await vi.waitFor(() => expect(heard).toHaveBeenCalled(), PATIENTLY);
    });

    it("start at once on an empty database and migrate it once", async () => {
      const databaseUrl = await server.createDatabase();
      const start = () =>
        openStore({
          place: { databaseUrl },
          machineNow: () => machine(0),
          log: silent,
          personPatienceMs: 30_000,
        });
      const stores = await Promise.all(Array.from({ length: 6 }, start));
      const numbers = await Promise.all(stores.map((one) => one.transaction((tx) => tx.nextNumber("ACME"))));
      expect(numbers.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
      await Promise.all(stores.map((one) => one.close()));
    });
  });

  it("a database that a newer Belfry has changed is refused", async () => {
    const changed = "9999999999999";
    await database.ask(
      `insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', ${changed})`,
    );
    await expect(database.open()).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("newer Belfry") as string,
    });
    expect((await store.census()).migrated).toBe(true);
    await database.ask(`delete from drizzle.__drizzle_migrations where created_at = ${changed}`);
  });

  describe("two transactions that wait for each other", () => {
    it("both come to their end", async () => {
      await file(store, { ticket: aTicket() }, { ticket: aTicket({ id: "t2", number: "ACME-2" }) });
      const both = meetingOf(2);
      const lockBoth = (first: string, second: string) =>
        store.transaction(async (tx) => {
          await tx.ticketById(first);
          await both();
          await tx.ticketById(second);
          return tx.nextNumber("ACME");
        });
      const numbers = await Promise.all([lockBoth("t1", "t2"), lockBoth("t2", "t1")]);
      expect(numbers.toSorted()).toEqual([1, 2]);
    });

    it("that never end are given up after five tries, with nothing done", async () => {
      let tries = 0;
      const losing = store.transaction(async (tx) => {
        await tx.nextNumber("ACME");
        tries += 1;
        throw Object.assign(new Error("could not serialize access"), { code: "40001" });
      });
      await expect(losing).rejects.toMatchObject({ code: "unavailable" });
      expect(tries).toBe(5);
      expect(await store.transaction((tx) => tx.nextNumber("ACME"))).toBe(1);
    });
  });

  describe("a database that does not answer in time", () => {
    it("is unavailable to people, while the desk's own work goes on", async () => {
      const [impatient] = (await replicas(1, 400)) as [Store];
      await file(store, { ticket: aTicket(), index: anIndex({ wakeAt: minute(1) }) });
      await store.transaction((tx) => tx.enqueue([show("card")]));
      const locked = lockedBy(other, (tx) => tx.nextNumber("ACME"));
      await locked.begun;
      const people = Promise.allSettled(
        Array.from({ length: 20 }, () => impatient.transaction((tx) => tx.nextNumber("ACME"))),
      );
      const desk = await impatient.transaction((tx) => tx.dueTickets(minute(2), 5), "desk");
      expect(desk).toHaveLength(1);
      expect(await impatient.outbox.claim(machine(0), 1_000, 5)).toHaveLength(1);
      for (const result of await people) {
        expect(result).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
      }
      locked.release();
      await locked.ended;
      expect(await store.transaction((tx) => tx.nextNumber("ACME"))).toBe(2);
    });

    it("says so in a sentence without a word of SQL, and keeps the cause without anybody's words", async () => {
      await file(store, { ticket: aTicket() });
      const secret = "the patient's name";
      const refused: unknown = await store
        .transaction((tx) => tx.insertTicket(aTicket({ title: secret }), anIndex(), [filed()]))
        .catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: "internal", cause: { name: "DatabaseFault", code: "23505" } });
      if (!(refused instanceof Error)) throw new Error("not refused");
      expect(refused.message).not.toMatch(/insert|query|duplicate|tickets_/i);
      const cause = refused.cause as Error;
      expect(JSON.stringify([cause.message, cause.stack, { ...cause }])).not.toContain(secret);
    });
  });

  it("a database that may only be read is unavailable for writing, and nothing is half written", async () => {
    await file(store, { ticket: aTicket() });
    const [{ name }] = (await database.ask("select current_database() as name")) as [{ name: string }];
    await database.ask(`alter database ${name} set default_transaction_read_only = on`);
    try {
      await kill();
      await expect(store.transaction((tx) => tx.nextNumber("ACME"))).rejects.toMatchObject({
        code: "unavailable",
      });
      const [late] = (await replicas(1)) as [Store];
      expect((await late.census()).ticketsByStatus).toEqual({ new: 1 });
    } finally {
      await database.ask("set default_transaction_read_only = off");
      await database.ask(`alter database ${name} reset default_transaction_read_only`);
      await kill();
    }
    await vi.waitFor(
      async () => expect(await store.transaction((tx) => tx.nextNumber("ACME"))).toBe(1),
      PATIENTLY,
    );
  });

  describe("a connection that breaks", () => {
    it("in the middle of a transaction takes it back, and what is left of it touches nobody else's", async () => {
      const broken = meetingOf(2);
      const resumed = meetingOf(2);
      const left: unknown[] = [];
      const failing = store.transaction(async (tx) => {
        await tx.nextNumber("ACME");
        await broken();
        await resumed();
        left.push(await tx.nextNumber("ACME").catch((error: unknown) => error));
        left.push(await tx.nextNumber("PCC").catch((error: unknown) => error));
        return "done";
      });
      const refused = expect(failing).rejects.toMatchObject({ code: "unavailable" });
      await broken();
      await kill();
      const next = store.transaction(async (tx) => {
        const number = await tx.nextNumber("OTHER");
        await resumed();
        await vi.waitFor(() => expect(left).toHaveLength(2), PATIENTLY);
        return [number, await tx.nextNumber("OTHER")];
      });
      await refused;
      expect(await next).toEqual([1, 2]);
      expect(left).toEqual([expect.any(Error), expect.any(Error)]);
      expect(await store.transaction((tx) => tx.nextNumber("ACME"))).toBe(1);
      expect(await store.transaction((tx) => tx.nextNumber("PCC"))).toBe(1);
    });

    it("while the work waits for something else, for ever, ends it all the same", async () => {
      const begun = meetingOf(2);
      const waiting = store.transaction(async (tx) => {
        await tx.nextNumber("ACME");
        await begun();
        await new Promise(() => undefined);
      });
      const refused = expect(waiting).rejects.toMatchObject({ code: "unavailable" });
      await begun();
      await kill();
      await refused;
      const [hasty] = (await replicas(1, 300)) as [Store];
      const late = hasty.transaction(() => new Promise(() => undefined));
      await expect(late).rejects.toMatchObject({ code: "unavailable" });
    });

    it("while nobody uses it costs nobody anything", async () => {
      await Promise.all(Array.from({ length: 8 }, () => store.transaction((tx) => tx.nextNumber("ACME"))));
      await kill();
      await vi.waitFor(async () => expect(await connections()).toBe(0), PATIENTLY);
      expect(await store.transaction((tx) => tx.nextNumber("ACME"))).toBe(9);
    });

    it("is made anew, so that other processes are heard again", async () => {
      await kill("query ilike 'listen%'");
      const heard = vi.fn();
      other.onCommit(heard);
      await vi.waitFor(() => expect(heard).toHaveBeenCalled(), PATIENTLY);
      heard.mockClear();
      await store.transaction((tx) => tx.enqueue([show("card")]));
      await vi.waitFor(() => expect(heard).toHaveBeenCalled(), PATIENTLY);
    });

    const connections = async () => {
      const [row] = await database.ask(
        "select count(*)::int as open from pg_stat_activity where application_name = 'belfry' and query not ilike 'listen%' and datname = current_database()",
      );
      return (row as { open: number }).open;
    };
  });

  describe("a network", () => {
    const throughWire = async (personPatienceMs: number) => {
      const url = new URL(database.url);
      const wire = await layWire(Number(url.port === "" ? "5432" : url.port));
      url.port = String(wire.port);
      const place = { databaseUrl: url.href };
      const distant = await openStore({ place, machineNow: () => machine(0), log: silent, personPatienceMs });
      const close = async () => {
        await distant.close();
        await wire.close();
      };
      return { wire, distant, close };
    };

    it.each(["end", "reset"] as const)(
      "that breaks in the middle of a statement (%s) does no harm",
      async (how) => {
        const { wire, distant, close } = await throughWire(30_000);
        for (let round = 0; round < 3; round++) {
          // A customer a round: the server does not notice at once that those who waited are gone.
          const customer = `ACME${round}`;
          const locked = lockedBy(store, (tx) => tx.nextNumber(customer));
          await locked.begun;
          const waiting = Promise.allSettled(
            [1, 2, 3].map(() => distant.transaction((tx) => tx.nextNumber(customer))),
          );
          await vi.waitFor(async () => expect(await lockWaits()).toBe(3), PATIENTLY);
          wire.cut(how);
          for (const result of await waiting) {
            expect(result).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
          }
          locked.release();
          await locked.ended;
        }
        expect(await distant.transaction((tx) => tx.nextNumber("ACME"))).toBe(1);
        await close();
      },
    );

    it("that holds everything up keeps people no longer than their patience, and works again by itself", async () => {
      const { wire, distant, close } = await throughWire(1_000);
      wire.hold();
      const stuck = Promise.allSettled(
        Array.from({ length: 20 }, () => distant.transaction((tx) => tx.nextNumber("ACME"))),
      );
      for (const result of await stuck) {
        expect(result).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
      }
      wire.goOn();
      await vi.waitFor(async () => {
        expect(await distant.transaction((tx) => tx.nextNumber("PCC"))).toBeGreaterThan(0);
      }, PATIENTLY);
      await close();
    });

    const lockWaits = async () => {
      const [row] = await database.ask(
        "select count(*)::int as waits from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      );
      return (row as { waits: number }).waits;
    };
  });

  describe.skipIf(server.power === null)("a server that goes away", () => {
    it.each(["fast", "immediate"] as const)(
      "and comes back (%s) loses nothing that was committed",
      async (how) => {
        const { power } = server;
        if (power === null) return;
        const committed: number[] = [];
        let isOver = false;
        const refused: unknown[] = [];
        const work = async (one: Store) => {
          while (!isOver) {
            await one
              .transaction((tx) => tx.nextNumber("ACME"))
              .then(
                (number) => committed.push(number),
                (error: unknown) => refused.push(error),
              );
          }
        };
        const working = [store, store, other].map(work);
        for (let round = 0; round < 2; round++) {
          const before = committed.length;
          await vi.waitFor(() => expect(committed.length).toBeGreaterThan(before + 5), PATIENTLY);
          await power.stop(how);
          await vi.waitFor(() => expect(refused.length).toBeGreaterThan(3), PATIENTLY);
          await power.start();
        }
        const before = committed.length;
        await vi.waitFor(() => expect(committed.length).toBeGreaterThan(before + 5), PATIENTLY);
        isOver = true;
        await Promise.all(working);
        expect(new Set(committed).size).toBe(committed.length);
        for (const error of refused) expect(error).toMatchObject({ code: "unavailable" });
        const last = await store.transaction((tx) => tx.nextNumber("ACME"));
        // A commit whose answer was lost may have counted; a committed number is never given again.
        expect(last).toBeGreaterThan(Math.max(...committed));
        expect(last - 1 - committed.length).toBeLessThanOrEqual(6);
      },
    );

    it("is unavailable to whoever starts meanwhile", async () => {
      const { power } = server;
      if (power === null) return;
      await power.stop("fast");
      await expect(database.open()).rejects.toMatchObject({ code: "unavailable" });
      await power.start();
    });
  });
});

/** Resolves for each of `count` callers once all of them have come. */
function meetingOf(count: number): () => Promise<void> {
  let missing = count;
  const { open, opened } = aGate();
  return () => {
    missing -= 1;
    if (missing <= 0) open();
    return opened;
  };
}

/** Holds whatever `lock` locks until it is released. */
function lockedBy(store: Store, lock: (tx: Tx) => Promise<unknown>) {
  const begun = aGate();
  const released = aGate();
  const ended = store.transaction(async (tx) => {
    await lock(tx);
    begun.open();
    await released.opened;
  });
  return { begun: begun.opened, release: released.open, ended };
}
