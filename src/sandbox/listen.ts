// Opens the sandbox's one port, tells by what names it is known, and closes it.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Listens on the wanted port, or on the next free one of the twenty behind it; 0 takes any. */
export async function listen(server: Server, host: string, first: number): Promise<void> {
  const last = first === 0 ? 0 : Math.min(first + 20, 65_535);
  for (let port = first; ; port += 1) {
    try {
      return await listenOn(server, host, port);
    } catch (error) {
      const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
      if (!isTaken || port >= last) throw error;
    }
  }
}

/** The address at which a listening server is reached from this machine. */
export function originOf(server: Server, host: string): string {
  const isAnywhere = host === "0.0.0.0" || host === "::";
  const name = isAnywhere ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${portOf(server)}`;
}

/** The names, with the port, by which this machine's own browser knows the server. */
export function hostsOf(server: Server, host: string): Set<string> {
  const names = ["127.0.0.1", "localhost", "[::1]", host.includes(":") ? `[${host}]` : host];
  return new Set(names.map((name) => `${name}:${portOf(server)}`));
}

/** Closes it at once, whoever is still connected. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeAllConnections();
  });
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  // A server that listens on a port has such an address.
  return (server.address() as AddressInfo).port;
}
