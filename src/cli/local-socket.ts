// Lets the command line ask the Belfry that runs here: one line of JSON asks, one line of JSON answers, over a Unix socket.
//
// The embedded database serves one process alone. While that one runs, commands ask it here and never open the directory
// beside it. Only the user who runs Belfry can connect.
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { DeskError } from "../core/errors.ts";

/** The listening end. */
export interface LocalSocket {
  /** Hangs up on whoever still asks, and removes the socket. */
  stop(): Promise<void>;
}

/**
 * Answers questions on a socket at `file`. Whoever calls this holds the database's lock, so a socket that lies there
 * already was left behind by a process that died, and is removed. `answer` must not throw.
 */
export async function listenLocally(
  file: string,
  answer: (question: unknown) => Promise<object>,
): Promise<LocalSocket> {
  rmSync(file, { force: true });
  const connected = new Set<Socket>();
  const server = createServer((socket) => {
    connected.add(socket);
    socket.on("close", () => connected.delete(socket));
    // Whoever hangs up in the middle needs no answer any more.
    socket.on("error", () => socket.destroy());
    answerEachLine(socket, answer);
  });
  await underShortName(file, (path) => listening(server, path));
  chmodSync(file, OWNER_ONLY);
  return {
    stop: async () => {
      for (const socket of connected) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(file, { force: true });
    },
  };
}

/**
 * Asks the Belfry whose socket is at `file`.
 * @returns its answer as it came, or null where none runs.
 * @throws DeskError where one runs that cannot be asked, or that does not answer in time.
 */
export async function askLocally(file: string, question: object, timeoutMs: number): Promise<unknown> {
  return underShortName(file, (path) => {
    const socket = connect(path);
    return new Promise((resolve, reject) => {
      socket.setTimeout(timeoutMs, () => {
        reject(new DeskError("unavailable", "The Belfry that runs here does not answer. Look at its log."));
        socket.destroy();
      });
      socket.on("error", (cause: NodeJS.ErrnoException) => {
        if (cause.code === "ENOENT" || cause.code === "ECONNREFUSED") resolve(null);
        else if (cause.code !== "ECONNRESET" && cause.code !== "EPIPE") reject(refusal(cause));
      });
      socket.on("close", () => {
        reject(
          new DeskError("unavailable", "The Belfry that runs here stopped before it answered. Try again."),
        );
      });
      eachLine(socket, (line) => {
        resolve(JSON.parse(line) as unknown);
        socket.destroy();
      });
      socket.on("connect", () => socket.write(`${JSON.stringify(question)}\n`));
    });
  });
}

const OWNER_ONLY = 0o600;
/** A desk file with its policies is some kilobytes. */
const MAX_LINE = 8 * 1024 * 1024;
/** sockaddr_un holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const MAX_PATH_BYTES = 100;

/** Several questions on one connection are answered in their order. */
function answerEachLine(socket: Socket, answer: (question: unknown) => Promise<object>): void {
  let before: Promise<unknown> = Promise.resolve();
  eachLine(socket, (line) => {
    before = before.then(async () => {
      const answered = await answer(parsed(line));
      if (socket.writable) socket.write(`${JSON.stringify(answered)}\n`);
    });
  });
}

/** What is not JSON is no question either: whoever answers says so. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function eachLine(socket: Socket, take: (line: string) => void): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) socket.destroy();
    for (const line of lines) take(line);
  });
}

/** The socket is made under a mask, so that nobody else can connect in the moment before its mode is set. */
function listening(server: Server, path: string): Promise<void> {
  const mask = process.umask(0o177);
  try {
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } finally {
    process.umask(mask);
  }
}

/**
 * A socket's path may be about a hundred bytes long, wherever the data folder is. A longer one is reached through a link
 * in a folder of our own, which is gone again once the socket is bound or connected.
 */
async function underShortName<T>(file: string, use: (path: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(file) <= MAX_PATH_BYTES) return use(file);
  const folder = mkdtempSync(join(tmpdir(), "belfry-"));
  try {
    symlinkSync(dirname(file), join(folder, "d"));
    return await use(join(folder, "d", basename(file)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function refusal(cause: NodeJS.ErrnoException): DeskError {
  return cause.code === "EACCES" || cause.code === "EPERM"
    ? new DeskError("not-allowed", "Belfry runs here as another user: run this command as that user.", {
        cause,
      })
    : new DeskError("unavailable", "The Belfry that runs here cannot be reached. Try again.", { cause });
}
