// What the store promises the desk, in every home.
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { DeskError } from "../../src/core/errors.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/core/settings.ts";
import { SILENT, type Rings } from "../../src/core/storm.ts";
import type { PastFilter, Store, Tx } from "../../src/desk/ports.ts";
import { aGate } from "../support/gate.ts";
import { openHomes } from "./homes.ts";
import {
  aDirectory,
  anIndex,
  aPolicy,
  aTicket,
  file,
  filed,
  minute,
  REVISION,
  RINGING,
  RUNG,
  show,
} from "./samples.ts";

const { homes, close } = await openHomes();
afterAll(close);

describe.each(homes)("on $name", { timeout: 60_000 }, ({ database, isShared }) => {
  let store: Store;
  beforeEach(async () => {
    await database.clear();
    store = await database.open();
  });

  const refusal = (error: unknown) => (error instanceof DeskError ? error.code : error);

  it("keeps what a platform notes of its places, until it is told to forget", async () => {
    const { references } = store;
    await references.remember("teams:100%", "first");
    await references.remember("teams:100x", "other");
    await references.remember("slack:C1", "elsewhere");
    await references.remember("teams:100%", "second");
    expect(await references.recall("teams:100%")).toBe("second");
    expect((await references.all("teams:")).sort()).toEqual([
      ["teams:100%", "second"],
      ["teams:100x", "other"],
    ]);
    expect(await references.all("teams:100%")).toEqual([["teams:100%", "second"]]);
    await references.forget("teams:100%");
    expect(await references.recall("teams:100%")).toBeNull();
  });

  describe("chores", () => {
    const due = (now: Date, names = ["coverage", "shifts"]) =>
      store.transaction((tx) => tx.takeChore(names, now));

    it("are due once woken, remember null at first, and are due again when they say", async () => {
      expect(await due(minute(9))).toBeNull();
      await store.transaction((tx) => tx.wakeChores(["shifts"], minute(2)));
      expect(await store.nextWakeAt()).toMatchObject({ ticket: null, chore: minute(2) });
      expect(await due(minute(1))).toBeNull();
      expect(await due(minute(2))).toEqual({ name: "shifts", state: null });
      const state = { toldAt: minute(2), slots: ["a"] };
      await store.transaction((tx) => tx.saveChore("shifts", { wakeAt: minute(5), state }));
      expect(await due(minute(4))).toBeNull();
      expect(await due(minute(5))).toEqual({ name: "shifts", state });
    });

    it("are due at each instant at which they are woken, and also when they waited for nothing", async () => {
      const wake = (at: Date) => store.transaction((tx) => tx.wakeChores(["coverage", "shifts"], at));
      const done = (name: string, wakeAt: Date | null, state: unknown) =>
        store.transaction((tx) => tx.saveChore(name, { wakeAt, state }));
      await wake(minute(3));
      await wake(minute(6));
      expect(await store.nextWakeAt()).toMatchObject({ ticket: null, chore: minute(3) });
      expect(await due(minute(3))).toEqual({ name: "coverage", state: null });
      await done("coverage", null, "heard");
      expect(await due(minute(5))).toEqual({ name: "shifts", state: null });
      await done("shifts", minute(4), [1]);
      expect(await store.nextWakeAt()).toMatchObject({ ticket: null, chore: minute(4) });
      await done("shifts", minute(8), [2]);
      expect(await due(minute(6))).toEqual({ name: "coverage", state: "heard" });
      expect(await due(minute(6))).toEqual({ name: "shifts", state: [2] });
      expect(await due(minute(7))).toBeNull();
      expect(await store.nextWakeAt()).toMatchObject({ ticket: null, chore: minute(8) });
    });

    it("stay woken where whoever was at them failed", async () => {
      await store.transaction((tx) => tx.wakeChores(["shifts"], minute(1)));
      const failing = store.transaction(async (tx) => {
        await tx.takeChore(["shifts"], minute(1));
        throw new Error("it failed");
      });
      await expect(failing).rejects.toThrow("it failed");
      expect(await due(minute(1))).toEqual({ name: "shifts", state: null });
    });

    it("are left alone by a release that does not know them", async () => {
      await store.transaction((tx) => tx.wakeChores(["coverage"], minute(1)));
      expect(await due(minute(1), ["shifts"])).toBeNull();
      expect(await due(minute(1), [])).toBeNull();
    });

    it.runIf(isShared)("are shared: one that somebody is at is skipped", async () => {
      await store.transaction((tx) => tx.wakeChores(["coverage", "shifts"], minute(1)));
      const other = await database.open();
      const [taken, seen] = [aGate(), aGate()];
      const due = (at: Store, until?: Promise<void>) =>
        at.transaction(async (tx) => {
          const chore = await tx.takeChore(["coverage", "shifts"], minute(1));
          taken.open();
          await until;
          return chore?.name;
        });
      const first = due(store, seen.opened);
      await taken.opened;
      expect(await due(other)).toBe("shifts");
      seen.open();
      expect(await first).toBe("coverage");
    });
  });

  describe("what was told of who hears us", () => {
    it("is what was told last, by person, with its instants", async () => {
      const quiet = { from: minute(1), to: minute(9) };
      await store.transaction(async (tx) => {
        await tx.keepHearing("sam", { is: "untold", askedAt: minute(0) });
        await tx.keepHearing("mia", { is: "gone", why: "switched off", askedAt: minute(0) });
        await tx.keepHearing("sam", { is: "there", quiet, askedAt: minute(2) });
      });
      expect(await store.transaction((tx) => tx.hearings())).toEqual(
        new Map([
          ["sam", { is: "there", quiet, askedAt: minute(2) }],
          ["mia", { is: "gone", why: "switched off", askedAt: minute(0) }],
        ]),
      );
    });
  });

  describe("settings", () => {
    const change = <T>(work: (tx: Tx) => Promise<T>) => store.transaction(work);
    const held = (slot: string, until: Date, person = "mia") => ({ person, until, effect: show(slot) });
    const slots = (effects: readonly { slot: string }[]) => effects.map(({ slot }) => slot);

    it("are those that were kept last, of those who have any", async () => {
      const quiet: Settings = {
        off: ["shifts"],
        where: "direct",
        hours: { days: "fri", times: "09:00-10:00" },
      };
      await change((tx) => tx.keepSettings("mia", DEFAULT_SETTINGS));
      await change((tx) => tx.keepSettings("mia", quiet));
      expect(await change((tx) => tx.settingsOf(["mia", "sam"]))).toEqual(new Map([["mia", quiet]]));
      expect(await change((tx) => tx.settingsOf([]))).toEqual(new Map());
    });

    it("let messages wait, which are taken out once, in the order in which they were wanted", async () => {
      expect(await change((tx) => tx.nextHeldAt())).toBeNull();
      await change((tx) => tx.hold([held("a", minute(5)), held("b", minute(3)), held("c", minute(9))]));
      const newer = { ...held("a", minute(4)), effect: show("a", { place: "slack:C2" }) };
      await change((tx) => tx.hold([newer]));
      expect(await change((tx) => tx.nextHeldAt())).toEqual(minute(3));
      const due = (limit: number) => change((tx) => tx.takeHeld({ until: minute(5), limit }));
      expect(await due(1)).toEqual([newer.effect]);
      expect(slots(await due(9))).toEqual(["b"]);
      expect(await due(9)).toEqual([]);
      expect(await change((tx) => tx.nextHeldAt())).toEqual(minute(9));
    });

    it("give back what waits for somebody, or of a slot", async () => {
      await change((tx) =>
        tx.hold([held("a", minute(5)), held("b", minute(3)), held("c", minute(3), "sam")]),
      );
      expect(slots(await change((tx) => tx.takeHeld({ slot: "b" })))).toEqual(["b"]);
      expect(slots(await change((tx) => tx.takeHeld({ person: "mia" })))).toEqual(["a"]);
      expect(slots(await change((tx) => tx.takeHeld({ person: "sam" })))).toEqual(["c"]);
    });
  });

  describe("the desk file", () => {
    it("is asked for in vain before the first one", async () => {
      await expect(store.transaction((tx) => tx.directory())).rejects.toMatchObject({ code: "unavailable" });
    });

    it("replaces the one before, and the same one changes nothing", async () => {
      const replace = (directory = aDirectory()) =>
        store.transaction((tx) => tx.replaceDirectory(directory, minute(0)));
      expect(await replace()).toBe(true);
      expect(await replace()).toBe(false);
      const second = aDirectory({ channels: { support: "slack:#help", onCall: "slack:#on-call" } });
      expect(await replace(second)).toBe(true);
      const known = await store.transaction((tx) => tx.directory());
      expect(known.directory).toEqual(second);
      expect(known.revision).toBe(2);
      const applied = await store.transaction((tx) => tx.directories());
      expect(applied).toEqual(
        [aDirectory(), second].map((directory) => ({ directory, appliedAt: minute(0) })),
      );
    });

    it("comes with what its addresses stand for, the latest word on each", async () => {
      await store.transaction(async (tx) => {
        await tx.replaceDirectory(aDirectory(), minute(0));
        await tx.rememberAddress("slack:#support", "slack:C1");
        await tx.rememberAddress("slack:#support", "slack:C2");
      });
      const known = await store.transaction((tx) => tx.directory());
      expect([...known.addresses]).toEqual([["slack:#support", "slack:C2"]]);
    });
  });

  describe("a policy", () => {
    const revisions = [
      { id: "old", policy: aPolicy({ version: "1", effective: "2024-03-01" }) },
      { id: "new", policy: aPolicy({ version: "2", effective: "2026-11-28" }) },
      { id: "newer", policy: aPolicy({ version: "2", name: "Mended", effective: "2026-11-28" }) },
    ] as const;
    const serving = (at: Date) =>
      store.transaction(async (tx) => (await tx.policyInForce("plain", at))?.id ?? null);

    it("serves tickets filed from 00:00 UTC of its day, and the latest applied of a day wins", async () => {
      for (const revision of revisions) await store.transaction((tx) => tx.addPolicy(revision, minute(0)));
      expect(await serving(new Date("2024-02-29T23:59:59.999Z"))).toBeNull();
      expect(await serving(new Date("2026-11-27T23:59:59.999Z"))).toBe("old");
      expect(await serving(new Date("2026-11-28T00:00:00.000Z"))).toBe("newer");
    });

    it("that is applied again is in force again, and known already", async () => {
      for (const revision of revisions) await store.transaction((tx) => tx.addPolicy(revision, minute(0)));
      expect(await store.transaction((tx) => tx.addPolicy(revisions[1], minute(1)))).toBe(false);
      expect(await serving(minute(24 * 60))).toBe("new");
    });

    it("comes back as it was kept", async () => {
      expect(await store.transaction((tx) => tx.addPolicy(REVISION, minute(0)))).toBe(true);
      expect(await store.transaction((tx) => tx.policyRevision(REVISION.id))).toEqual(REVISION);
      await expect(store.transaction((tx) => tx.policyRevision("nobody's"))).rejects.toMatchObject({
        code: "internal",
      });
    });
  });

  describe("ticket numbers", () => {
    const next = (customer: string) => store.transaction((tx) => tx.nextNumber(customer));

    it("count each customer's tickets from 1", async () => {
      expect([await next("ACME"), await next("ACME"), await next("PCC")]).toEqual([1, 2, 1]);
    });

    it("have no gap where filing fails, nor where many file at once", async () => {
      const attempts = Array.from({ length: 20 }, (_, count) =>
        store.transaction(async (tx) => {
          const number = await tx.nextNumber("ACME");
          if (count % 3 === 0) throw new Error("the form was wrong");
          return number;
        }),
      );
      const results = await Promise.allSettled(attempts);
      const given = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      expect(given.toSorted((a, b) => a - b)).toEqual(given.map((_, index) => index + 1));
      expect(await next("ACME")).toBe(given.length + 1);
    });
  });

  describe("a ticket", () => {
    it("is found by its number however that is written, and by its id", async () => {
      const ticket = aTicket({
        paging: RINGING,
        askedLevel: { level: "2", reason: "x", by: "carl", at: minute(3) },
      });
      await file(store, { ticket });
      await store.transaction(async (tx) => {
        expect(await tx.ticketByNumber("acme-1")).toEqual(ticket);
        expect(await tx.ticketById("t1")).toEqual(ticket);
        expect(await tx.ticketByNumber("ACME-2")).toBeNull();
        expect(await tx.ticketById("'; drop table tickets; --")).toBeNull();
        expect(await tx.eventsOf("t1")).toEqual([filed()]);
      });
    });

    it("keeps whatever people wrote, but for what no database can hold", async () => {
      const hostile = `'; drop table tickets; -- % _ \\ <!channel> ${"e\u0301".repeat(5_000)} \u202Eabc \u{1F469}\u200D\u{1F4BB} 2026-11-27T12:00:00.000Z`;
      await file(store, { ticket: aTicket({ title: hostile, body: `a\u0000b\uD800` }) });
      const ticket = await store.transaction((tx) => tx.ticketById("t1"));
      expect(ticket?.title).toBe(hostile);
      expect(ticket?.body).toBe("ab\uFFFD");
    });

    it("has one number alone", async () => {
      await file(store, { ticket: aTicket() });
      const twin = file(store, { ticket: aTicket({ id: "t2", number: "acme-1" }) });
      expect(await twin.catch(refusal)).toBe("internal");
    });

    it("is written back with the events that changed it", async () => {
      await file(store, { ticket: aTicket() });
      const taken = { seq: 1, at: minute(2), by: "sam", what: { kind: "taken" as const } };
      await store.transaction(async (tx) => {
        const ticket = await tx.ticketById("t1");
        if (ticket === null) throw new Error("t1 is missing");
        await tx.saveTicket({ ...ticket, assignee: "sam", revision: 2 }, anIndex(), [taken]);
      });
      await store.transaction(async (tx) => {
        expect((await tx.ticketById("t1"))?.assignee).toBe("sam");
        expect(await tx.eventsOf("t1")).toEqual([filed(), taken]);
      });
    });

    it("is read with its past, in the order of filing and page by page", async () => {
      const filedAt = [minute(1), minute(0), minute(1), minute(2)];
      const tickets = filedAt.map((at, nr) => aTicket({ id: `t${nr}`, number: `ACME-${nr}`, filedAt: at }));
      await file(store, ...tickets.map((ticket) => ({ ticket })));
      const read = (filter: Omit<PastFilter, "limit">) =>
        store.transaction(async (tx) => {
          const past = await tx.pastTickets({ ...filter, limit: 2 });
          expect(past.every(({ events }) => events.length === 1)).toBe(true);
          return past.map(({ ticket }) => ticket.id);
        });
      expect(await read({})).toEqual(["t1", "t0"]);
      expect(await read({ after: { filedAt: minute(1), id: "t0" } })).toEqual(["t2", "t3"]);
      expect(await read({ from: minute(1), to: minute(2) })).toEqual(["t0", "t2"]);
      expect(await read({ customer: "PCC" })).toEqual([]);
    });

    it("is not written back over what others did meanwhile", async () => {
      await file(store, { ticket: aTicket() });
      const save = (revision: number) =>
        store.transaction((tx) =>
          tx.saveTicket(aTicket({ revision }), anIndex(), [
            { seq: revision - 1, at: minute(2), by: "sam", what: { kind: "taken" } },
          ]),
        );
      await save(2);
      await expect(save(2)).rejects.toMatchObject({ code: "conflict" });
      await expect(save(4)).rejects.toMatchObject({ code: "conflict" });
      expect(await store.transaction((tx) => tx.eventsOf("t1"))).toHaveLength(2);
    });

    it("of a transaction that fails was never there", async () => {
      await file(store);
      const failing = store.transaction(async (tx) => {
        await tx.insertTicket(aTicket(), anIndex(), [filed()]);
        await tx.enqueue([show("card")]);
        throw new DeskError("not-allowed", "No.");
      });
      await expect(failing).rejects.toMatchObject({ code: "not-allowed", message: "No." });
      expect(await store.transaction((tx) => tx.ticketById("t1"))).toBeNull();
      expect((await store.census()).outboxByState).toEqual({});
    });

    it("is found at the messages about it, not at a digest of several", async () => {
      await file(store, { ticket: aTicket() }, { ticket: aTicket({ id: "t2", number: "ACME-2" }) });
      await store.transaction((tx) =>
        tx.enqueue([
          show("t1:card", { ticket: "t1" }),
          show("t1:line", { ticket: "t1", place: "slack:C2", combines: true }),
          show("t2:line", { ticket: "t2", place: "slack:C2", combines: true }),
        ]),
      );
      const now = new Date(Date.now() + 60_000);
      for (const delivery of await store.outbox.claim(now, 1_000, 10)) {
        await store.outbox.record(delivery, { is: "sent", ref: `ref of ${delivery.key}` }, now);
      }
      await store.transaction(async (tx) => {
        expect(await tx.ticketAtMessage("ref of t1:card")).toMatchObject({
          slot: "t1:card",
          ticket: { id: "t1" },
        });
        expect(await tx.ticketAtMessage("ref of t1:line")).toBeNull();
        expect(await tx.ticketAtMessage("slack:C1:9")).toBeNull();
      });
    });
  });

  describe("the list of tickets", () => {
    beforeEach(() =>
      file(
        store,
        {
          ticket: aTicket({ id: "a", number: "ACME-1", assignee: "sam" }),
          index: anIndex({ levelRank: 1, dueAt: minute(9) }),
        },
        {
          ticket: aTicket({ id: "b", number: "ACME-2" }),
          index: anIndex({ levelRank: 1, dueAt: minute(5) }),
        },
        { ticket: aTicket({ id: "c", number: "ACME-3" }), index: anIndex({ levelRank: 0 }) },
        {
          ticket: aTicket({ id: "d", number: "PCC-1", customer: "PCC" }),
          index: anIndex({ levelRank: 0, dueAt: minute(30) }),
        },
        {
          ticket: aTicket({ id: "e", number: "PCC-2", customer: "PCC" }),
          index: anIndex({ status: "closed" }),
        },
      ),
    );
    const listed = async (
      filter: Parameters<Parameters<Parameters<Store["transaction"]>[0]>[0]["listTickets"]>[0],
    ) => {
      const { tickets, total } = await store.transaction((tx) => tx.listTickets(filter));
      return { ids: tickets.map(({ id }) => id).join(""), total };
    };

    it("begins with the most severe, then with what is due next", async () => {
      expect(await listed({ open: true, limit: 9 })).toEqual({ ids: "dcba", total: 4 });
    });

    it("counts those that it does not show", async () => {
      expect(await listed({ open: true, limit: 1 })).toEqual({ ids: "d", total: 4 });
    });

    it("can be of some customers, of one assignee, of closed ones, and of nobody", async () => {
      expect(await listed({ customers: ["PCC"], limit: 9 })).toEqual({ ids: "de", total: 2 });
      expect(await listed({ assignee: "sam", limit: 9 })).toEqual({ ids: "a", total: 1 });
      expect(await listed({ open: false, limit: 9 })).toEqual({ ids: "e", total: 1 });
      expect(await listed({ customers: [], limit: 9 })).toEqual({ ids: "", total: 0 });
    });

    it("tells what a desk file may not remove", async () => {
      const inUse = await store.transaction((tx) => tx.inUse());
      expect(Object.fromEntries(inUse.customers)).toEqual({ ACME: 3, PCC: 2 });
      expect(Object.fromEntries(inUse.people)).toEqual({ carl: 4, sam: 1 });
      expect(Object.fromEntries(inUse.revisions)).toEqual({ [REVISION.id]: 4 });
    });
  });

  describe("what is due", () => {
    it("comes ringing pages first, then by how long it is due, and no more than asked for", async () => {
      const due = (id: string, wakeAt: Date | null, isRinging = false) => ({
        ticket: aTicket({ id, number: id, paging: isRinging ? RINGING : null }),
        index: anIndex({ wakeAt }),
      });
      await file(
        store,
        due("a", minute(4)),
        due("b", minute(2)),
        due("c", minute(5), true),
        due("later", minute(6)),
        due("never", null),
      );
      const taken = (limit: number) =>
        store.transaction(async (tx) => (await tx.dueTickets(minute(5), limit)).map(({ id }) => id).join(""));
      expect(await taken(10)).toBe("cba");
      expect(await taken(2)).toBe("cb");
      expect(await taken(1)).toBe("c");
      expect(await store.nextWakeAt()).toMatchObject({ ticket: minute(2), chore: null });
    });

    it("is nothing where nothing waits", async () => {
      expect(await store.nextWakeAt()).toMatchObject({ ticket: null, chore: null });
      expect(await store.transaction((tx) => tx.dueTickets(minute(0), 5))).toEqual([]);
    });
  });

  describe("an intent", () => {
    it("is handled once, and its reply is kept for the next delivery", async () => {
      const reply = { kind: "form", form: { fields: [{ kind: "instant", initial: minute(3) }] } };
      const claim = () => store.transaction((tx) => tx.claimIntent("view:V1", minute(0)));
      await store.transaction(async (tx) => {
        expect(await tx.claimIntent("view:V1", minute(0))).toEqual({ first: true });
        await tx.keepReply("view:V1", reply);
      });
      expect(await claim()).toEqual({ first: false, reply });
    });

    it("that failed may come again", async () => {
      const failing = store.transaction(async (tx) => {
        await tx.claimIntent("view:V1", minute(0));
        throw new Error("the database went away");
      });
      await expect(failing).rejects.toThrow("went away");
      expect(await store.transaction((tx) => tx.claimIntent("view:V1", minute(0)))).toEqual({ first: true });
    });

    it("delivered four times at once is handled once, and all four get the same reply", async () => {
      const handle = () =>
        store.transaction(async (tx) => {
          const claim = await tx.claimIntent("event:E1", minute(0));
          if (!claim.first) return claim.reply;
          const number = await tx.nextNumber("ACME");
          await tx.keepReply("event:E1", { number });
          return { number };
        });
      const replies = await Promise.all([handle(), handle(), handle(), handle()]);
      expect(replies).toEqual(replies.map(() => ({ number: 1 })));
    });
  });

  describe("what was accepted", () => {
    const accepted = (key: string, ticket = key) => ({
      key,
      intent: { do: { kind: "act", ticket }, words: "2026-11-27T18:05:00.000Z" },
      answerTo: `whoever did ${key}`,
    });
    const take = (...except: string[]) =>
      store.transaction(async (tx) => (await tx.takeAccepted(except))?.key ?? null);

    it("is taken out whole, in the order in which it came", async () => {
      await Promise.all(["c", "a", "b"].map((key) => store.accept(accepted(key))));
      expect((await store.census()).acceptedWaiting).toBe(3);
      const first = await store.transaction((tx) => tx.takeAccepted([]));
      expect(first).toMatchObject(accepted("c"));
      expect([await take(), await take(), await take()]).toEqual(["a", "b", null]);
    });

    it("is there once, however often it came, and comes anew once it is taken out", async () => {
      await Promise.all([1, 2].map(() => store.accept(accepted("a"))));
      await store.accept(accepted("a"));
      expect([await take(), await take()]).toEqual(["a", null]);
      await store.accept(accepted("a"));
      expect(await take()).toBe("a");
    });

    it("is there still where whoever took it out failed", async () => {
      await store.accept(accepted("a"));
      const failing = store.transaction(async (tx) => {
        await tx.takeAccepted([]);
        throw new Error("the database went away");
      });
      await expect(failing).rejects.toThrow("went away");
      expect(await take()).toBe("a");
    });

    it("is passed over where it is to be left alone, and dropped by its key", async () => {
      for (const key of ["a", "b"]) await store.accept(accepted(key));
      expect(await take("a")).toBe("b");
      const drop = () => store.transaction((tx) => tx.dropAccepted("a"));
      expect([await drop(), await drop(), await take()]).toEqual([true, false, null]);
    });

    it("loses what no database takes, and nothing else", async () => {
      const answerTo = "a\u0000b";
      await store.accept({ ...accepted("x\u0000", "half\uD800"), answerTo });
      const taken = await store.transaction((tx) => tx.takeAccepted([]));
      expect(taken).toMatchObject({ ...accepted("x", "half\uFFFD"), answerTo: "ab" });
    });
  });

  describe("what rings at a place", () => {
    const rung: Rings = {
      pages: [RUNG],
      storm: { rings: 1, rungAt: minute(3), news: "none", here: false },
      storms: 1,
    };

    it("is nothing at first, and then what was kept", async () => {
      expect(await store.transaction((tx) => tx.lockRings(["slack:U0", "slack:U1"]))).toEqual(new Map());
      await store.transaction((tx) => tx.keepRings(new Map([["slack:U1", rung]])));
      expect(await store.transaction((tx) => tx.ringsAt("slack:U1"))).toEqual(rung);
      expect(await store.transaction((tx) => tx.ringsAt("slack:U2"))).toBeNull();
      await store.transaction(async (tx) => {
        const known = await tx.lockRings(["slack:U0", "slack:U1"]);
        expect(known).toEqual(new Map([["slack:U1", rung]]));
        await tx.keepRings(new Map([...known, ["slack:U0", SILENT]]));
      });
      expect(await store.transaction((tx) => tx.stormyPlaces())).toEqual(["slack:U1"]);
    });

    it("is what it was where a change is taken back", async () => {
      const keep = (storms: number) => (tx: Tx) => tx.keepRings(new Map([["slack:U1", { ...rung, storms }]]));
      const storms = () =>
        store.transaction(async (tx) => (await tx.lockRings(["slack:U1"])).get("slack:U1")?.storms);
      await store.transaction(keep(3));
      expect(await storms()).toBe(3);
      const failing = store.transaction(async (tx) => {
        await keep(4)(tx);
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      expect(await storms()).toBe(3);
      await store.transaction(keep(5));
      expect(await storms()).toBe(5);
    });

    it("is read with a page's words cleaned, and page by page where only one is another", async () => {
      const odd = {
        ...rung,
        pages: [
          { ...RUNG, title: "a\u0000b" },
          { ...RUNG, ticket: "t2" },
        ],
      };
      await store.transaction((tx) => tx.keepRings(new Map([["slack:U1", odd]])));
      const again = {
        ...odd,
        pages: odd.pages.map((one) => (one.ticket === "t2" ? { ...one, nr: 2 } : one)),
      };
      await store.transaction((tx) => tx.keepRings(new Map([["slack:U1", again]])));
      const read = await store.transaction((tx) => tx.ringsAt("slack:U1"));
      expect(read?.pages.map(({ title, nr }) => `${title} ${nr}`)).toEqual(["ab 1", "Down 2"]);
    });

    it("is kept in its order, whichever pages come, change, ring again or go, and where all that is taken back", async () => {
      const place = "slack:U1";
      const change = fc.record({
        what: fc.constantFrom("comes", "changes", "rings again", "goes", "all change"),
        which: fc.nat(9),
        isTakenBack: fc.boolean(),
      });
      let number = 0;
      const changed = (
        { pages, ...rest }: Rings,
        { what, which }: { what: string; which: number },
      ): Rings => {
        const chosen = pages[which % Math.max(1, pages.length)];
        const anew = { ...(chosen ?? RUNG), number: `ACME-${(number += 1)}` };
        const others = pages.filter((one) => one !== chosen);
        if (chosen === undefined || what === "comes")
          return { ...rest, pages: [...pages, { ...anew, ticket: `t${number}` }] };
        if (what === "changes") return { ...rest, pages: pages.map((one) => (one === chosen ? anew : one)) };
        if (what === "rings again") return { ...rest, pages: [...others, anew] };
        if (what === "goes") return { ...rest, pages: others };
        return { ...rest, pages: pages.map((one) => ({ ...one, title: anew.number })) };
      };
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
          const ringing = async () => (await store.transaction((tx) => tx.ringsAt(place))) ?? SILENT;
          let kept = await ringing();
          for (const one of changes) {
            const keeping = store.transaction(async (tx) => {
              const next = changed((await tx.lockRings([place])).get(place) ?? SILENT, one);
              await tx.keepRings(new Map([[place, next]]));
              if (one.isTakenBack) throw new Error("taken back");
              return next;
            });
            if (one.isTakenBack) await expect(keeping).rejects.toThrow("taken back");
            else kept = await keeping;
            expect(await ringing()).toEqual(kept);
          }
        }),
        { numRuns: 15 },
      );
    });

    it("counts each of many that come at once", async () => {
      await Promise.all(
        Array.from({ length: 8 }, () =>
          store.transaction(async (tx) => {
            const before = (await tx.lockRings(["slack:U1"])).get("slack:U1") ?? SILENT;
            await tx.keepRings(new Map([["slack:U1", { ...before, storms: before.storms + 1 }]]));
          }),
        ),
      );
      expect((await store.transaction((tx) => tx.ringsAt("slack:U1")))?.storms).toBe(8);
    });
  });

  describe("word of a commit", () => {
    it("comes once what was changed can be seen, and not for reading or for what was taken back", async () => {
      const seen: Promise<unknown>[] = [];
      const stop = store.onCommit(() => seen.push(store.census()));
      await file(store);
      await store.transaction((tx) => tx.listTickets({ limit: 1 }));
      const failing = store.transaction(async (tx) => {
        await tx.enqueue([show("a")]);
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      expect(seen).toEqual([]);
      await store.transaction((tx) => tx.enqueue([show("b")]));
      expect(await Promise.all(seen)).toMatchObject([{ outboxByState: { waiting: 1 } }]);
      stop();
      await store.transaction((tx) => tx.enqueue([show("c")]));
      expect(seen).toHaveLength(1);
    });
  });

  describe("an operator", () => {
    it("sees tickets and messages counted", async () => {
      await file(store, { ticket: aTicket(), index: anIndex({ wakeAt: minute(7) }) });
      await store.transaction((tx) => tx.enqueue([show("a"), show("b")]));
      expect(await store.census()).toEqual({
        ticketsByStatus: { new: 1 },
        outboxByState: { waiting: 2 },
        oldestWakeAt: minute(7),
        pagesUnsent: 0,
        acceptedWaiting: 0,
        migrated: true,
      });
      expect(await store.pulse()).toEqual({ oldestWakeAt: minute(7), migrated: true });
    });

    it("counts the pages that are not sent yet, and can tell that it takes what is written, which leaves nothing", async () => {
      await store.transaction((tx) => tx.enqueue([show("a"), show("b", { urgency: "page" })]));
      expect((await store.census()).pagesUnsent).toBe(1);
      const before = await store.census();
      await store.tryToWrite();
      await store.tryToWrite();
      expect(await store.census()).toEqual(before);
    });

    it("can compare the machine's clock with the database's, where that has one of its own", async () => {
      const now = await store.databaseNow();
      expect(now === null).toBe(!isShared);
      if (now !== null) expect(Math.abs(now.getTime() - Date.now())).toBeLessThan(60_000);
      const { databaseNow } = await store.nextWakeAt();
      expect(databaseNow === null).toBe(!isShared);
      if (databaseNow !== null) expect(Math.abs(databaseNow.getTime() - Date.now())).toBeLessThan(60_000);
    });
  });

  it("a transaction within a transaction is refused, where it would wait for itself", async () => {
    const nested = store.transaction((tx) => tx.nextNumber("ACME").then(() => store.nextWakeAt()));
    await expect(nested).rejects.toThrow("use its tx");
    expect(await store.transaction((tx) => tx.nextNumber("ACME"))).toBe(1);
  });

  it("a statement that failed takes the whole transaction back, even where its error was caught", async () => {
    await file(store, { ticket: aTicket() });
    const careless = store.transaction(async (tx) => {
      await tx.nextNumber("ACME");
      await tx.insertTicket(aTicket(), anIndex(), []).catch(() => undefined);
    });
    await expect(careless).rejects.toThrow();
    expect(await store.transaction((tx) => tx.nextNumber("ACME"))).toBe(1);
  });

  it("a closed store takes nothing in any more", async () => {
    await store.close();
    await expect(store.nextWakeAt()).rejects.toMatchObject({ code: "unavailable" });
  });
});
