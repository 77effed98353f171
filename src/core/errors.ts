// What may go wrong and can be told to a person: a code for programs, a sentence for whoever acted.

/** Why an act was refused. `unavailable` and `internal` say that trying again may help; the others do not. */
export type RefusalCode = "invalid" | "not-found" | "not-allowed" | "conflict" | "unavailable" | "internal";

/**
 * A refusal that a person is meant to read. The sentence says what to do next and never shows internals; `faults`
 * names the form fields at fault, where there is a form, each with a sentence of its own.
 */
export class DeskError extends Error {
  override readonly name = "DeskError";
  readonly code: RefusalCode;
  readonly faults: Readonly<Record<string, string>>;

  constructor(
    code: RefusalCode,
    sentence: string,
    options: { faults?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.faults = options.faults ?? {};
  }
}

/** Whether something could not be done for now, such as a database that is away: it is no fault of what was to be done. */
export function isUnavailable(error: unknown): error is DeskError {
  return error instanceof DeskError && error.code === "unavailable";
}
