// A person at the sandbox's page: headless Chromium, and Belfry started as `npm start` starts it, on a database that was made
// before: that it makes one itself is tried in test/main/start.test.ts.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { sandboxHome } from "../../src/homes.ts";
import { NODE_FLAGS } from "./node-flags.ts";
import { layDatabase } from "./snapshot.ts";

/** Where Chromium is, or null: then tests that need it are skipped, loudly, and fail in CI. */
export function chromiumPath(): string | null {
  const path = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
  return existsSync(path) ? path : null;
}

const ROOT = new URL("../../", import.meta.url).pathname;

/** Without these Chromium tries to reach its maker's hosts at every start. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** One sandbox with a browser before it. */
export interface Stage extends AsyncDisposable {
  page: Page;
  /** Sets a scene by its button; the composer holds its words afterwards. */
  scene(name: RegExp): Promise<void>;
  /** Acts as somebody else. */
  be(name: string): Promise<void>;
  /** Opens a channel, or Belfry's direct messages. */
  look(channel: string): Promise<Locator>;
  /** Sends what the composer holds, and gives the form that opens. */
  openForm(): Promise<Locator>;
  /** Presses the form's button, again where the form asks for that: on a busy machine an answer may come too late. */
  send(form: Locator): Promise<void>;
  /** Files by the form that the scene's words open, at a level, which may want to be confirmed. */
  files(what: string, level: RegExp, options?: { confirmed: boolean }): Promise<void>;
  /** Jumps to the next thing due and waits until all of it is carried out. */
  nextThingDue(): Promise<void>;
  /** The page's clock: "Mon 12:00" of the next due instant, or null. */
  dueLabel(): Promise<string>;
  /** Keeps a picture in the folder named by BELFRY_SCREENSHOTS, if there is one. */
  picture(name: string): Promise<void>;
}

/** Starts a sandbox in a folder of its own and opens its page. */
export async function aStage(executablePath: string): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "belfry-e2e-"));
  const { child, address } = await startSandbox(folder);
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  page.setDefaultTimeout(60_000);
  await page.goto(address);
  await page.getByRole("group", { name: "Act as" }).waitFor();
  const openForm = async () => {
    await page.getByRole("textbox", { name: /^Message/ }).press("Enter");
    const form = page.getByRole("dialog", { name: "New ticket" });
    await form.waitFor();
    return form;
  };
  const send: Stage["send"] = async (form) => {
    for (let press = 1; press <= MOST_PRESSES; press += 1) {
      await form.getByRole("button", { name: "File ticket" }).click();
      await form.locator("[aria-busy=true]").waitFor({ state: "detached" });
      if ((await form.getByText(ONCE_MORE).count()) === 0) return gone(form);
    }
    throw new Error(`It was pressed ${MOST_PRESSES} times, and the form says: ${await form.innerText()}`);
  };
  return {
    page,
    scene: async (name) => {
      await page.getByRole("button", { name }).first().click();
      await page
        .getByRole("textbox", { name: /^Message/ })
        .filter({ hasText: "/ticket" })
        // The clock may have months to go, with a hand-over each week.
        .waitFor({ timeout: 180_000 });
    },
    be: async (name) => {
      const people = page.getByRole("group", { name: "Act as" });
      await people.getByRole("button", { name: new RegExp(name) }).click();
      // Until their view is there, the channels that can be opened are still somebody else's.
      await people.getByRole("button", { name: new RegExp(name), pressed: true }).waitFor();
    },
    look: async (channel) => {
      await page.getByRole("navigation").getByRole("button", { name: channel }).click();
      return page.getByRole("log").first();
    },
    openForm,
    files: async (what, level, { confirmed } = { confirmed: false }) => {
      const form = await openForm();
      await form.getByLabel("What happened").fill(what);
      await form.getByRole("radio", { name: level }).check();
      // The form grows by what it promises, and with it the button moves.
      await form.getByText(/First answer/).waitFor();
      if (confirmed) await form.getByRole("checkbox").first().check();
      await send(form);
    },
    send,
    nextThingDue: async () => {
      const button = page.getByRole("button", { name: /Next thing due/ });
      const turned = page.waitForResponse((response) => response.url().endsWith("/page-api/clock"));
      await button.click();
      await turned;
    },
    dueLabel: async () =>
      (await page.getByRole("button", { name: /Next thing due/ }).innerText()).replace(/\s+/g, " "),
    picture: async (name) => {
      const to = process.env["BELFRY_SCREENSHOTS"];
      if (to === undefined) return;
      await mkdir(to, { recursive: true });
      await page.screenshot({ path: join(to, `${name}.png`), animations: "disabled" });
    },
    [Symbol.asyncDispose]: () => end(browser, child, folder),
  };
}

const MOST_PRESSES = 5;
/** What Belfry and what Slack say of an answer that came too late. */
const ONCE_MORE = /press the button again|Try again\?/;

async function gone(form: Locator): Promise<void> {
  try {
    await form.waitFor({ state: "detached" });
  } catch (error) {
    throw new Error(`The form stays, and says: ${await form.innerText()}`, { cause: error });
  }
}

async function startSandbox(folder: string): Promise<{ child: ChildProcess; address: string }> {
  const own = Object.entries(process.env).filter(([name]) => !/^(SLACK_|BELFRY_|DATABASE_URL$)/.test(name));
  await layDatabase(sandboxHome(folder).folder);
  const child = spawn(process.execPath, [...NODE_FLAGS, join(ROOT, "dist/main.js")], {
    cwd: folder,
    env: { ...Object.fromEntries(own), BELFRY_DATA_DIR: folder, PORT: "0", NODE_ENV: "test" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let heard = "";
  for await (const chunk of child.stdout) {
    heard += String(chunk);
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(heard)?.[0];
    if (address !== undefined) {
      child.stdout.resume();
      return { child, address };
    }
  }
  throw new Error(`the sandbox did not start: ${heard}`);
}

async function end(browser: Browser, child: ChildProcess, folder: string): Promise<void> {
  await browser.close();
  const hasEnded = child.exitCode === null ? once(child, "exit") : Promise.resolve();
  child.kill("SIGTERM");
  await hasEnded;
  await rm(folder, { recursive: true, force: true });
}
