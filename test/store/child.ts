// A process that the tests start and kill: it locks a folder, or files numbers into the embedded database there.
import { createInterface } from "node:readline";
import { pino } from "pino";
import { lockFolder } from "../../src/store/lock.ts";
import { openStore } from "../../src/store/open.ts";

const [what = "", folder = ""] = process.argv.slice(2);
const say = (word: string) => process.stdout.write(`${word}\n`);

/** Waits for a line from the test. */
const told = new Promise<void>((resolve) => createInterface(process.stdin).once("line", () => resolve()));

switch (what) {
  case "lock": {
    say("ready");
    await told;
    await lockFolder(folder).then(
      () => say("locked"),
      (error: unknown) => say(error instanceof Error ? error.message : "?"),
    );
    // Stays alive, and so the holder, until it is killed.
    setInterval(() => undefined, 60_000);
    break;
  }
  case "write": {
    const log = pino({ level: "silent" });
    const store = await openStore({ place: { folder }, machineNow: () => new Date(), log });
    for (;;) say(String(await store.transaction((tx) => tx.nextNumber("ACME"))));
  }
  default:
    throw new Error(`What is "${what}"?`);
}
