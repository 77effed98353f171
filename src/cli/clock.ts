// `belfry clock`: answers questions about business time, one JSON line each, in order.

import type { Readable, Writable } from "node:stream";
import { once } from "node:events";
import type { Command } from "commander";
import { z } from "zod";
import { compileCalendar, type Calendar } from "../core/calendar.ts";
import { isZone } from "../core/zone.ts";
import { countedMs, deadline, type Pause } from "../core/clock.ts";
import {
  allowing,
  faultsBySchema,
  inQuotes,
  mapping,
  pathInWords,
  type DocumentPath,
} from "../core/document.ts";
import { DeskError } from "../core/errors.ts";
import { writtenCalendarSchema } from "../core/policy-schema.ts";
import { promises, resolveCalendar, type Policy } from "../core/policy.ts";
import { recent } from "../core/recent.ts";
import { regionsFor } from "../policies/read-policy.ts";
import { INSTANT_ALLOWED, instantText, readInstant } from "./instant.ts";
import { loadPolicy } from "./load-policy.ts";

const MINUTE_MS = 60_000;
/** How long a question may be, in characters; ten thousand pauses fit. */
const LINE_LIMIT = 1_000_000;
const CALENDAR_LIMIT = 3000;
const POLICY_LIMIT = 100;

const instant = z.string().transform((text, context) => {
  const at = readInstant(text);
  if (at !== null) return at;
  context.addIssue({ code: "custom", message: `${inQuotes(text)} is found; allowed is ${INSTANT_ALLOWED}` });
  return z.NEVER;
});

const pauses = z
  .array(z.tuple([instant, instant.nullish()]).transform(([from, to]): Pause => ({ from, to: to ?? null })))
  .default([]);

/** The calendar is read by its own schema, once for all questions that ask about it. */
const someCalendar = z.custom<unknown>(
  (written) => written !== undefined,
  allowing('a calendar such as { "timezone": "Europe/Prague", "hours": { "mon-fri": "09:00-17:00" } }'),
);

const question = z.discriminatedUnion(
  "op",
  [
    mapping({ op: z.literal("add"), calendar: someCalendar, start: instant, minutes: z.number(), pauses }),
    mapping({ op: z.literal("between"), calendar: someCalendar, start: instant, end: instant, pauses }),
    mapping({
      op: z.literal("deadline"),
      policy: z.string(),
      level: z.string(),
      opened: instant,
      timezone: z.string().refine(isZone, allowing('a time zone such as "Europe/Prague"')).nullish(),
      attributes: z.record(z.string(), z.string()).default({}),
    }),
  ],
  { error: "add, between or deadline" },
);

/** Adds the command to the program. */
export function register(program: Command): void {
  program
    .command("clock")
    .description("answer questions about business time: JSON lines in, JSON lines out")
    .option("--json", "answer in JSON, which it always does")
    .action(() => answerAll(process.stdin, process.stdout));
}

/** Answers each line of the input by one line of the output, in order, as fast as the output is read. */
export async function answerAll(input: Readable, output: Writable): Promise<void> {
  const answer = answering();
  let number = 0;
  for await (const lines of batches(input)) {
    const answers: string[] = [];
    for (const line of lines) {
      number += 1;
      answers.push(`${JSON.stringify(await answer(line, number))}\n`);
    }
    if (!output.write(answers.join(""))) await once(output, "drain");
  }
}

/** One who answers, and remembers the calendars and policies that were asked about. */
function answering(): (line: string, number: number) => Promise<object> {
  const calendars = recent<Promise<Calendar>>(CALENDAR_LIMIT);
  const policies = recent<Promise<Policy>>(POLICY_LIMIT);
  const calendarFor = (written: unknown): Promise<Calendar> => {
    const text = JSON.stringify(written) ?? "";
    return calendars(text, () => readCalendar(written, text));
  };

  return async (line, number) => {
    try {
      const asked = parsed(readJson(line), question, []);
      switch (asked.op) {
        case "add": {
          const calendar = await calendarFor(asked.calendar);
          const result = deadline(calendar, asked.start, Math.round(asked.minutes * MINUTE_MS), asked.pauses);
          return { result: result === null ? null : instantText(result) };
        }
        case "between": {
          const calendar = await calendarFor(asked.calendar);
          return { minutes: countedMs(calendar, asked.start, asked.end, asked.pauses) / MINUTE_MS };
        }
        case "deadline": {
          const policy = await policies(asked.policy, () => loadPolicy(asked.policy));
          const promised = promises(
            policy,
            asked.level,
            asked.attributes,
            asked.opened,
            asked.timezone ?? null,
          );
          return {
            targets: promised.map(({ target, deadline, goal }) => ({
              kind: target.kind,
              deadline: instantText(deadline),
              ...(goal === null ? {} : { goal: instantText(goal) }),
            })),
          };
        }
      }
    } catch (error) {
      if (error instanceof DeskError) return { error: `line ${number}: ${error.message}` };
      throw error;
    }
  };
}

async function readCalendar(written: unknown, text: string): Promise<Calendar> {
  const calendar = parsed(written, writtenCalendarSchema, ["calendar"]);
  if (calendar.timezone === "customer") {
    throw new DeskError(
      "invalid",
      'calendar.timezone: "customer" is found; allowed is a time zone such as "Europe/Prague".',
    );
  }
  const { holidaysOf } = await regionsFor(text);
  return compileCalendar(resolveCalendar(calendar, holidaysOf));
}

function readJson(line: string): unknown {
  if (line.length > LINE_LIMIT) {
    throw new DeskError("invalid", `A question may have ${LINE_LIMIT} characters at most.`);
  }
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new DeskError(
      "invalid",
      `This is no JSON: ${error instanceof Error ? error.message : "it cannot be read"}.`,
      {
        cause: error,
      },
    );
  }
}

function parsed<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  at: DocumentPath,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = faultsBySchema(value, schema).map(
    ({ path, sentence }) => `${pathInWords([...at, ...path])}: ${sentence}`,
  );
  throw new DeskError("invalid", `${faults.join("; ")}.`);
}

/** The lines of each piece of input. Of a line that is too long only so much is kept as shows that it is. */
async function* batches(input: Readable): AsyncGenerator<string[]> {
  input.setEncoding("utf8");
  let rest = "";
  let isFirst = true;
  for await (const piece of input) {
    const text = isFirst ? String(piece).replace(/^\uFEFF/, "") : String(piece);
    isFirst = false;
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(0, LINE_LIMIT + 1);
    yield lines;
  }
  if (rest !== "") yield [rest];
}
