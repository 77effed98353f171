// Slack's side of a bench: commands and button presses, signed as Slack signs them, at a steady pace or as fast as they are
// answered, with how long each answer took.
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { signed } from "../support/slack-double-wire.ts";
import { ASKER, SUPPORT_CHANNEL, SUPPORTER } from "./bench-desk.ts";
import { SIGNING_SECRET } from "./local-slack.ts";

/** What came of some knocking. */
export interface Knocked {
  /** Of each answer, from the instant at which it was to be asked. */
  tookMs: number[];
  /** Answers other than 200. */
  refused: number;
  /** Good answers a second. */
  rate: number;
}

/** Somebody who asks for `/ticket` and presses "Take" on one ticket after the other, in turns. */
export interface Knocking {
  /** So many a second, for so many seconds, whatever becomes of those before. */
  steadily(aSecond: number, seconds: number): Promise<Knocked>;
  /** So many at once, each as soon as the last one is answered, for so many seconds. */
  hard(atOnce: number, seconds: number): Promise<Knocked>;
  /** How often a button was pressed so far. */
  pressed(): number;
  close(): void;
}

/** More connections than a proxy would keep open. */
const MOST_CONNECTIONS = 256;

/** Knocks at an app. `number` gives the ticket to press on, another one each time. */
export function knockingAt(url: string, respondTo: string, number: () => string): Knocking {
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_CONNECTIONS });
  let turn = 0;

  async function knock(sinceMs: number, into: Knocked): Promise<void> {
    turn += 1;
    const body = turn % 2 === 0 ? command(turn, respondTo) : press(turn, respondTo, number());
    const status = await send(`${url}/slack/events`, new URLSearchParams(body).toString(), agent);
    if (status === 200) into.tookMs.push(performance.now() - sinceMs);
    else into.refused += 1;
  }

  return {
    async steadily(aSecond, seconds) {
      const knocked: Knocked = { tookMs: [], refused: 0, rate: NaN };
      const all: Promise<void>[] = [];
      const beganMs = performance.now();
      for (let index = 0; index < aSecond * seconds; index += 1) {
        const dueMs = beganMs + (index * 1_000) / aSecond;
        if (dueMs > performance.now()) await pause(dueMs - performance.now());
        all.push(knock(dueMs, knocked));
      }
      await Promise.all(all);
      return { ...knocked, rate: (knocked.tookMs.length * 1_000) / (performance.now() - beganMs) };
    },
    async hard(atOnce, seconds) {
      const knocked: Knocked = { tookMs: [], refused: 0, rate: NaN };
      const beganMs = performance.now();
      const endsMs = beganMs + seconds * 1_000;
      const one = async (): Promise<void> => {
        while (performance.now() < endsMs) await knock(performance.now(), knocked);
      };
      await Promise.all(Array.from({ length: atOnce }, one));
      return { ...knocked, rate: (knocked.tookMs.length * 1_000) / (performance.now() - beganMs) };
    },
    pressed: () => Math.ceil(turn / 2),
    close: () => agent.destroy(),
  };
}

function send(url: string, raw: string, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      ...signed(raw, SIGNING_SECRET),
      "content-type": "application/x-www-form-urlencoded",
      "content-length": Buffer.byteLength(raw),
    };
    const asked = request(url, { method: "POST", agent, headers }, (response) => {
      response.on("end", () => resolve(response.statusCode ?? 0)).on("error", () => resolve(0));
      response.resume();
    });
    asked.on("error", () => resolve(0));
    asked.end(raw);
  });
}

function command(turn: number, respondTo: string): Record<string, string> {
  return {
    command: "/ticket",
    text: "The printer is down",
    team_id: "T0BENCH",
    user_id: ASKER,
    channel_id: SUPPORT_CHANNEL,
    trigger_id: `${process.pid}.${turn}`,
    response_url: respondTo,
  };
}

function press(turn: number, respondTo: string, number: string): Record<string, string> {
  const payload = {
    type: "block_actions",
    team: { id: "T0BENCH" },
    user: { id: SUPPORTER },
    trigger_id: `${process.pid}.${turn}`,
    channel: { id: SUPPORT_CHANNEL },
    container: { type: "message", channel_id: SUPPORT_CHANNEL, message_ts: `1600000000.${turn}` },
    message: { ts: `1600000000.${turn}` },
    response_url: respondTo,
    actions: [
      { type: "button", block_id: "act", action_id: "act:take#1", action_ts: String(turn), value: number },
    ],
  };
  return { payload: JSON.stringify(payload) };
}
