// What goes wrong at Slack while Belfry works: storms of 429, servers that fail, answers that are lost after delivery.
import {
  cutAfterDelivery,
  htmlPage,
  rateLimited,
  serverError,
  silentAfterDelivery,
  type Mishap,
} from "../support/slack-double-faults.ts";
import type { World } from "../support/world.ts";
import type { Dice } from "./dice.ts";
import type { Ledger } from "./ledger.ts";

/** A kind of bad weather: which methods it hits, in how many calls at the most. */
interface Weather {
  name: string;
  methods: readonly string[];
  times: number;
  mishap: () => Mishap;
}

const POST = ["chat.postMessage"];
const POST_AND_EDIT = ["chat.postMessage", "chat.update"];

const KINDS: readonly [Weather, ...Weather[]] = [
  { name: "429, wait 1 s", methods: POST_AND_EDIT, times: 8, mishap: () => rateLimited(1) },
  { name: "500", methods: POST_AND_EDIT, times: 2, mishap: () => serverError(500) },
  { name: "502 or 504 after nothing was delivered", methods: POST, times: 2, mishap: () => serverError(502) },
  { name: "503", methods: POST_AND_EDIT, times: 4, mishap: () => serverError(503) },
  { name: "a proxy's page with status 200", methods: POST, times: 1, mishap: htmlPage },
  { name: "connection cut after delivery", methods: POST, times: 2, mishap: cutAfterDelivery },
  { name: "no answer after delivery, to the time-out", methods: POST, times: 1, mishap: silentAfterDelivery },
];

/** Lets one kind of weather come up. Returns a function that ends it, and counts the calls that it hit. */
export function badWeather(world: World, ledger: Ledger, dice: Dice): () => void {
  const kind = dice.pick(KINDS);
  let hits = 0;
  const counted = (): Mishap => {
    const mishap = kind.mishap();
    return {
      ...mishap,
      before: () => {
        hits += 1;
        return mishap.before();
      },
    };
  };
  const ends = kind.methods.map((method) => world.slack.mishap(method, counted(), { times: kind.times }));
  ledger.trace.push(`weather: ${kind.name}`);
  return () => {
    for (const end of ends) end();
    if (hits > 0) ledger.faults.set(kind.name, (ledger.faults.get(kind.name) ?? 0) + hits);
  };
}
