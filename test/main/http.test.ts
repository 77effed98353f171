import { connect } from "node:net";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import type { Census } from "../../src/desk/ports.ts";
import { readinessOf, startHttp, type HttpServer } from "../../src/http.ts";
import { openMetrics } from "../../src/metrics.ts";

const now = new Date("2026-03-02T10:00:00Z");
const clocks = { now: () => now, machineNow: () => now };
const healthy: Census = {
  ticketsByStatus: { new: 2 },
  outboxByState: { waiting: 7 },
  oldestWakeAt: null,
  pagesUnsent: 1,
  acceptedWaiting: 3,
  migrated: true,
};
const storeWith = (census: Partial<Census>, databaseNow: Date | null = null) => ({
  census: () => Promise.resolve({ ...healthy, ...census }),
  pulse: () => Promise.resolve({ ...healthy, ...census }),
  databaseNow: () => Promise.resolve(databaseNow),
  tryToWrite: () => Promise.resolve(),
});

let servers: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop(0)));
  servers = [];
});

async function serving(store = storeWith({}), slack: Parameters<typeof startHttp>[0]["slack"] = null) {
  const server = await startHttp({
    host: "127.0.0.1",
    port: 0,
    readiness: () => readinessOf(store, clocks),
    metrics: openMetrics(store),
    slack,
    calendar: (token) => Promise.resolve(token === "sam.abc" ? "BEGIN:VCALENDAR\r\n" : null),
    teams: null,
    log: pino({ level: "silent" }),
  });
  servers.push(server);
  return server;
}

describe("ready", () => {
  it("is a desk whose database answers, with nothing waiting and a clock that agrees", async () => {
    const { ready, checks } = await readinessOf(storeWith({}), clocks);
    expect(ready).toBe(true);
    expect(Object.keys(checks)).toEqual(["database", "migrations", "schedule", "clock", "writing"]);
  });

  const failing: [string, Partial<Census>, Date | null, string][] = [
    ["tables of another version", { migrated: false }, null, "migrations"],
    ["something due for over a minute", { oldestWakeAt: new Date("2026-03-02T09:58:59Z") }, null, "schedule"],
    ["a clock 31 s behind the database's", {}, new Date("2026-03-02T10:00:31Z"), "clock"],
    ["a clock 31 s ahead of the database's", {}, new Date("2026-03-02T09:59:29Z"), "clock"],
  ];
  it.each(failing)("is no desk with %s", async (_, census, databaseNow, check) => {
    const { ready, checks } = await readinessOf(storeWith(census, databaseNow), clocks);
    expect(ready).toBe(false);
    expect(
      Object.entries(checks)
        .filter(([, { ok }]) => !ok)
        .map(([name]) => name),
    ).toEqual([check]);
  });

  it("is a desk that has something due for less than a minute, and messages that wait", async () => {
    const store = storeWith({
      oldestWakeAt: new Date("2026-03-02T09:59:10Z"),
      outboxByState: { waiting: 9_000 },
    });
    expect((await readinessOf(store, clocks)).ready).toBe(true);
  });

  it("is no desk whose database answers and takes nothing, and says so", async () => {
    const full = {
      ...storeWith({}),
      tryToWrite: () => Promise.reject(new Error("no space left on db.internal")),
    };
    const { ready, checks } = await readinessOf(full, clocks);
    expect(ready).toBe(false);
    expect(checks["writing"]).toEqual({ ok: false, says: expect.stringContaining("disk is full") as string });
    const { url } = await serving(full);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain("belfry_database_writable 0");
  });

  it("is a desk that Slack takes nothing from, since people can still be answered; it says so", async () => {
    const shutOut = { platform: "slack", sinceAt: now, why: "token_revoked" };
    const { ready, checks } = await readinessOf(storeWith({}), clocks, [shutOut]);
    expect(ready).toBe(true);
    expect(checks["slack"]).toMatchObject({
      ok: false,
      says: expect.stringContaining("token_revoked") as string,
    });
  });

  it("is no desk whose database is away, and does not say where that is", async () => {
    const store = {
      ...storeWith({}),
      pulse: () => Promise.reject(new Error("connect ECONNREFUSED db.internal:5432 as belfry")),
    };
    const readiness = await readinessOf(store, clocks);
    expect(readiness.ready).toBe(false);
    expect(JSON.stringify(readiness)).not.toContain("db.internal");
  });
});

describe("the port", () => {
  it("says that Belfry lives, also while the database is away", async () => {
    const away = () => Promise.reject(new Error("away"));
    const { url } = await serving({ ...storeWith({}), census: away, pulse: away });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const readyz = await fetch(`${url}/readyz`);
    expect(readyz.status).toBe(503);
    expect(await readyz.json()).toMatchObject({ ready: false, checks: { database: { ok: false } } });
    const metrics = await fetch(`${url}/metrics`);
    expect(metrics.status).toBe(200);
    expect(await metrics.text()).toContain("belfry_database_up 0");
  });

  it("shows the numbers that operators want", async () => {
    const { url } = await serving();
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const line of [
      'belfry_tickets{status="new"} 2',
      'belfry_outbox{state="waiting"} 7',
      "belfry_pages_unsent 1",
      "belfry_presses_waiting 3",
      "belfry_database_writable 1",
      "belfry_acknowledgement_seconds",
      "belfry_due_to_sent_seconds",
      "belfry_platform_refusals_total",
      "belfry_breaches_total",
    ])
      expect(text).toContain(line);
  });

  it("hands what Slack sends to its listener, and has nothing there without one", async () => {
    const over = await serving(storeWith({}), (_, response) => response.end("heard"));
    expect(await (await fetch(`${over.url}/slack/events?x=1`, { method: "POST" })).text()).toBe("heard");
    const socket = await serving();
    expect((await fetch(`${socket.url}/slack/events`, { method: "POST" })).status).toBe(404);
  });

  it("shows a person's calendar at its address, to be read only, and nothing at any other", async () => {
    const { url } = await serving();
    const found = await fetch(`${url}/oncall/sam.abc.ics`);
    expect(found.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
    expect(found.headers.get("cache-control")).toBe("no-store");
    expect(await found.text()).toBe("BEGIN:VCALENDAR\r\n");
    expect((await fetch(`${url}/oncall/sam.abd.ics`)).status).toBe(404);
    expect((await fetch(`${url}/oncall/sam.abc`)).status).toBe(404);
    expect((await fetch(`${url}/oncall/sam.abc.ics`, { method: "DELETE" })).status).toBe(405);
  });

  it("answers 404 elsewhere and 405 to writers", async () => {
    const { url } = await serving();
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/../etc/passwd`)).status).toBe(404);
    expect((await fetch(`${url}/healthz`, { method: "POST" })).status).toBe(405);
  });

  it("that is taken is told in a sentence", async () => {
    const { url } = await serving();
    const port = Number(new URL(url).port);
    const taken = startHttp({
      host: "127.0.0.1",
      port,
      readiness: () => readinessOf(storeWith({}), clocks),
      metrics: openMetrics(storeWith({})),
      slack: null,
      calendar: () => Promise.resolve(null),
      teams: null,
      log: pino({ level: "silent" }),
    });
    await expect(taken).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
  });

  it("is free again soon after it is stopped, although somebody keeps a request open", async () => {
    const server = await serving();
    const { port, hostname } = new URL(server.url);
    const dawdler = connect(Number(port), hostname);
    await new Promise((resolve) => dawdler.once("connect", resolve));
    dawdler.write("POST /healthz HTTP/1.1\r\nhost: x\r\n");
    const ended = new Promise((resolve) => dawdler.once("close", resolve));
    dawdler.on("error", () => undefined);
    await server.stop(50);
    await ended;
  });
});
