// What a sandbox remembers when it comes back, however it went.
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openJournal } from "../../src/sandbox/journal.ts";
import { ACME, CARL, eventIn, SAM, startRig, type Rig } from "./rig.ts";

let folder: string;
const rigs: Rig[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-sandbox-"));
});
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop();
  rmSync(folder, { recursive: true });
});

async function start(directory: string): Promise<Rig> {
  const rig = await startRig({ directory });
  rigs.push(rig);
  return rig;
}

/** The folder as a kill would leave it at this moment: whatever was answered is in it. */
function asIfKilled(directory: string): string {
  const copy = `${directory}-copy`;
  cpSync(directory, copy, { recursive: true });
  return copy;
}

it("messages, edits, reactions, read marks, ephemerals, files and home tabs are there after a kill", async () => {
  const before = await start(join(folder, "a"));
  const { ts } = await before.web.chat.postMessage({ channel: ACME, text: "card" });
  await before.web.chat.update({ channel: ACME, ts: String(ts), text: "card, edited" });
  await before.web.reactions.add({ channel: ACME, timestamp: String(ts), name: "eyes" });
  await before.web.chat.postEphemeral({ channel: ACME, user: CARL, text: "for Carl" });
  await before.web.views.publish({ user_id: CARL, view: { type: "home", blocks: [{ type: "divider" }] } });
  await before.web.conversations.join({ channel: "C0RANDOM001" });
  await before.act("read", { as: CARL, channel: ACME });
  await before.web.filesUploadV2({ channel_id: ACME, filename: "a.txt", file: Buffer.from("bytes") });
  const carls = await before.see(CARL);

  const after = await start(asIfKilled(join(folder, "a")));
  const same = await after.see(CARL);
  expect(same.channels).toEqual(carls.channels);
  expect(same.home).toEqual(carls.home);
  const url = same.channels.find(({ id }) => id === ACME)?.messages.at(-1)?.files[0]?.url ?? "";
  expect(await (await fetch(after.sandbox.url + url)).text()).toBe("bytes");
  const next = await after.web.chat.postMessage({ channel: ACME, text: "goes on" });
  expect(Number(next.ts)).toBeGreaterThan(Number(ts));
});

it("a torn last line is cut off, and the next one stands on a line of its own", async () => {
  const before = await start(join(folder, "a"));
  await before.web.chat.postMessage({ channel: ACME, text: "whole" });
  const copy = asIfKilled(join(folder, "a"));
  appendFileSync(join(copy, "journal.jsonl"), '[{"kind":"posted","channel":"C0ACME00001","mess');

  const after = await start(copy);
  await after.web.chat.postMessage({ channel: ACME, text: "after" });
  const lines = readFileSync(join(copy, "journal.jsonl"), "utf8").trim().split("\n");
  expect(() => lines.map((line): unknown => JSON.parse(line))).not.toThrow();
  const { messages } = await after.web.conversations.history({ channel: ACME });
  expect(messages?.map(({ text }) => text)).toEqual(["after", "whole"]);
});

it("an event that nobody acknowledged is delivered after the restart", async () => {
  const before = await start(join(folder, "a"));
  before.app.answer = () => "never";
  await before.act("say", { as: SAM, channel: ACME, text: "unheard" });
  const { payload } = await before.app.next("message");

  const after = await start(asIfKilled(join(folder, "a")));
  const again = await after.app.next("message");
  expect(eventIn(again)["text"]).toBe("unheard");
  expect(again.payload["event_id"]).toBe(payload["event_id"]);
});

it("a damaged line in the middle is refused by its place", () => {
  const path = join(folder, "journal.jsonl");
  writeFileSync(path, '["first"]\nnonsense\n["third"]\n');
  expect(() => openJournal(path)).toThrow(`${path}:2 is not JSON`);
});

it("an open form is closed by a restart", async () => {
  const before = await start(join(folder, "a"));
  await before.act("shortcut", { as: CARL, callbackId: "file_ticket" });
  const { payload } = await before.app.next("shortcut");
  const view = { type: "modal" as const, title: { type: "plain_text" as const, text: "Form" }, blocks: [] };
  await before.web.views.open({ trigger_id: String(payload["trigger_id"]), view });
  expect((await before.see(CARL)).views).toHaveLength(1);
  expect((await (await start(asIfKilled(join(folder, "a")))).see(CARL)).views).toEqual([]);
});
