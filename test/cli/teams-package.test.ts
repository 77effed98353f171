import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { strFromU8, unzipSync } from "fflate";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { register } from "../../src/cli/teams-package.ts";

const APP_ID = "11111111-2222-3333-4444-555555555555";

let folder: string;
let printed: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-package-"));
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  vi.stubEnv("TEAMS_APP_ID", undefined);
  vi.stubEnv("PUBLIC_URL", undefined);
  vi.stubEnv("TEAMS_GRAPH", undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]): Promise<unknown> {
  const program = new Command().exitOverride();
  register(program);
  const out = join(folder, "app.zip");
  await program.parseAsync(["teams-package", "--out", out, ...args], { from: "user" });
  const { "manifest.json": manifest } = unzipSync(readFileSync(out));
  return JSON.parse(strFromU8(manifest ?? new Uint8Array()));
}

it("belfry teams-package says all that is missing at once", async () => {
  await expect(run()).rejects.toThrow(
    "TEAMS_APP_ID (or --app-id) is missing: the Application (client) ID of the bot's app registration.\n" +
      "--website must be a page of yours, such as https://vendor.example.",
  );
  await expect(run("--app-id", "belfry", "--website", "http://vendor.example")).rejects.toThrow(
    /must be an id such as 0{8}.*\n--website must be a page/,
  );
  const given = ["--app-id", APP_ID, "--website", "https://vendor.example"];
  await expect(run(...given, "--terms", "here", "--app-version", "2")).rejects.toThrow(
    /--privacy and --terms must be pages.*\n--app-version must be a number such as 1\.2\.3\./,
  );
});

it("takes the ids from the environment, and options before it", async () => {
  vi.stubEnv("TEAMS_APP_ID", ` ${APP_ID.replace("1111", "ABCD")} `);
  vi.stubEnv("PUBLIC_URL", "https://belfry.vendor.example");
  expect(await run()).toMatchObject({
    id: APP_ID.replace("1111", "abcd"),
    version: "0.1.0",
    developer: { name: "belfry.vendor.example", privacyUrl: "https://belfry.vendor.example" },
  });
  expect(printed).toMatch(
    /app\.zip is written, for the app abcd1111-.*, version 0\.1\.0\. Upload it in Teams/,
  );
  const args = ["--app-id", APP_ID, "--developer", "Vendor", "--app-version", "1.4.0", "--json"];
  expect(await run(...args)).toMatchObject({ id: APP_ID, version: "1.4.0", developer: { name: "Vendor" } });
  expect(printed).toMatch(/\{"file":".*app\.zip","appId":"1{8}-.*","version":"1\.4\.0"\}\n$/);
});

it("asks in the team for what TEAMS_GRAPH or --graph names, and for no word that is none", async () => {
  const given = ["--app-id", APP_ID, "--website", "https://vendor.example"];
  const asked = async (...args: string[]) => JSON.stringify(await run(...given, ...args));
  expect(await asked()).not.toContain("ChannelSettings");
  expect(await asked("--graph", "topic")).toContain("ChannelSettings.ReadWrite.Group");
  vi.stubEnv("TEAMS_GRAPH", "topic");
  expect(await asked()).toContain("ChannelSettings.ReadWrite.Group");
  await expect(run(...given, "--graph", "everything")).rejects.toThrow(/TEAMS_GRAPH may say topic/);
});
