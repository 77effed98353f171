// Belfry as a process: what it says when it starts, when it cannot, and how it ends.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NODE_FLAGS } from "../support/node-flags.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const LONG = 120_000;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-start-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Program = "main" | "cli";

/** Runs a program of Belfry's in a folder of its own, from dist/, which `npm test` builds before. */
function run(program: Program, words: string[] = [], environment: Record<string, string> = {}) {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [...NODE_FLAGS, join(ROOT, `dist/${program}.js`), ...words], {
    cwd: folder,
    env: { PATH, HOME, PORT: "0", ...environment },
  });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.err += text));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    child,
    said,
    ended,
    result: async () => ({ status: await ended, ...said }),
    /** Resolves with what a pattern finds on standard output; fails where the process ends without it. */
    says: (pattern: RegExp): Promise<string> =>
      Promise.race([
        new Promise<string>((resolve) => {
          const look = () => {
            const [, found] = pattern.exec(said.out) ?? [];
            if (found !== undefined) resolve(found);
          };
          child.stdout.on("data", look);
          look();
        }),
        ended.then((status) => {
          throw new Error(`It ended with ${status} and had said: ${said.out}${said.err}`);
        }),
      ]),
  };
}

describe("the sandbox", () => {
  let belfry: ReturnType<typeof run>;
  let page: string;

  beforeAll(async () => {
    belfry = run("main");
    page = await belfry.says(/open at (http:\/\/127\.0\.0\.1:\d+)\n/);
  }, LONG);
  afterAll(() => belfry.child.kill("SIGKILL"));

  it("starts with no setting at all, and prints one address, which answers", async () => {
    expect(belfry.said.out.match(/http:/g)).toHaveLength(1);
    expect((await fetch(`${page}/api/api.test`, { method: "POST" })).status).toBe(200);
  });

  it(
    "answers the command line while it runs, and lets nobody else at its database",
    { timeout: LONG },
    async () => {
      const listed = await run("cli", ["list", "--json"]).result();
      expect(listed).toMatchObject({ status: 0, err: "" });
      expect(JSON.parse(listed.out)).toEqual({ tickets: [], total: 0 });

      const shown = await run("cli", ["show", "ACME-99"]).result();
      expect(shown).toMatchObject({ status: 1, out: "" });
      expect(shown.err).toContain("ACME-99");

      const applied = await run("cli", ["apply", join(ROOT, "src/sandbox/desk.yaml")]).result();
      expect(applied).toEqual({
        status: 0,
        out: "Nothing changes: this desk file is in force already.\n",
        err: "",
      });

      const second = await run("main").result();
      expect(second.status).toBe(1);
      expect(second.err).toMatch(/^Another Belfry uses .*\n$/);
    },
  );

  it("ends with 0 when it is told to stop, and leaves no socket behind", { timeout: LONG }, async () => {
    expect(existsSync(join(folder, ".belfry/sandbox.sock"))).toBe(true);
    belfry.child.kill("SIGTERM");
    expect(await belfry.ended).toBe(0);
    expect(belfry.said.err).toBe("");
    expect(existsSync(join(folder, ".belfry/sandbox.sock"))).toBe(false);
  });

  it("shows its tickets to the command line also when it does not run", { timeout: LONG }, async () => {
    expect(await run("cli", ["list"]).result()).toEqual({ status: 0, out: "No tickets.\n", err: "" });
  });
});

describe("a start that cannot be", () => {
  it("tells every fault at once, a line each, and ends with 1", { timeout: LONG }, async () => {
    const { status, out, err } = await run("main", [], {
      SLACK_BOT_TOKEN: "hunter2",
      PORT: "http",
      LOG_LEVEL: "loud",
    }).result();
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err.trim().split("\n")).toHaveLength(4);
    expect(err).not.toContain("hunter2");
  });

  it("of the sandbox in production is refused", { timeout: LONG }, async () => {
    const { status, err } = await run("main", [], { NODE_ENV: "production" }).result();
    expect(status).toBe(1);
    expect(err).toContain("not for production");
  });

  const slack = {
    SLACK_BOT_TOKEN: "xoxb-1-a",
    SLACK_SIGNING_SECRET: "8f14e45fceea",
    SLACK_API_URL: "http://127.0.0.1:9/",
    LOG_LEVEL: "error",
    BELFRY_DATA_DIR: "real",
  };

  it("on Slack without a desk file says how to get one", { timeout: LONG }, async () => {
    const { status, err } = await run("main", [], slack).result();
    expect(status).toBe(1);
    expect(err).toContain("set BELFRY_FILE to one, or run `belfry apply FILE`");
  });

  it("on Slack with a faulty desk file tells its faults", { timeout: LONG }, async () => {
    writeFileSync(join(folder, "faulty.yaml"), "people: []\ncustomers: []\nchannels: {}\n");
    const { status, err } = await run("main", [], {
      ...slack,
      BELFRY_FILE: "faulty.yaml",
      BELFRY_DATA_DIR: "faulty",
    }).result();
    expect(status).toBe(1);
    expect(err).toMatch(/^people, line 1:/m);
    expect(existsSync(join(folder, "faulty"))).toBe(false);
    expect(err).toMatch(/^customers, line 2:/m);
  });

  it("is not what a Slack that is down makes of it", { timeout: LONG }, async () => {
    const belfry = run("main", [], {
      ...slack,
      LOG_LEVEL: "info",
      BELFRY_FILE: join(ROOT, "src/sandbox/desk.yaml"),
    });
    const url = await belfry.says(/"url":"(http:[^"]+)"/);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/slack/events`, { method: "POST", body: "{}" })).status).toBe(401);
    belfry.child.kill("SIGINT");
    expect(await belfry.ended).toBe(0);
    expect(belfry.said.out).not.toMatch(/xoxb-1-a|8f14e45fceea/);
  });
});

describe("the command line", () => {
  it("has nothing to show where there never was a desk, and makes none", { timeout: LONG }, async () => {
    const nowhere = { BELFRY_DATA_DIR: "nowhere" };
    expect(await run("cli", ["show", "ACME-1"], nowhere).result()).toMatchObject({ status: 1, out: "" });
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
  });

  it("ends with 2 where it is used wrongly", { timeout: LONG }, async () => {
    expect((await run("cli", ["show"]).result()).status).toBe(2);
    expect((await run("cli", ["apply", "a", "b"]).result()).status).toBe(2);
  });

  it("tells faulty settings too, with status 1", { timeout: LONG }, async () => {
    const { status, out, err } = await run("cli", ["list"], { DATABASE_URL: "mysql://x" }).result();
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain("DATABASE_URL");
  });

  it("applies a desk file before the first start, and says what it changes", { timeout: LONG }, async () => {
    const fresh = { BELFRY_DATA_DIR: "fresh" };
    const desk = join(ROOT, "src/sandbox/desk.yaml");
    const applied = await run("cli", ["apply", desk, "--json"], fresh).result();
    expect(applied).toMatchObject({ status: 0, err: "" });
    expect(JSON.parse(applied.out)).toMatchObject({ unknown: [] });
    expect(applied.out).toContain("customer ACME is added");
    expect((await run("cli", ["migrate"], fresh).result()).out).toContain("already");
  });
});
