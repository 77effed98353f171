// Tells tests with which code a question was refused.

import { DeskError } from "../../src/core/errors.ts";

/** The code of the refusal, or "answered" where there was none. Anything that is no refusal is thrown on. */
export function codeOf(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    if (error instanceof DeskError) return error.code;
    throw error;
  }
  return "answered";
}
