// Delivers events until the app acknowledges them: at once, and three times more. Events alone are delivered again.
//
//   queued --post--> acknowledged -------------------> settled
//             |
//             +--> refused or late --wait--> again ... --> settled, given up loudly
//
// The journal knows which events are not settled, so a restarted sandbox goes on with them.
import type { Ack, Deliverer } from "./deliver.ts";
import { newSecret } from "./ids.ts";
import { isFields, jsonOf } from "./json.ts";
import type { QueuedEvent } from "./memory.ts";
import type { Workspace } from "./workspace.ts";

/** So many events are posted at the same time; the others wait in line. */
const AT_ONCE = 10;

/** The line of events that the app has not acknowledged. */
export interface EventQueue {
  /** Delivers what waits for the app's address. Called when it is known. */
  flush(): void;
  stop(): void;
}

/** With what events are delivered. */
export interface EventQueueOptions {
  workspace: Workspace;
  deliverer: Deliverer;
  /** The wait before each further try. */
  retryMs: readonly number[];
  log: (line: string) => void;
}

/** Takes up what was left undelivered, and every event that comes after. */
export function createEventQueue({ workspace, deliverer, retryMs, log }: EventQueueOptions): EventQueue {
  const line: Attempt[] = [...workspace.queuedEvents.values()].map((event) => ({
    event,
    retry: 0,
    reason: "",
  }));
  const waiting = new Set<NodeJS.Timeout>();
  const verified = new Map<string, Promise<Ack>>();
  let underWay = 0;
  let stopped = false;

  const stopListening = workspace.onChange((changes) => {
    for (const change of changes) {
      if (change.kind === "event-queued") line.push({ event: change.event, retry: 0, reason: "" });
    }
    next();
  });

  function next(): void {
    while (!stopped && deliverer.url !== null && underWay < AT_ONCE) {
      const attempt = line.shift();
      if (attempt === undefined) return;
      underWay += 1;
      void deliver(attempt, deliverer.url).finally(() => {
        underWay -= 1;
        next();
      });
    }
  }

  async function deliver(attempt: Attempt, url: string): Promise<void> {
    const verification = await verify(url);
    const isVerified = verification.kind === "acknowledged";
    const ack = isVerified ? await deliverer.json(attempt.event.body, retryHeaders(attempt)) : verification;
    if (stopped) return;

    const { eventId } = attempt.event;
    if (ack.kind === "acknowledged") return workspace.record({ kind: "event-settled", eventId });
    const waitMs = retryMs[attempt.retry];
    if (waitMs === undefined || (ack.kind === "refused" && ack.noRetry)) {
      log(`The app did not acknowledge event ${eventId} (${reasonOf(ack)}); it is not delivered again.`);
      return workspace.record({ kind: "event-settled", eventId });
    }
    wait(waitMs, { event: attempt.event, retry: attempt.retry + 1, reason: reasonOf(ack) });
  }

  function wait(waitMs: number, attempt: Attempt): void {
    const timer = setTimeout(() => {
      waiting.delete(timer);
      line.push(attempt);
      next();
    }, waitMs);
    timer.unref();
    waiting.add(timer);
  }

  /** An address has to echo a challenge before it is sent events; each address is asked until it did so once. */
  function verify(url: string): Promise<Ack> {
    const known = verified.get(url);
    if (known !== undefined) return known;
    const challenge = newSecret();
    const asked = deliverer.json({ type: "url_verification", challenge }).then((ack): Ack => {
      if (ack.kind === "acknowledged" && echoes(ack.body, challenge)) return ack;
      verified.delete(url);
      log(`${url} did not answer Slack's url_verification; events wait for it.`);
      return ack.kind === "acknowledged" ? { kind: "refused", noRetry: false } : ack;
    });
    verified.set(url, asked);
    return asked;
  }

  return {
    flush: next,
    stop: () => {
      stopped = true;
      stopListening();
      for (const timer of waiting) clearTimeout(timer);
    },
  };
}

interface Attempt {
  event: QueuedEvent;
  /** 0 for the first delivery. */
  retry: number;
  reason: string;
}

function retryHeaders({ retry, reason }: Attempt): Record<string, string> {
  return retry === 0 ? {} : { "x-slack-retry-num": String(retry), "x-slack-retry-reason": reason };
}

function reasonOf(ack: Exclude<Ack, { kind: "acknowledged" }>): string {
  switch (ack.kind) {
    case "refused":
      return "http_error";
    case "timed-out":
      return "http_timeout";
    case "unreachable":
      return "connection_failed";
  }
}

/** The challenge comes back as plain text or in a JSON object. */
function echoes(body: string, challenge: string): boolean {
  const json = jsonOf(body);
  return body.trim() === challenge || (isFields(json) && json["challenge"] === challenge);
}
