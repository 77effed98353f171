// Makes ids and secrets in Slack's shapes: a letter for the kind of thing, then capitals and digits.
import { randomBytes, randomInt } from "node:crypto";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** A new id such as V0A1B2C3D4E: the prefix names the kind of thing, as Slack's do. */
export function newId(prefix: "V" | "F" | "Ev" | "D"): string {
  return prefix + "0" + letters(10);
}

/** A block or action id for a block that came without one. Slack makes up five characters too. */
export function madeUpId(): string {
  return letters(5);
}

/** An unguessable text for trigger ids and response URLs. */
export function newSecret(): string {
  return randomBytes(16).toString("hex");
}

function letters(count: number): string {
  return Array.from({ length: count }, () => LETTERS.charAt(randomInt(LETTERS.length))).join("");
}
