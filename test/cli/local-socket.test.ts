import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askLocally, listenLocally, type LocalSocket } from "../../src/cli/local-socket.ts";

let folder: string;
let open: LocalSocket[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-socket-"));
});
afterEach(async () => {
  await Promise.all(open.map((socket) => socket.stop()));
  open = [];
  rmSync(folder, { recursive: true });
});

async function listening(
  file: string,
  answer = (question: unknown): Promise<object> => Promise.resolve({ heard: question }),
) {
  const socket = await listenLocally(file, answer);
  open.push(socket);
  return socket;
}

describe("a command", () => {
  it("asks the Belfry that runs in the same folder", async () => {
    const file = join(folder, "belfry.sock");
    await listening(file);
    const question = { ask: "show", number: "ACME-17", note: "línea\nand another" };
    expect(await askLocally(file, question, 5_000)).toEqual({ heard: question });
  });

  it("learns that none runs where there is no socket, or one that a dead process left", async () => {
    const file = join(folder, "belfry.sock");
    expect(await askLocally(file, {}, 5_000)).toBeNull();
    writeFileSync(file, "");
    expect(await askLocally(file, {}, 5_000)).toBeNull();
  });

  it("is told when the running Belfry does not answer", async () => {
    const file = join(folder, "belfry.sock");
    await listening(file, () => new Promise(() => undefined));
    await expect(askLocally(file, {}, 20)).rejects.toThrow("does not answer");
  });

  it("is told when the running Belfry stops before it has answered", async () => {
    const file = join(folder, "belfry.sock");
    let hear: () => void = () => undefined;
    const heard = new Promise<void>((resolve) => (hear = resolve));
    const socket = await listening(file, () => {
      hear();
      return new Promise(() => undefined);
    });
    const asked = expect(askLocally(file, {}, 5_000)).rejects.toThrow("stopped before it answered");
    await heard;
    await socket.stop();
    await asked;
  });
});

describe("the socket", () => {
  it("can be used by its owner alone", async () => {
    const file = join(folder, "belfry.sock");
    await listening(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(file).isSocket()).toBe(true);
  });

  it("takes the place of one that a dead process left, and is gone after the stop", async () => {
    const file = join(folder, "belfry.sock");
    writeFileSync(file, "");
    const socket = await listening(file);
    expect(await askLocally(file, { ask: "list" }, 5_000)).toEqual({ heard: { ask: "list" } });
    await socket.stop();
    open = [];
    expect(existsSync(file)).toBe(false);
  });

  it("works in a folder whose path is longer than a socket's name may be, and leaves nothing beside it", async () => {
    const deep = join(folder, "a-rather-long-name-".repeat(6), "and-another-one-".repeat(6));
    mkdirSync(deep, { recursive: true });
    const file = join(deep, "belfry.sock");
    await listening(file);
    expect(await askLocally(file, { ask: "list" }, 5_000)).toEqual({ heard: { ask: "list" } });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(deep)).toEqual(["belfry.sock"]);
  });

  it("answers several lines of one connection in their order, and what is no JSON as no question", async () => {
    const file = join(folder, "belfry.sock");
    await listening(file, (question) => Promise.resolve({ heard: question ?? "nothing" }));
    const socket = connect(file);
    let said = "";
    socket.on("data", (chunk) => {
      said += chunk.toString();
      if (said.split("\n").length === 4) socket.end();
    });
    socket.write('1\nnot json\n{"a":');
    socket.write("2}\n");
    await new Promise((resolve) => socket.once("close", resolve));
    expect(said).toBe('{"heard":1}\n{"heard":"nothing"}\n{"heard":{"a":2}}\n');
  });
});
