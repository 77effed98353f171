// A wire to a server that a test may hold up or cut, as networks do.
import { connect, createServer, type Socket } from "node:net";

/** Everything goes through until it is told otherwise. */
export interface Wire {
  port: number;
  /** Nothing passes any more, and nobody is told. */
  hold(): void;
  /** What was held up goes on. */
  goOn(): void;
  /** Breaks every connection: with a word ("end"), or without one ("reset"). New ones may be made. */
  cut(how: "end" | "reset"): void;
  close(): Promise<void>;
}

/** Lays a wire to a port of this computer. */
export async function layWire(target: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  let isHeld = false;
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      // A wire that breaks is what the test asked for.
      from.on("error", () => to.destroy());
      from.on("close", () => (sockets.delete(from), to.destroy()));
      if (isHeld) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No free port.");

  return {
    port: address.port,
    hold: () => {
      isHeld = true;
      for (const socket of sockets) socket.pause();
    },
    goOn: () => {
      isHeld = false;
      for (const socket of sockets) socket.resume();
    },
    cut: (how) => {
      for (const socket of sockets)
        if (how === "end") socket.destroy();
        else socket.resetAndDestroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
