// Answers what the command line asks of a desk. The same answers, whether this process has the database or another one does.
import { z } from "zod";
import { timeline } from "../chat/picture/timeline.ts";
import { addressesOf } from "../core/directory.ts";
import { DeskError } from "../core/errors.ts";
import { applyFile, resolveAddresses } from "../desk/apply-file.ts";
import type { ChatPlatform, Store } from "../desk/ports.ts";
import { reportList, reportTicket, reportWhy } from "../desk/show.ts";
import { appliedText } from "./apply.ts";
import { answeringDesk, coverageAnswer, coverageQuestion } from "./coverage.ts";
import { listText } from "./list.ts";
import { loadDesk } from "./load-desk.ts";
import { proofText, targetProofInJson } from "./proof.ts";
import { replayAnswer, replayQuestion } from "./replay-page.ts";
import { ticketText } from "./show.ts";

/** What can be asked. It may come from another process, of another version: so it is parsed like any input. */
const question = z.discriminatedUnion("ask", [
  z.object({ ask: z.literal("show"), number: z.string() }),
  z.object({ ask: z.literal("why"), number: z.string(), timezone: z.string().nullable() }),
  z.object({ ask: z.literal("list"), all: z.boolean() }),
  z.object({
    ask: z.literal("apply"),
    texts: z.object({ desk: z.string(), policies: z.record(z.string(), z.string()) }),
    openTickets: z.enum(["stay", "move"]).default("stay"),
  }),
  replayQuestion,
  coverageQuestion,
  z.object({ ask: z.literal("migrate") }),
]);
export type Question = z.input<typeof question>;

/** An answer in words and as data, or why there is none. */
const answer = z.union([
  z.object({ text: z.string(), json: z.unknown() }),
  z.object({
    refused: z.enum(["invalid", "not-found", "not-allowed", "conflict", "unavailable", "internal"]),
    why: z.string(),
  }),
]);
export type Answer = z.infer<typeof answer>;

/** The desk that is asked. */
export interface AskedDesk {
  store: Store;
  platforms: ReadonlyMap<string, ChatPlatform>;
  /** The desk's clock. */
  now: () => Date;
}

/**
 * Answers a question, whoever asked it. Refusals are answers.
 * @throws what is no refusal: a fault of ours.
 */
export async function answerQuestion(asked: unknown, desk: AskedDesk): Promise<Answer> {
  const { success, data } = question.safeParse(asked);
  if (!success)
    return refusalOf(
      new DeskError(
        "invalid",
        "The Belfry that runs here is of another version: restart it, then ask again.",
      ),
    );
  try {
    return await answerTo(data, desk);
  } catch (refusal) {
    if (refusal instanceof DeskError) return refusalOf(refusal);
    throw refusal;
  }
}

/** An answer that came from another process, as its words and data. Throws DeskError where it is a refusal. */
export function readAnswer(received: unknown): { text: string; json: unknown } {
  const { success, data } = answer.safeParse(received);
  if (!success)
    throw new DeskError(
      "internal",
      "The Belfry that runs here is of another version: restart it, then ask again.",
    );
  if ("refused" in data) throw new DeskError(data.refused, data.why);
  return data;
}

/** Whether a database was brought to this version just now. */
export function migratedAnswer(isNew: boolean): { text: string; json: unknown } {
  const text = isNew
    ? "The database was brought to this version.\n"
    : "The database is of this version already.\n";
  return { text, json: { migrated: isNew } };
}

/** How long a command waits for names to be looked up; what remains is looked up by the Belfry that runs. */
const LOOK_UP_WITHIN_MS = 20_000;

async function answerTo(
  asked: z.infer<typeof question>,
  { store, platforms, now }: AskedDesk,
): Promise<Answer> {
  switch (asked.ask) {
    case "show": {
      const report = await store.transaction((tx) => reportTicket(tx, asked.number));
      return { text: ticketText(report), json: report };
    }
    case "why": {
      const { zone, message, proofs } = await store.transaction((tx) => reportWhy(tx, asked.number, now()));
      return {
        text: proofText(message, asked.timezone ?? zone),
        json: {
          number: message.number,
          targets: proofs.map(targetProofInJson),
          svg: timeline(`${message.number}: why this time?`, message.charts),
        },
      };
    }
    case "list": {
      const report = await store.transaction((tx) => reportList(tx, { all: asked.all, limit: MOST_LISTED }));
      return { text: listText(report), json: report };
    }
    case "apply": {
      const { openTickets } = asked;
      const { changes } = await applyFile(store, await loadDesk(asked.texts), now(), { openTickets });
      const report = { changes, ...(await lookedUp(store, platforms)) };
      return { text: appliedText(report), json: report };
    }
    case "replay":
      return replayAnswer(asked, { store, now });
    case "coverage":
      return coverageAnswer(asked, await store.transaction((tx) => answeringDesk(tx, now())), now());
    case "migrate":
      // Whoever has the database open brought it to this version when opening it.
      return migratedAnswer(false);
    default:
      return asked satisfies never;
  }
}

const MOST_LISTED = 500;

/** The names of the desk file that no platform knows, and those that could not be asked for in time, with what kept them. */
async function lookedUp(
  store: Store,
  platforms: ReadonlyMap<string, ChatPlatform>,
): Promise<{ unknown: string[]; later: string[]; why: string[] }> {
  const { directory, addresses } = await store.transaction((tx) => tx.directory());
  const names = addressesOf(directory).filter((name) => !addresses.has(name));
  if (platforms.size === 0) return { unknown: [], later: names, why: [] };
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<{ unknown: string[]; unasked: Map<string, string> }>((resolve) => {
    timer = setTimeout(() => {
      resolve({
        unknown: [],
        unasked: new Map(names.map((name) => [name, "The platforms have not answered in time."])),
      });
    }, LOOK_UP_WITHIN_MS);
  });
  const { unknown, unasked } = await Promise.race([resolveAddresses(store, platforms), tooLong]);
  clearTimeout(timer);
  return { unknown, later: [...unasked.keys()], why: [...new Set(unasked.values())] };
}

function refusalOf({ code, message }: DeskError): Answer {
  return { refused: code, why: message };
}
