// Decides what a database error means: worth another try, a database that is away for now, or a fault of ours. What
// people read says what to do next; the cause keeps the database's own words, and none of the values.
import { DeskError } from "../core/errors.ts";

/** What the database said, without the statement and its values, which may be what people wrote. */
class DatabaseFault extends Error {
  override readonly name = "DatabaseFault";
  readonly code: string;

  constructor(code: string, says: string, stack: string | undefined) {
    super(`${code}: ${says}`);
    this.code = code;
    if (stack !== undefined) this.stack = stack;
  }
}

/** Raised in place of asking something of a connection that broke, or of a transaction that is over. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  readonly code = "CONNECTION_LOST";
}

/** A transaction could not even begin: nothing has happened, so another connection may try. */
export class NeverBegan extends Error {
  override readonly name = "NeverBegan";
}

/** True for a transaction that lost a race with another and may win the next one: serialization failure or deadlock. */
export function isRace(error: unknown): boolean {
  const code = codeOf(error);
  return code === "40001" || code === "40P01";
}

/** True where nothing more can be asked of the connection that raised it. */
export function isBroken(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && (!SQLSTATE.test(code) || /^(?:08|25P03|57P)/.test(code));
}

/** A database's error as a refusal; every other error, and a refusal, as it is. */
export function translated(error: unknown): unknown {
  const raised = raisedBy(error);
  if (raised === null) return error;
  const cause = new DatabaseFault(raised.code, raised.message, raised.stack);
  return isAway(raised.code)
    ? new DeskError("unavailable", AWAY, { cause })
    : new DeskError("internal", OUR_FAULT, { cause });
}

const AWAY = "Belfry cannot reach its database at the moment. Please try again shortly.";
const OUR_FAULT =
  "Something went wrong inside Belfry, and nothing was changed. Please try again; if it fails again, tell whoever runs Belfry.";

const SQLSTATE = /^[0-9][0-9A-Z]{4}$/;
/** CONNECT_TIMEOUT and its like from the driver, ECONNREFUSED and its like from the socket, and what TLS refuses. */
const SOCKET =
  /^(?:CONNECT\w*|E[A-Z]+|EAI_\w+|CERT_\w+|ERR_(?:TLS|SSL)_\w+|SASL_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/;

/**
 * What passes by itself or by an operator's hand: races that went on too long (40), connections (08), resources (53),
 * operator's intervention and time-outs (57), system errors (58), locks (55P03), time-out between statements (25P03), a
 * read-only database (25006), no such role, password or database yet (28, 3D000), and errors of sockets and of the driver.
 */
function isAway(code: string): boolean {
  if (!SQLSTATE.test(code)) return SOCKET.test(code);
  return /^(?:08|28|40|53|57|58)/.test(code) || ["25006", "25P03", "3D000", "55P03"].includes(code);
}

function codeOf(error: unknown): string | null {
  return raisedBy(error)?.code ?? null;
}

/** The driver's error under what drizzle wrapped around it: the first in the chain of causes with a code. */
function raisedBy(error: unknown): (Error & { code: string }) | null {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    if (current instanceof DeskError) return null;
    if ("code" in current && typeof current.code === "string") return current as Error & { code: string };
    current = current.cause;
  }
  return null;
}
