// Serves the page, what people do on it, and the files they share. The protocol is page-protocol.ts.
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { PersonActs } from "./acts.ts";
import { ACT_SHAPES, isAct } from "./act-shapes.ts";
import type { Turning } from "./clock.ts";
import { MAX_FILE_BYTES } from "./files.ts";
import { answer, answerJson, HttpRefusal, readBody } from "./http.ts";
import { jsonOf } from "./json.ts";
import type { Live } from "./live.ts";
import type { Parts } from "./method.ts";
import type { Acts, Answers } from "./page-protocol.ts";
import { actors, pageFile } from "./page-state.ts";
import { SCENES } from "./scenes.ts";
import { nextWallTime } from "./wall-time.ts";
import type { Faults } from "./web-api.ts";

/** What the page's doors lead to. */
export interface PageServer {
  parts: Parts;
  acts: PersonActs;
  turning: Turning;
  live: Live;
  faults: Faults;
}

/** Everything a person fills in at once; Slack's texts are far shorter. */
const MAX_ACT_BYTES = 1024 * 1024;

/** Only this page's own code runs, and nothing is fetched from elsewhere but the images that messages show. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Where the built page lies, and in a checkout its HTML, which needs no building; the same from src/ and from dist/. */
const PAGE_FOLDERS = [
  new URL("../../dist/sandbox/page/", import.meta.url),
  new URL("../../src/sandbox/page/", import.meta.url),
];

const PAGE_FILES: Readonly<Record<string, { file: string; type: string }>> = {
  "/": { file: "index.html", type: "text/html; charset=utf-8" },
  "/page/main.js": { file: "main.js", type: "text/javascript; charset=utf-8" },
  "/page/main.js.map": { file: "main.js.map", type: "application/json" },
  "/page/main.css": { file: "main.css", type: "text/css; charset=utf-8" },
  "/page/main.css.map": { file: "main.css.map", type: "application/json" },
};

/** Files that a browser may show by itself; all others are saved. */
const SHOWN_TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"]);

/** Answers one request that is not the app's. */
export async function answerPage(
  request: IncomingMessage,
  response: ServerResponse,
  { path, query }: { path: string; query: URLSearchParams },
  server: PageServer,
): Promise<void> {
  const method = request.method ?? "GET";
  // A permalink leads to the page.
  const asset = PAGE_FILES[path.startsWith("/archives/") ? "/" : path];
  if (method === "GET" && asset !== undefined) return answerAsset(response, asset);
  if (method === "GET" && path === "/page-api/live") return follow(response, query.get("as"), server);
  if (method === "GET" && path.startsWith("/files/")) return answerFile(response, path, server);
  if (method === "POST" && path === "/page-api/upload") return takeUpload(request, response, server);
  if (method === "POST" && path.startsWith("/page-api/")) {
    return answerJson(response, 200, await act(request, path.slice("/page-api/".length), server));
  }
  throw new HttpRefusal(404, "There is nothing here.");
}

async function answerAsset(
  response: ServerResponse,
  { file, type }: { file: string; type: string },
): Promise<void> {
  for (const folder of PAGE_FOLDERS) {
    const bytes = await bytesAt(new URL(file, folder));
    if (bytes === null) continue;
    return answer(response, 200, bytes, {
      "content-type": type,
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "referrer-policy": "no-referrer",
    });
  }
  throw new HttpRefusal(404, "The page is not built. Run: npm run build");
}

async function bytesAt(url: URL): Promise<Buffer | null> {
  try {
    return await readFile(url);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function follow(response: ServerResponse, as: string | null, { parts, live }: PageServer): void {
  const people = actors(parts);
  const person = as === null ? people[0] : people.find(({ id }) => id === as);
  if (person === undefined) throw new HttpRefusal(404, "There is no such person here.");
  live.follow(person.id, response);
}

async function answerFile(response: ServerResponse, path: string, { parts }: PageServer): Promise<void> {
  const file = parts.workspace.files.get(path.split("/")[2] ?? "");
  const bytes = file === undefined ? null : await parts.files.bytesOf(file.id);
  if (file === undefined || bytes === null) throw new HttpRefusal(404, "There is no such file.");
  const isShown = SHOWN_TYPES.has(file.mimetype);
  const disposition = `${isShown ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(file.name)}`;
  answer(response, 200, bytes, {
    "content-type": isShown ? file.mimetype : "application/octet-stream",
    "content-disposition": disposition,
    "content-security-policy": "default-src 'none'; sandbox",
  });
}

/** A file is nobody's until somebody shares it. */
async function takeUpload(
  request: IncomingMessage,
  response: ServerResponse,
  { parts }: PageServer,
): Promise<void> {
  const bytes = await readBody(request, MAX_FILE_BYTES);
  if (bytes.length === 0) throw new HttpRefusal(400, "The file is empty.");
  const mimetype = request.headers["content-type"] ?? "application/octet-stream";
  const file = parts.files.keep({ name: fileName(request), mimetype, user: "", bytes });
  answerJson(response, 200, pageFile(file));
}

function fileName(request: IncomingMessage): string {
  const given = request.headers["x-file-name"];
  try {
    const name = decodeURIComponent(typeof given === "string" ? given : "");
    return name.replace(/[/\\\p{Cc}]/gu, "_").slice(0, 255) || "file";
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw new HttpRefusal(400, "The file's name cannot be read.");
  }
}

async function act(request: IncomingMessage, name: string, server: PageServer): Promise<Answers[keyof Acts]> {
  if (!isAct(name)) throw new HttpRefusal(404, "There is no such act.");
  // Other pages cannot send JSON here without being asked for it first.
  if (request.headers["content-type"]?.startsWith("application/json") !== true) {
    throw new HttpRefusal(415, "An act is sent as JSON.");
  }
  const body = jsonOf((await readBody(request, MAX_ACT_BYTES)).toString("utf8"));
  return carryOut(name, body, server);
}

async function carryOut(name: keyof Acts, body: unknown, server: PageServer): Promise<Answers[keyof Acts]> {
  const { acts, turning } = server;
  switch (name) {
    case "clock":
      return turning.turn(read("clock", body));
    case "scene":
      return setStage(read("scene", body), server);
    case "faults":
      return switchFaults(read("faults", body), server);
    case "say":
      return acts.say(read("say", body));
    case "edit":
      return acts.edit(read("edit", body));
    case "erase":
      return acts.erase(read("erase", body));
    case "press":
      return acts.press(read("press", body));
    case "submit":
      return acts.submit(read("submit", body));
    case "close":
      return acts.close(read("close", body));
    case "shortcut":
      return acts.shortcut(read("shortcut", body));
    case "home":
      return acts.home(read("home", body));
    case "read":
      return acts.read(read("read", body));
    case "pause":
      return acts.pause(read("pause", body));
    case "dismiss":
      return acts.dismiss(read("dismiss", body));
  }
}

function read<Act extends keyof Acts>(name: Act, body: unknown): Acts[Act] {
  const parsed = ACT_SHAPES[name].safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new HttpRefusal(
    400,
    `This act cannot be read: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
  );
}

async function setStage({ id }: Acts["scene"], { turning, parts }: PageServer): Promise<Answers["scene"]> {
  const scene = SCENES.find((each) => each.id === id);
  if (scene === undefined) throw new HttpRefusal(404, "There is no such scene.");
  await turning.turnTo(nextWallTime(parts.workspace.now(), scene.at));
  return scene.stage;
}

function switchFaults(wanted: Acts["faults"], { faults, live }: PageServer): Answers["faults"] {
  faults.rateLimited = wanted.rateLimited ?? faults.rateLimited;
  faults.down = wanted.down ?? faults.down;
  live.changed();
  return {};
}
