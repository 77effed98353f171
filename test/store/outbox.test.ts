// What the outbox promises its senders, in every home. Time is what the test says it is: `machine(ms)`.
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Delivery, Effect, Outcome, Store } from "../../src/desk/ports.ts";
import { openHomes } from "./homes.ts";
import { line, machine, page, show } from "./samples.ts";

const { homes, close } = await openHomes();
afterAll(close);

const LEASE_MS = 15_000;

describe.each(homes)("the outbox on $name", { timeout: 60_000 }, ({ database }) => {
  let store: Store;
  let now: number;
  beforeEach(async () => {
    await database.clear();
    now = 0;
    store = await database.open({ machineNow: () => machine(now), pace: () => 0 });
  });

  const want = (...effects: Effect[]) => store.transaction((tx) => tx.enqueue(effects));
  const claim = (limit = 10, which?: "all" | "pages") =>
    store.outbox.claim(machine(now), LEASE_MS, limit, which);
  const record = (delivery: Delivery, outcome: Outcome) =>
    store.outbox.record(delivery, outcome, machine(now));
  const keys = (deliveries: readonly Delivery[]) => deliveries.map(({ key }) => key);
  const states = async () => (await store.census()).outboxByState;

  /** Claims the one delivery that there must be. */
  async function claimOne(): Promise<Delivery> {
    const deliveries = await claim();
    const [only] = deliveries;
    if (only === undefined || deliveries.length > 1)
      throw new Error(`${deliveries.length} deliveries are due`);
    return only;
  }
  const send = async (ref: string) => record(await claimOne(), { is: "sent", ref });
  const soon = (afterMs: number): Outcome => ({
    is: "retry",
    at: machine(now + afterMs),
    why: "500",
    lane: false,
  });
  const noAnswer = (afterMs: number): Outcome => ({
    is: "unknown",
    at: machine(now + afterMs),
    why: "no answer",
  });

  describe("a message", () => {
    it("is sent once, and then there is nothing to do", async () => {
      await want(show("card", { ticket: "t1" }));
      const delivery = await claimOne();
      expect(delivery).toMatchObject({
        ids: ["card"],
        key: "card",
        ticket: "t1",
        place: "slack:C1",
        urgency: "normal",
        unknownFates: 0,
        failures: 0,
        enqueuedAt: machine(0),
        work: { do: "post", message: line("card"), under: null },
      });
      expect(await claim()).toEqual([]);
      expect(await record(delivery, { is: "sent", ref: "slack:C1:1" })).toBe(true);
      expect(await claim()).toEqual([]);
      expect(await store.outbox.nextAt(machine(now))).toBeNull();
      expect(await states()).toEqual({ shown: 1 });
    });

    it("that was never sent is replaced by a newer want, and keeps its place in the queue", async () => {
      await want(show("first"), show("second"));
      now = 5;
      await want(show("first", { message: line("newer") }));
      expect((await claimOne()).work).toMatchObject({ do: "post", message: line("newer") });
    });

    it("that stands there is edited", async () => {
      await want(show("card"));
      await send("slack:C1:1");
      await want(show("card", { message: line("newer") }));
      const edit = await claimOne();
      expect(edit.work).toEqual({ do: "edit", message: line("newer"), ref: "slack:C1:1" });
      await record(edit, { is: "sent", ref: null });
      expect(await states()).toEqual({ shown: 1 });
    });

    it("that is edited has been waiting since the edit was wanted", async () => {
      await want(show("card"));
      await send("slack:C1:1");
      now = 86_400_000;
      await want(show("card", { message: line("newer") }));
      expect((await claimOne()).enqueuedAt).toEqual(machine(now));
    });

    it("that stands there is left alone where the same is wanted again", async () => {
      await want(show("card"));
      await send("slack:C1:1");
      await want(show("card"));
      expect(await claim()).toEqual([]);
    });

    it("that changes while it is being sent is edited as soon as it stands there", async () => {
      await want(show("card"));
      const post = await claimOne();
      await want(show("card", { message: line("newer") }));
      expect(await claim()).toEqual([]);
      await record(post, { is: "sent", ref: "slack:C1:1" });
      expect((await claimOne()).work).toEqual({ do: "edit", message: line("newer"), ref: "slack:C1:1" });
    });

    it("keeps its words however hostile, in every field", async () => {
      const words = "'; drop table outbox; -- % _ \\ \u202E <!channel> 2026-11-27T12:00:00.000Z";
      await want(show(`slot ${words}`, { place: `slack:${words}`, message: line(`a\u0000\uD800 ${words}`) }));
      const delivery = await claimOne();
      expect(delivery.place).toBe(`slack:${words}`);
      expect(delivery.work).toMatchObject({ message: line(`a\uFFFD ${words}`) });
      expect(await record(delivery, { is: "sent", ref: `ref ${words}` })).toBe(true);
    });

    it("is listed by its ticket and the beginning of its slot, unless it was dropped", async () => {
      await want(
        show("t1:page:1", { ticket: "t1" }),
        show("t1:page:2", { ticket: "t1", place: "slack:U2" }),
        show("t1:card", { ticket: "t1" }),
        show("t2:page:1", { ticket: "t2" }),
      );
      await want(show("t1:page:1", { ticket: "t1", mode: "edit-only" }));
      expect(await store.transaction((tx) => tx.slotsOf("t1", "t1:page:"))).toEqual(["t1:page:2"]);
      expect(await store.transaction((tx) => tx.slotsOf("t1", "%"))).toEqual([]);
    });

    it("is known as unsent until it stands there or is refused, also where it was dropped", async () => {
      const unsent = async () => [...(await store.transaction((tx) => tx.unsent(["one", "two", "none"])))];
      await want(show("one"));
      expect(await unsent()).toEqual(["one"]);
      await want(show("one", { mode: "edit-only" }), show("two"));
      expect((await unsent()).sort()).toEqual(["one", "two"]);
      await record(await claimOne(), { is: "failed", why: "is_archived" });
      expect(await unsent()).toEqual(["one"]);
      await want(show("one"));
      await send("slack:C1:1");
      expect(await unsent()).toEqual([]);
    });
  });

  describe("a page that was acknowledged", () => {
    const ringing = show("page", { message: page("ringing"), urgency: "page" });
    const acknowledged = show("page", { message: page("acknowledged"), urgency: "page", mode: "edit-only" });

    it("and never sent is dropped, and an edit of what was never wanted is nothing", async () => {
      await want(ringing, acknowledged, show("unheard of", { mode: "edit-only" }));
      expect(await claim()).toEqual([]);
      expect(await states()).toEqual({ dropped: 1 });
    });

    it("while it was being sent is edited once it stands there", async () => {
      await want(ringing);
      const post = await claimOne();
      await want(acknowledged);
      await record(post, { is: "sent", ref: "slack:U1:1" });
      expect((await claimOne()).work).toMatchObject({ do: "edit", message: page("acknowledged") });
    });

    it("while it was being sent in vain does not come back", async () => {
      await want(ringing);
      const post = await claimOne();
      await want(acknowledged);
      await record(post, soon(1_000));
      now = 60_000;
      expect(await claim()).toEqual([]);
      expect(await states()).toEqual({ dropped: 1 });
    });

    it("while nobody knows whether it arrived is looked for: edited where it did", async () => {
      await want(ringing);
      await record(await claimOne(), noAnswer(1_000));
      await want(acknowledged);
      now = 1_000;
      const find = await claimOne();
      expect(find).toMatchObject({ unknownFates: 1, work: { do: "find", message: page("acknowledged") } });
      await record(find, { is: "sent", ref: "slack:U1:1" });
      expect((await claimOne()).work).toMatchObject({ do: "edit", ref: "slack:U1:1" });
    });

    it("while nobody knows whether it arrived is dropped where it did not", async () => {
      await want(ringing);
      await claimOne();
      await want(acknowledged);
      now = LEASE_MS;
      const find = await claimOne();
      expect(find.work.do).toBe("find");
      await record(find, { is: "dropped" });
      now = 60_000;
      expect(await claim()).toEqual([]);
      expect(await states()).toEqual({ dropped: 1 });
    });

    it("while it is looked for is known to whoever looks", async () => {
      await want(ringing);
      await record(await claimOne(), noAnswer(1_000));
      now = 1_000;
      const again = await claimOne();
      expect(again.work.do).toBe("post");
      expect(await store.outbox.wantedNow(again)).toEqual(again);
      await want(acknowledged);
      expect(await store.outbox.wantedNow(again)).toEqual({
        ...again,
        work: { do: "find", message: page("acknowledged"), under: null },
      });
    });

    it("and rings again while it is looked for is sent again", async () => {
      await want(ringing);
      await record(await claimOne(), noAnswer(1_000));
      await want(acknowledged);
      now = 1_000;
      const find = await claimOne();
      await want(ringing);
      await record(find, { is: "dropped" });
      expect(await claimOne()).toMatchObject({
        unknownFates: 0,
        work: { do: "post", message: page("ringing"), under: null },
      });
    });

    it("and rings again is sent again", async () => {
      await want(ringing, acknowledged, ringing);
      expect((await claimOne()).work).toEqual({ do: "post", message: page("ringing"), under: null });
    });
  });

  describe("a delivery", () => {
    it("is its sender's alone until the lease ends, and then another's", async () => {
      await want(show("card"));
      const lost = await claimOne();
      now = LEASE_MS - 1;
      expect(await claim()).toEqual([]);
      expect(await store.outbox.nextAt(machine(now))).toEqual(machine(LEASE_MS));
      now = LEASE_MS;
      const taken = await claimOne();
      expect(taken).toMatchObject({ key: "card", unknownFates: 1 });
      expect(taken.attempt).not.toBe(lost.attempt);
    });

    it("keeps its lease while it is extended", async () => {
      await want(show("card"));
      const delivery = await claimOne();
      now = 10_000;
      await store.outbox.extend([delivery], machine(now), LEASE_MS);
      now = 20_000;
      expect(await claim()).toEqual([]);
      expect(await record(delivery, { is: "sent", ref: "slack:C1:1" })).toBe(true);
    });

    it("that another has taken over cannot be recorded, nor extended, nor take anything with it", async () => {
      await want(show("card"));
      const lost = await claimOne();
      now = LEASE_MS;
      const taken = await claimOne();
      const also = store.outbox.record(lost, { is: "sent", ref: "slack:C1:1" }, machine(now), async (tx) => {
        await tx.nextNumber("ACME");
      });
      expect(await also).toBe(false);
      expect(await store.transaction((tx) => tx.nextNumber("ACME"))).toBe(1);
      await store.outbox.extend([lost], machine(now), 10 * LEASE_MS);
      expect(await store.outbox.nextAt(machine(now))).toEqual(machine(2 * LEASE_MS));
      expect(await record(taken, { is: "sent", ref: "slack:C1:2" })).toBe(true);
      expect(await record(taken, { is: "sent", ref: "slack:C1:3" })).toBe(false);
    });

    it("is recorded with what happens in the same transaction, or not at all", async () => {
      await want(show("page", { urgency: "page" }));
      const delivery = await claimOne();
      const failing = store.outbox.record(delivery, { is: "failed", why: "no such user" }, machine(now), () =>
        Promise.reject(new Error("the ladder broke")),
      );
      await expect(failing).rejects.toThrow("the ladder broke");
      expect(await states()).toEqual({ claimed: 1 });
      const also = async (tx: Parameters<Parameters<Store["transaction"]>[0]>[0]) =>
        tx.enqueue([show("next step", { place: "slack:U2", urgency: "page" })]);
      expect(
        await store.outbox.record(delivery, { is: "failed", why: "no such user" }, machine(now), also),
      ).toBe(true);
      expect(keys(await claim())).toEqual(["next step"]);
    });

    it("that may try again does so when it may, and counts its failures", async () => {
      await want(show("card"));
      await record(await claimOne(), soon(2_000));
      expect(await store.outbox.nextAt(machine(now))).toEqual(machine(2_000));
      now = 1_999;
      expect(await claim()).toEqual([]);
      now = 2_000;
      expect(await claimOne()).toMatchObject({ failures: 1, unknownFates: 0 });
    });

    it("of unknown fate says so on every further try, until it is known", async () => {
      await want(show("card"));
      await record(await claimOne(), noAnswer(1_000));
      now = 1_000;
      await record(await claimOne(), soon(1_000));
      now = 2_000;
      const third = await claimOne();
      expect(third).toMatchObject({ failures: 2, unknownFates: 1 });
      await record(third, { is: "sent", ref: "slack:C1:1" });
      await want(show("card", { message: line("newer") }));
      expect(await claimOne()).toMatchObject({ failures: 0, unknownFates: 0 });
    });

    it("that another attempt has taken over is wanted no more of the first", async () => {
      await want(show("card"));
      const slow = await claimOne();
      now = LEASE_MS;
      const next = await claimOne();
      expect(await store.outbox.wantedNow(slow)).toBeNull();
      expect(await store.outbox.wantedNow(next)).toEqual(next);
      await record(next, { is: "sent", ref: "slack:C1:1" });
      expect(await store.outbox.wantedNow(next)).toBeNull();
    });

    it("of unknown fate that changes meanwhile is edited after it was found, for what was found is the old one", async () => {
      await want(show("card"));
      await record(await claimOne(), noAnswer(1_000));
      await want(show("card", { message: line("newer") }));
      now = 1_000;
      const again = await claimOne();
      expect(again).toMatchObject({ version: 1, work: { do: "post", message: line("newer") } });
      await record(again, { is: "sent", ref: "slack:C1:1" });
      expect((await claimOne()).work).toEqual({ do: "edit", message: line("newer"), ref: "slack:C1:1" });
    });

    it("that failed for good is tried again when something else is wanted, not for an edit", async () => {
      await want(show("card"));
      await record(await claimOne(), { is: "failed", why: "channel_not_found" });
      await want(show("card"), show("card", { message: line("edited"), mode: "edit-only" }));
      expect(await claim()).toEqual([]);
      expect(await states()).toEqual({ failed: 1 });
      await want(show("card", { message: line("newer") }));
      expect(await claimOne()).toMatchObject({ failures: 0, work: { do: "post", message: line("newer") } });
    });

    it("of which nobody can tell whether it arrived is not sent again", async () => {
      await want(show("card"));
      await record(await claimOne(), { is: "unsure", why: "cannot tell" });
      await want(show("card", { message: line("newer") }));
      expect(await claim()).toEqual([]);
      expect(await states()).toEqual({ unsure: 1 });
    });
  });

  describe("a lane", () => {
    it("has one message in flight at a time, and gives them in the order in which they were wanted", async () => {
      await want(show("one"), show("two"), show("elsewhere", { place: "slack:C2" }));
      const deliveries = await claim();
      expect(keys(deliveries)).toEqual(["one", "elsewhere"]);
      for (const delivery of deliveries) await record(delivery, { is: "sent", ref: delivery.key });
      expect(keys(await claim())).toEqual(["two"]);
    });

    it("of pages goes beside the one of other messages, and before all of them", async () => {
      await want(show("line"), show("other", { place: "slack:C2" }), show("page", { urgency: "page" }));
      expect(keys(await claim(2))).toEqual(["page", "line"]);
    });

    it("of pages is taken alone where nothing else is wanted", async () => {
      await want(show("line"), show("other", { place: "slack:C2" }), show("page", { urgency: "page" }));
      expect(keys(await claim(10, "pages"))).toEqual(["page"]);
      expect(keys(await claim(10, "pages"))).toEqual([]);
      expect(keys(await claim())).toEqual(["line", "other"]);
    });

    it("is quiet for a while after a post, and not after an edit", async () => {
      store = await database.open({ machineNow: () => machine(now), pace: () => 1_000 });
      await want(show("one"), show("two"));
      await send("slack:C1:1");
      expect(await store.outbox.nextAt(machine(now))).toEqual(machine(1_000));
      now = 999;
      expect(await claim()).toEqual([]);
      now = 1_000;
      await send("slack:C1:2");
      now = 2_000;
      await want(show("one", { message: line("newer") }), show("three"));
      await send("slack:C1:1");
      expect(keys(await claim())).toEqual(["three"]);
    });

    it("is not quiet after a post that was only found: nothing went there now", async () => {
      store = await database.open({ machineNow: () => machine(now), pace: () => 1_000 });
      await want(show("one"));
      await record(await claimOne(), noAnswer(5_000));
      now = 5_000;
      await record(await claimOne(), { is: "sent", ref: "slack:C1:1", found: true });
      await want(show("two"));
      expect(keys(await claim())).toEqual(["two"]);
    });

    it("is as quiet as the platform and the place ask", async () => {
      const asked: string[] = [];
      const pace = (place: string, urgency: string) => (asked.push(`${place} ${urgency}`), 0);
      store = await database.open({ machineNow: () => machine(now), pace });
      await want(show("page", { place: "slack:U1", urgency: "page" }));
      await send("slack:U1:1");
      expect(asked).toEqual(["slack:U1 page"]);
    });

    it("waits as a whole where the platform says so, pages too, and others go on", async () => {
      await want(
        show("one"),
        show("two"),
        show("page", { urgency: "page" }),
        show("far", { place: "slack:C2" }),
      );
      for (const delivery of await claim()) {
        const isLimited = delivery.key === "one";
        await record(
          delivery,
          isLimited
            ? { is: "retry", at: machine(30_000), why: "429", lane: true }
            : { is: "sent", ref: delivery.key },
        );
      }
      await want(show("page 2", { urgency: "page" }), show("far 2", { place: "slack:C2" }));
      await send("slack:C2:2");
      now = 30_000;
      expect(keys(await claim())).toEqual(["page 2", "two"]);
    });

    it("of a platform that takes nothing from us any more waits like all of that platform, and is never given up", async () => {
      await want(
        show("one"),
        show("page", { urgency: "page", place: "slack:C2" }),
        show("elsewhere", { place: "teams:19:a" }),
      );
      const [page] = await claim(1);
      if (page === undefined) throw new Error("no page");
      expect(page.key).toBe("page");
      await record(page, {
        is: "retry",
        at: machine(60_000),
        why: "token_revoked",
        lane: false,
        shutOut: true,
      });
      expect(keys(await claim())).toEqual(["elsewhere"]);
      now = 59_999;
      expect(keys((await claim()).filter(({ place }) => place.startsWith("slack:")))).toEqual([]);
      now = 60_000;
      expect(keys((await claim()).filter(({ place }) => place.startsWith("slack:")))).toEqual([
        "page",
        "one",
      ]);
    });

    it("is not held up by one that must wait", async () => {
      await want(show("one"), show("two"));
      await record(await claimOne(), soon(10_000));
      expect(keys(await claim())).toEqual(["two"]);
    });
  });

  describe("a message in a thread", () => {
    it("goes without one where that was never wanted", async () => {
      await want(show("line", { under: "unheard of" }));
      expect((await claimOne()).work).toMatchObject({ do: "post", under: null });
    });

    it("waits until that stands there, and goes under it", async () => {
      await want(show("card"), show("line", { under: "card", place: "slack:C2" }));
      const card = await claimOne();
      expect(card.key).toBe("card");
      await want(show("second", { under: "card", place: "slack:C3" }));
      expect(await claim()).toEqual([]);
      await record(card, { is: "sent", ref: "slack:C1:1" });
      expect((await claim()).map(({ key, work }) => [key, work])).toEqual([
        ["line", { do: "post", message: line("line"), under: "slack:C1:1" }],
        ["second", { do: "post", message: line("second"), under: "slack:C1:1" }],
      ]);
      await want(show("third", { under: "card", place: "slack:C4" }));
      expect((await claimOne()).work).toMatchObject({ under: "slack:C1:1" });
    });

    it.each<Outcome>([
      { is: "failed", why: "channel_not_found" },
      { is: "unsure", why: "cannot tell" },
    ])("goes without one where that will never stand: $is", async (outcome) => {
      await want(show("card"), show("line", { under: "card", place: "slack:C2" }));
      await record(await claimOne(), outcome);
      await want(show("late", { under: "card", place: "slack:C3" }));
      expect((await claim()).map(({ key, work }) => [key, work])).toMatchObject([
        ["line", { under: null }],
        ["late", { under: null }],
      ]);
    });

    it("goes without one where that was dropped", async () => {
      await want(show("page"), show("line", { under: "page", place: "slack:C2" }));
      await want(show("page", { mode: "edit-only" }));
      expect((await claimOne()).work).toMatchObject({ do: "post", under: null });
    });
  });

  describe("lines for one place", () => {
    const reminder = (slot: string, change: Parameters<typeof show>[1] = {}) =>
      show(slot, { combines: true, ...change });

    it("that are due together become one message", async () => {
      await want(reminder("a", { ticket: "t1" }));
      now = 200;
      await want(reminder("b", { ticket: "t2" }), reminder("elsewhere", { place: "slack:C2" }));
      expect(await claim()).toEqual([]);
      expect(await store.outbox.nextAt(machine(now))).toEqual(machine(300));
      now = 300;
      const digest = await claimOne();
      expect(digest).toMatchObject({
        ids: ["a", "b"],
        key: "a",
        ticket: null,
        work: { do: "post", message: { kind: "digest", lines: [line("a"), line("b")] } },
      });
      await record(digest, { is: "sent", ref: "slack:C1:1" });
      expect(await states()).toEqual({ shown: 2, waiting: 1 });
    });

    it("go alone where they are alone, and never with those of another thread or urgency", async () => {
      await want(show("card"));
      await send("slack:C1:1");
      await want(reminder("a"), reminder("b", { under: "card" }), reminder("c", { urgency: "page" }));
      now = 300;
      const deliveries = await claim();
      expect(deliveries.map(({ ids }) => ids)).toEqual([["c"], ["a"]]);
      expect(deliveries[1]?.work).toMatchObject({ message: line("a") });
    });

    it("are forty in one message at the most", async () => {
      await want(...Array.from({ length: 50 }, (_, count) => reminder(`line ${count}`)));
      now = 300;
      const digest = await claimOne();
      expect(digest.ids).toHaveLength(40);
      await record(digest, { is: "sent", ref: "slack:C1:1" });
      expect((await claimOne()).ids).toHaveLength(10);
    });

    it("whose fate is unknown stay together, for their message may stand there", async () => {
      await want(reminder("a"), reminder("b"));
      now = 300;
      await record(await claimOne(), noAnswer(100));
      await want(reminder("c"));
      now = 600;
      expect(await claimOne()).toMatchObject({ ids: ["a", "b"], key: "a", unknownFates: 1 });
      now += LEASE_MS;
      const alone = await claimOne();
      expect(alone.ids).toEqual(["c"]);
      await record(alone, { is: "sent", ref: "slack:C1:1" });
      const again = await claimOne();
      expect(again).toMatchObject({ ids: ["a", "b"], key: "a", unknownFates: 2 });
      expect(await store.outbox.wantedNow(again)).toEqual(again);
    });

    it("that were refused may go with others the next time", async () => {
      await want(reminder("a"), reminder("b"));
      now = 300;
      await record(await claimOne(), soon(1_000));
      await want(reminder("c"));
      now = 1_300;
      expect((await claimOne()).ids).toEqual(["a", "b", "c"]);
    });

    it("leave one out that must wait before it is tried again", async () => {
      await want(reminder("a"));
      now = 300;
      await record(await claimOne(), soon(60_000));
      await want(reminder("b"), reminder("c"));
      now = 600;
      expect((await claimOne()).ids).toEqual(["b", "c"]);
    });

    it("are never edited once they are sent", async () => {
      await want(reminder("a"), reminder("b"));
      now = 300;
      const digest = await claimOne();
      await want(reminder("a", { message: line("newer") }));
      await record(digest, { is: "sent", ref: "slack:C1:1" });
      await want(reminder("b", { message: line("newer") }));
      expect(await claim()).toEqual([]);
    });
  });

  describe("a question", () => {
    const question = (at: Date, person = "sam"): Effect => ({
      ...{ do: "ask", slot: `hearing:${person}`, ticket: null, place: `slack:${person}` },
      question: { person, at, shiftEndsAt: null },
    });

    it("is asked each time that it is wanted, one after another of a platform, and its answer recorded with what follows", async () => {
      await want(question(new Date(0)), question(new Date(0), "mia"));
      const [first, ...others] = await claim();
      expect(others).toEqual([]);
      expect(first).toMatchObject({
        place: "slack:sam",
        work: { do: "ask", question: { person: "sam", at: new Date(0), shiftEndsAt: null } },
      });
      if (first === undefined) throw new Error("nothing was claimed");
      await record(first, { is: "sent", ref: null, hearing: { is: "untold" } });
      await record(await claimOne(), { is: "sent", ref: null, hearing: { is: "untold" } });
      await want(question(new Date(1)));
      expect((await claimOne()).work).toMatchObject({ question: { at: new Date(1) } });
    });
  });

  describe("a setting", () => {
    const topic = (words: string): Effect => ({
      ...{ do: "set", slot: "s1", ticket: null, place: "slack:C1" },
      setting: { is: "topic", place: "slack:C1", topic: words },
    });

    it("is made so once, and the newest wins", async () => {
      await want(topic("Mia"), topic("Sam"));
      const delivery = await claimOne();
      expect(delivery).toMatchObject({ place: "slack:C1", work: { do: "set", setting: { topic: "Sam" } } });
      await want(topic("Leo"));
      await record(delivery, { is: "sent", ref: null });
      const newer = await claimOne();
      expect(newer.work).toMatchObject({ setting: { topic: "Leo" } });
      await record(newer, { is: "sent", ref: null });
      await want(topic("Leo"));
      expect(await claim()).toEqual([]);
    });

    it("that was refused is tried again when something else is wanted", async () => {
      await want(topic("Mia"));
      await record(await claimOne(), { is: "failed", why: "missing_scope" });
      await want(topic("Mia"));
      expect(await claim()).toEqual([]);
      await want(topic("Sam"));
      expect((await claimOne()).work).toMatchObject({ setting: { topic: "Sam" } });
    });
  });

  describe("a mark on somebody's message", () => {
    const mark: Effect = { do: "mark", slot: "m1", ticket: "t1", on: "slack:C1:9", mark: "sent-out" };

    it("is made once, and made anew when it changes", async () => {
      await want(mark, mark);
      const delivery = await claimOne();
      expect(delivery).toMatchObject({
        place: "slack:C1:9",
        work: { do: "mark", on: "slack:C1:9", mark: "sent-out" },
      });
      await record(delivery, { is: "sent", ref: null });
      expect(await claim()).toEqual([]);
      await want({ ...mark, mark: "kept-inside" });
      expect((await claimOne()).work).toMatchObject({ mark: "kept-inside" });
    });

    it("whose fate is unknown is simply made again", async () => {
      await want(mark);
      await record(await claimOne(), noAnswer(1_000));
      now = 1_000;
      expect(await claimOne()).toMatchObject({ unknownFates: 0, failures: 1 });
    });
  });
});
