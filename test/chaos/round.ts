// One round: people file, time passes, pages are acknowledged, customers answered, tickets closed, while Belfry is killed.
import { keyOf } from "../support/acts.ts";
import { CHANNELS, PEOPLE } from "../support/double-desk.ts";
import { controlsOf, wordsOf } from "../support/slack-double-reading.ts";
import { current, type OpenView, type Post } from "../support/slack-double-workspace.ts";
import type { World } from "../support/world.ts";
import { layAmbush, PLACES, type Place } from "./ambush.ts";
import type { Dice } from "./dice.ts";
import { canAct, loseSomePlace } from "./gone.ts";
import type { Ledger } from "./ledger.ts";
import { badWeather } from "./weather.ts";

/** What may break beside Belfry and Slack. */
export interface Breakable {
  /** Stops the database as if its power had failed, and starts it again; null where there is no such thing. */
  restartDatabase: (() => Promise<void>) | null;
  /** Whether Slack has its bad hours. */
  weather: boolean;
}

/** Plays one round. At its end every Belfry lives again; what it left behind is not yet done. */
export async function playRound(
  world: World,
  ledger: Ledger,
  dice: Dice,
  breakable: Breakable,
): Promise<void> {
  ledger.trace = [];
  ledger.rounds += 1;
  const steps: readonly [Step, ...Step[]] = [file, file, acknowledge, answer, take, sleep, sleep];
  let bringBack: (() => void) | null = null;
  await step(file);
  for (let count = 2 + dice.below(3); count > 0; count--) {
    if (bringBack === null && dice.chance(0.4)) bringBack = loseSomePlace(world, ledger, dice);
    await step(dice.pick(steps));
    if (bringBack !== null && dice.chance(0.3)) {
      bringBack();
      bringBack = null;
    }
  }
  await step(sleep);
  bringBack?.();

  async function step(act: Step): Promise<void> {
    const ambush = dice.chance(0.6) ? layAmbush(world, dice.pick(placesFor(act)), dice) : null;
    if (ambush !== null) ledger.trace.push(`ambush ${ambush.place}`);
    const clearUp = breakable.weather && dice.chance(0.5) ? badWeather(world, ledger, dice) : null;
    const mended = await breakSomething(world, ledger, dice, breakable);
    const deed = await act(world, ledger, dice);
    ledger.trace.push(`${world.now().toISOString()} ${deed}`);
    // What was decided is sent in the background: the trap stays until something has stepped into it, for a moment.
    await ambush?.sprungWithin(700);
    await mended();
    clearUp?.();
    if (await ambush?.end()) {
      ledger.trace.push("killed");
      ledger.kills.set(ambush?.place ?? "", (ledger.kills.get(ambush?.place ?? "") ?? 0) + 1);
      if (dice.chance(0.3)) ledger.trace.push(`meanwhile ${await sleep(world, ledger, dice)}`);
    }
    await world.start();
  }
}

const WRONG_BY_MS = 10 * 60_000;

/** Now and then the database is restarted, or one of several clocks is set wrong. Returns what waits until all is right. */
async function breakSomething(
  world: World,
  ledger: Ledger,
  dice: Dice,
  { restartDatabase }: Breakable,
): Promise<() => Promise<void>> {
  const count = (what: string): void => {
    ledger.trace.push(what);
    ledger.faults.set(what, (ledger.faults.get(what) ?? 0) + 1);
  };
  if (restartDatabase === null) return () => Promise.resolve();
  if (dice.chance(0.12)) {
    count("database restarted at once");
    const restarting = restartDatabase();
    return () => restarting;
  }
  const replicas = world.alive();
  const wrong = replicas[dice.below(replicas.length)];
  if (replicas.length < 2 || wrong === undefined || !dice.chance(0.15)) return () => Promise.resolve();
  const ms = dice.chance(0.5) ? WRONG_BY_MS : -WRONG_BY_MS;
  count(`a replica's clock set ten minutes ${ms > 0 ? "ahead" : "back"}`);
  await wrong.skewBy(ms).catch(ignoreDeath(wrong));
  return () => (wrong.isAlive() ? wrong.skewBy(0).catch(ignoreDeath(wrong)) : Promise.resolve());
}

/** It may be killed while it is asked, which is what this is about. */
function ignoreDeath(child: { isAlive(): boolean }): (error: unknown) => Promise<void> {
  return async (error) => {
    // The line to it may break before its end is known.
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (child.isAlive()) throw error;
  };
}

/** Something that people do; tells what. */
type Step = (world: World, ledger: Ledger, dice: Dice) => Promise<string>;

function placesFor(step: Step): readonly [Place, ...Place[]] {
  if (step === sleep) return ["while due work is done", ...PLACES.slice(2, 6)] as [Place, ...Place[]];
  return PLACES;
}

const MINUTE_MS = 60_000;

async function file(world: World, ledger: Ledger, dice: Dice): Promise<string> {
  const isAcme = dice.chance(0.6);
  const user = isAcme ? PEOPLE.carl : PEOPLE.pavel;
  const title = `trouble ${ledger.rounds}-${ledger.filings.length}`;
  const isSevere = dice.chance(0.7);
  const filing: Ledger["filings"][number] = {
    title,
    customer: isAcme ? "ACME" : "PCC",
    isAcknowledged: false,
  };
  ledger.filings.push(filing);
  const channel = isAcme ? CHANNELS.acme : world.slack.workspace.directOf(user).id;
  const before = world.slack.viewOf(user);
  await world.slack.command(user, channel, title);
  const view = await soon(world, () => {
    const shown = world.slack.viewOf(user);
    return shown === before ? undefined : shown;
  });
  if (view === null) return `${title}: no form came`;
  const filling = await filledIn(world, view, title, isSevere, isAcme);
  if (filling === null) return `${title}: the form could not be filled`;
  let answer = await world.slack.submit(view, filling);
  const stays = answer.status !== 200 || answer.body["response_action"] === "errors";
  if (stays && dice.chance(0.7)) {
    await world.start();
    answer = await world.slack.submit(view, filling);
  }
  filing.isAcknowledged = answer.status === 200 && answer.body["response_action"] === undefined;
  world.slack.workspace.views.delete(view.id);
  return `${title}: ${isAcme ? "ACME" : "PCC"} ${isSevere ? "severe" : "normal"} filed, ${answer.status} ${answer.text || answer.why}`;
}

/** Chooses the level, which draws the form anew, and fills in what is then asked. */
async function filledIn(world: World, view: OpenView, title: string, isSevere: boolean, isAcme: boolean) {
  const level = isAcme ? (isSevere ? "Urgent" : "Normal") : isSevere ? "Critical (code red)" : "High";
  const common = { Title: title, "What happened": `It broke: ${title}` };
  const drawn = view.earlier.length;
  await world.slack.press(view.user, view, level, common);
  if ((await soon(world, () => view.earlier.length > drawn)) === null) return null;
  const confirm = isAcme && isSevere ? { "Urgent: is it so?": true } : {};
  return { ...common, Level: level, ...confirm };
}

/** Somebody who was paged presses the button. */
async function acknowledge(world: World, ledger: Ledger, dice: Dice): Promise<string> {
  const pressing = (post: Post): string =>
    world.slack.workspace.channels.get(post.channel)?.kind === "direct" ? personOf(post) : PEOPLE.leo;
  const ringing = world.slack
    .posts()
    .filter((post) => buttonOn(post, "Acknowledge") && canAct(world, pressing(post), post.channel));
  const page = ringing[dice.below(ringing.length)];
  if (page === undefined) return "nothing rings";
  const user = pressing(page);
  const title = titleOn(page);
  const since = world.slack.workspace.next();
  const answer = await world.slack.press(user, page, "Acknowledge");
  const { whispers } = world.slack.workspace;
  const isTold = (each: (typeof whispers)[number]): boolean =>
    each.user === user && each.nr > since && wordsOf(each).startsWith("You have acknowledged");
  // The answer says that the press is stored, the words that it is carried out.
  if (answer.status === 200 && (await soon(world, () => whispers.some(isTold)))) {
    const nr = whispers.find(isTold)?.nr ?? world.slack.workspace.next();
    ledger.acknowledgings.push({ title, deskAt: world.now(), nr, at: Date.now() });
  }
  return `${title}: acknowledged by ${user}, ${answer.status} ${answer.why}`;
}

/** Support writes in a card's thread, or the customer under the receipt. */
async function answer(world: World, ledger: Ledger, dice: Dice): Promise<string> {
  const isSupport = dice.chance(0.6);
  const cards = world.slack.posts(CHANNELS.support).filter((post) => keyOf(post).endsWith(":card"));
  const receipts = world.slack.posts().filter((post) => keyOf(post).endsWith(":receipt"));
  const under = isSupport ? cards[dice.below(cards.length)] : receipts[dice.below(receipts.length)];
  if (under === undefined) return "nothing to answer";
  const text = `words ${ledger.rounds}-${ledger.sayings.length}`;
  const picked = dice.pick([PEOPLE.sam, PEOPLE.mia, PEOPLE.leo]);
  const helper = canAct(world, picked, under.channel) ? picked : PEOPLE.leo;
  const user = isSupport ? helper : personOf(under);
  const saying = { text, isAcknowledged: false };
  ledger.sayings.push(saying);
  const answers = await world.slack.say(user, under.channel, text, { under });
  saying.isAcknowledged = answers.some(({ status }) => status === 200);
  return `${user} says "${text}" on ${titleOn(under)}: ${answers.map(({ status }) => status).join(", ")}`;
}

/** Support takes a ticket by the button on its card, which ends its page as well. */
async function take(world: World, _ledger: Ledger, dice: Dice): Promise<string> {
  const cards = world.slack.posts(CHANNELS.support).filter((post) => buttonOn(post, "Take"));
  const card = cards[dice.below(cards.length)];
  if (card === undefined) return "nothing to take";
  const answer = await world.slack.press(PEOPLE.leo, card, "Take");
  return `${titleOn(card)}: taken, ${answer.status} ${answer.why}`;
}

/** Time passes: some minutes, hours, or until Monday. Half of the time the desk goes through it, else it sleeps. */
async function sleep(world: World, _ledger: Ledger, dice: Dice): Promise<string> {
  const minutes = dice.pick([1, 4, 5, 6, 11, 16, 31, 65, 240, 600, 1_500, 3_900]);
  const to = new Date(world.now().getTime() + minutes * MINUTE_MS);
  const isAwake = dice.chance(0.5);
  const failed = await (isAwake ? world.turnTo(to) : world.jumpTo(to)).then(
    () => "",
    (error: unknown) => `, broken off: ${String(error).split("\n")[0] ?? ""}`,
  );
  return `${minutes} min ${isAwake ? "go by" : "slept"}${failed}`;
}

/** The word of the ticket that a message is about: every title here is "trouble N-M". */
function titleOn(post: Post): string {
  return /trouble \d+-\d+/.exec(wordsOf(current(post)))?.[0] ?? "no title";
}

/** Whether a message has a button, as it stands now. */
export function buttonOn(post: Post, label: string): boolean {
  return controlsOf(current(post).blocks).some((control) => control.label === label);
}

function personOf(post: Post): string {
  return post.channel.replace(/^D/, "U");
}

/** What comes within a second or so, or null: a Belfry that was killed never answers. */
async function soon<T>(world: World, look: () => T | undefined | false): Promise<T | null> {
  return world.slack.until(look, "an answer", 1_500).catch(() => null);
}
