// A flood at the port: ten thousand posts, deep JSON, connections that dawdle. Memory stays bounded, and the clock keeps its time.
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cardAbout, file, seen } from "../support/acts.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import { SIGNING_SECRET } from "../support/slack-double.ts";
import { post, signed } from "../support/slack-double-wire.ts";
import { startWorld, type World } from "../support/world.ts";

const TUESDAY_MORNING = new Date("2026-03-10T15:00:00Z"); // 10:00 in Chicago
const POSTS = 10_000;
/** As many as a client behind one address keeps open. */
const AT_ONCE = 200;
const DAWDLERS = 50;
/** Ten times the second that the scheduler may be late. */
const REMINDED_WITHIN_MS = 10_000;
const MOST_GROWTH_MB = 300;

let world: World;
beforeAll(async () => {
  const options = { databaseUrl: null, replicas: 1, transport: "http", paceMs: 0, echoes: false } as const;
  world = await startWorld({ ...options, at: TUESDAY_MORNING });
});
afterAll(() => world.close());

it(
  "10,000 posts, deep JSON and dawdlers: each is answered, memory is bounded, and a reminder comes in time",
  { timeout: 300_000 },
  async () => {
    const { slack } = world;
    await file(slack, { title: "before the flood" });
    await slack.until(() => cardAbout(slack, "before the flood"), "the card");
    await world.drained(20_000);
    const url = `${world.alive()[0]?.url ?? ""}/slack/events`;
    const dawdlers = Array.from({ length: DAWDLERS }, () => dawdle(url));
    const before = memoryMb(world);
    const deep = `{"type":"event_callback","event":${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}}`;
    const forms = { "content-type": "application/x-www-form-urlencoded" };
    const command = `command=%2Fticket&text=list&user_id=${PEOPLE.leo}&team_id=T1&channel_id=${CHANNELS.support}&trigger_id=1.2`;
    const sends: (() => Promise<{ status: number }>)[] = [
      () => post(url, command, { ...forms, ...signed(command, "another secret") }),
      () => post(url, deep, { "content-type": "application/json", ...signed(deep, "another secret") }),
      () => post(url, deep, { "content-type": "application/json", ...signed(deep, SIGNING_SECRET) }),
      () => post(url, "{", { "content-type": "application/json" }),
    ];
    const statuses = new Map<number, number>();
    let nr = 0;
    let most = before;
    const client = async (): Promise<void> => {
      for (let mine = nr++; mine < POSTS; mine = nr++) {
        const { status } = (await sends[mine % sends.length]?.()) ?? { status: 0 };
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (mine % 500 === 0) most = Math.max(most, memoryMb(world));
      }
    };
    const flood = Promise.all(Array.from({ length: AT_ONCE }, client));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const since = performance.now();
    await world.jumpTo(new Date(TUESDAY_MORNING.getTime() + 181 * 60_000));
    await slack.until(
      () => slack.posts(CHANNELS.support).some((each) => /50% of the time/.test(seen(each))),
      "the reminder",
      60_000,
    );
    const remindedMs = performance.now() - since;
    await flood;
    most = Math.max(most, memoryMb(world));
    expect(remindedMs).toBeLessThan(REMINDED_WITHIN_MS);
    expect(most - before).toBeLessThan(MOST_GROWTH_MB);
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(POSTS);
    expect(statuses.get(401)).toBeGreaterThanOrEqual(POSTS / 2);
    expect([...statuses.keys()].filter((status) => status >= 500 && status !== 503)).toEqual([]);
    for (const socket of dawdlers) socket.destroy();
    expect((await slack.command(PEOPLE.leo, CHANNELS.support, "list")).status).toBe(200);
    expect(world.alive()).toHaveLength(1);
  },
);

/** Begins a request and never ends it. */
function dawdle(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.write("POST /slack/events HTTP/1.1\r\nhost: belfry\r\ncontent-length: 100000\r\n\r\n{");
  return socket;
}

function memoryMb(world: World): number {
  const status = readFileSync(`/proc/${world.alive()[0]?.pid ?? 0}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024;
}
