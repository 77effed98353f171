// Finds the desk that a command asks: the database at an address, the Belfry that runs here, or the folder that none uses.
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { slackPlatform } from "../chat/slack/send.ts";
import { keptClock, machineClock } from "../clocks.ts";
import { isSandbox, loadDotEnv, readConfig, type Config } from "../config.ts";
import { DeskError } from "../core/errors.ts";
import { deskHome, sandboxHome, type Home } from "../homes.ts";
import { openLog } from "../log.ts";
import { migrate, openStore, type Place } from "../store/open.ts";
import { askLocally } from "./local-socket.ts";
import { answerQuestion, migratedAnswer, readAnswer, type Question } from "./questions.ts";

/** Asks a desk. Throws DeskError where it refuses, or where none can be reached. */
export type Ask = (question: Question) => Promise<{ text: string; json: unknown }>;

/** Asks the desk that the environment and the working folder mean. Settings are read when something is asked, not before. */
export const askDesk: Ask = async (question) => {
  const folder = process.cwd();
  loadDotEnv(folder);
  const config = readConfig(process.env, folder);
  const { databaseUrl } = config;
  if (databaseUrl === null) return askHomes(question, config);
  const desk = await enter(question, config, { place: { databaseUrl }, clock: null });
  return desk();
};

const ANSWER_WITHIN_MS = 60_000;
/** A Belfry that starts has the folder some seconds before it answers. */
const STARTS_WITHIN_MS = 15_000;
const LOOK_AGAIN_MS = 250;

/** Asks whoever lives in one of the homes; where nobody does, opens the first that there is. */
async function askHomes(question: Question, config: Config): ReturnType<Ask> {
  const homes = homesOf(config);
  const giveUpAt = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    for (const { socket } of homes) {
      const received = await askLocally(socket, question, ANSWER_WITHIN_MS);
      if (received !== null) return readAnswer(received);
    }
    const { folder, clock } = homes.find(isLivedIn) ?? newHome(question, config);
    const desk = await enter(question, config, { place: { folder }, clock }).catch((refusal: unknown) => {
      const isTaken = refusal instanceof DeskError && refusal.code === "conflict";
      if (isTaken && performance.now() < giveUpAt) return null;
      throw refusal;
    });
    if (desk !== null) return desk();
    await pause(LOOK_AGAIN_MS);
  }
}

/** With Slack set up the real desk is meant. Without, it may be either: the settings may only be missing in this shell. */
function homesOf(config: Config): Home[] {
  const { dataDir } = config;
  return isSandbox(config) ? [sandboxHome(dataDir), deskHome(dataDir)] : [deskHome(dataDir)];
}

function isLivedIn({ database }: Home): boolean {
  return existsSync(database);
}

/** Where a desk is begun. There is nothing to be read where none was yet. */
function newHome({ ask }: Question, { dataDir }: Config): Home {
  if (ask === "apply" || ask === "migrate") return deskHome(dataDir);
  throw new DeskError("not-found", `There is no desk in ${dataDir} yet: start Belfry, or apply a desk file.`);
}

/** Opens a database for a question. What comes back asks it, and closes the database. */
async function enter(
  question: Question,
  { slack }: Config,
  { place, clock }: { place: Place; clock: Home["clock"] },
): Promise<() => ReturnType<Ask>> {
  if (question.ask === "migrate") {
    const isMigrated = await migrate(place);
    return () => Promise.resolve(migratedAnswer(isMigrated));
  }
  const log = openLog({
    level: "error",
    secrets: slack === null ? [] : [slack.botToken],
    to: process.stderr,
  });
  const machineNow = machineClock;
  const store = await openStore({ place, machineNow, log });
  const platforms =
    slack === null ? [] : [slackPlatform({ token: slack.botToken, apiUrl: slack.apiUrl, machineNow })];
  const desk = {
    store,
    platforms: new Map(platforms.map((platform) => [platform.name, platform])),
    now: clock === null ? machineNow : keptClock(clock, machineNow).now,
  };
  return async () => {
    try {
      return readAnswer(await answerQuestion(question, desk));
    } finally {
      await store.close();
    }
  };
}
