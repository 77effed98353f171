// `belfry clock`: a JSON line in, a JSON line out.

import { readFileSync } from "node:fs";
import { PassThrough, Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { answerAll } from "../../src/cli/clock.ts";

const PRAGUE = { timezone: "Europe/Prague", hours: { "mon-fri": ["08:00-17:00"] }, holidays: ["2026-12-24"] };
const ADD = { op: "add", calendar: PRAGUE, start: "2026-03-27T15:30:00Z", minutes: 540 };

interface Example {
  question: { op: string };
  answer: { targets?: { kind: string; deadline: string }[] };
}

describe("the examples of the contract", () => {
  const file = new URL("clock-examples.jsonl", import.meta.url);
  const examples = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Example);

  it("are answered to the letter", async () => {
    const answers = await ask(examples.map(({ question }) => question));
    for (const [index, { question, answer }] of examples.entries()) {
      const where = JSON.stringify(question);
      // For a policy the named target's deadline is given; goals and other targets may stand beside it.
      const named = answer.targets?.map((target) => expect.objectContaining(target) as unknown);
      const expected = named === undefined ? answer : { targets: expect.arrayContaining(named) as unknown };
      expect(answers[index], where).toEqual(expected);
    }
    expect(answers).toHaveLength(200);
  });
});

describe("adding time", () => {
  it("answers in UTC, with milliseconds only where there are some", async () => {
    expect(await ask([ADD, { ...ADD, minutes: 0.001 }])).toEqual([
      { result: "2026-03-30T14:30:00Z" },
      { result: "2026-03-27T15:30:00.060Z" },
    ]);
  });

  it("reads an offset, and answers the same", async () => {
    const starts = ["2026-03-27T16:30:00+01:00", "2026-03-27T11:30-04:00", "2026-03-27T15:30:00.000Z"];
    for (const answer of await ask(starts.map((start) => ({ ...ADD, start }))))
      expect(answer).toEqual({ result: "2026-03-30T14:30:00Z" });
  });

  it("takes pauses off, and has no result while one lasts", async () => {
    const pauses = [["2026-03-27T15:30:00Z", "2026-03-30T06:30:00Z"]];
    expect(
      await ask([
        { ...ADD, pauses },
        { ...ADD, pauses: [["2026-03-27T15:45:00Z"]] },
        { ...ADD, pauses: [["2026-03-27T15:45:00Z", null]] },
        { ...ADD, minutes: 10, pauses: [["2026-03-27T15:45:00Z"]] },
      ]),
    ).toEqual([
      { result: "2026-03-31T06:30:00Z" },
      { result: null },
      { result: null },
      { result: "2026-03-27T15:40:00Z" },
    ]);
  });

  it("closes on the holidays of a region, with more and fewer of them", async () => {
    const holidays = { region: "GB-ENG", also: ["2026-12-24"], except: ["2026-12-28"] };
    const calendar = { timezone: "Europe/London", hours: { "mon-fri": "09:00-17:00" }, holidays };
    expect(await ask([{ op: "add", calendar, start: "2026-12-23T16:00:00Z", minutes: 120 }])).toEqual([
      { result: "2026-12-28T10:00:00Z" },
    ]);
  });

  it("needs no zone where the calendar is always open", async () => {
    expect(
      await ask([{ op: "add", calendar: { hours: "always" }, start: "2026-01-01T00:00:00Z", minutes: 1 }]),
    ).toEqual([{ result: "2026-01-01T00:01:00Z" }]);
  });
});

describe("the time between", () => {
  const between = (start: string, end: string): object => ({ op: "between", calendar: PRAGUE, start, end });

  it("is in minutes with a fraction, and negative where the end comes first", async () => {
    expect(
      await ask([
        between("2026-03-27T15:30:00Z", "2026-03-27T15:31:30Z"),
        between("2026-03-30T07:00:00Z", "2026-03-27T15:00:00Z"),
        between("2026-03-30T07:00:00Z", "2026-03-30T07:00:00Z"),
      ]),
    ).toEqual([{ minutes: 1.5 }, { minutes: -120 }, { minutes: 0 }]);
  });
});

describe("deadlines of a policy", () => {
  const deadline = (more: object): object => ({
    op: "deadline",
    policy: "eleveo",
    level: "1",
    opened: "2026-03-27T16:30:00Z",
    ...more,
  });

  it("come in the policy's order, with goals where there are some", async () => {
    expect(
      await ask([
        deadline({ attributes: { scope: "platform" } }),
        deadline({ policy: "aleyant", level: "urgent" }),
      ]),
    ).toEqual([
      {
        targets: [
          { kind: "response", deadline: "2026-03-27T17:00:00Z" },
          { kind: "restore", deadline: "2026-03-27T20:30:00Z" },
        ],
      },
      { targets: [{ kind: "response", deadline: "2026-03-30T14:30:00Z", goal: "2026-03-27T20:30:00Z" }] },
    ]);
  });

  it("need the zone only where a calendar that applies keeps the customer's time", async () => {
    expect(await ask([deadline({}), deadline({ level: "2" })])).toEqual([
      { targets: [{ kind: "response", deadline: "2026-03-27T17:00:00Z" }] },
      { error: expect.stringMatching(/^line 2: .*time zone/) as unknown },
    ]);
  });

  it("are refused for what the policy does not have", async () => {
    const questions = [
      deadline({ level: "9" }),
      deadline({ attributes: { scope: "moon" } }),
      deadline({ attributes: { size: "big" } }),
      deadline({ policy: "nobody" }),
      deadline({ level: "2", timezone: "Mars/Base" }),
      deadline({ timezone: "Mars/Base" }),
    ];
    expect(errorsIn(await ask(questions))).toEqual([
      expect.stringContaining('"9" is no level of eleveo'),
      expect.stringContaining('"moon" is no option of scope'),
      expect.stringContaining('"size" is no field of eleveo'),
      expect.stringContaining('no policy or readable file "nobody"'),
      expect.stringContaining('"Mars/Base"'),
      expect.stringContaining('"Mars/Base"'),
    ]);
  });
});

describe("a line that is no good question", () => {
  it("is answered with what is wrong and where, and the next line is read", async () => {
    const answers = await askText(`no json\n\n{"op":"sub"}\n[]\n${JSON.stringify(ADD)}\n`);
    expect(answers).toEqual([
      { error: expect.stringMatching(/^line 1: This is no JSON/) as unknown },
      { error: expect.stringMatching(/^line 2: This is no JSON/) as unknown },
      {
        error: expect.stringMatching(
          /^line 3: op: "sub" is found; allowed is add, between or deadline/,
        ) as unknown,
      },
      { error: expect.stringMatching(/^line 4: /) as unknown },
      { result: "2026-03-30T14:30:00Z" },
    ]);
  });

  it.each([
    [{ ...ADD, start: "2026-03-27T15:30:00" }, "start:"],
    [{ ...ADD, start: "2026-02-30T15:30:00Z" }, "start:"],
    [{ ...ADD, start: 5 }, "start:"],
    [{ ...ADD, minutes: "5" }, "minutes:"],
    [{ ...ADD, minutes: -1 }, "negative"],
    [{ ...ADD, minutes: 1e300 }, "ten years"],
    [{ ...ADD, minute: 5 }, '"minute" is not known here'],
    [{ ...ADD, pauses: [["2026-03-27T15:30:00Z", "2026-03-27T15:00:00Z"]] }, "end before it begins"],
    [{ ...ADD, pauses: [["yesterday"]] }, "pauses[0][0]"],
    [{ ...ADD, pauses: [[]] }, "pauses[0]"],
    [{ ...ADD, calendar: undefined }, "calendar: nothing is found; allowed is a calendar such as"],
    [{ ...ADD, calendar: { ...PRAGUE, timezone: "Mars/Base" } }, "calendar.timezone"],
    [{ ...ADD, calendar: { ...PRAGUE, timezone: "customer" } }, "calendar.timezone"],
    [{ ...ADD, calendar: { hours: PRAGUE.hours } }, "calendar.timezone"],
    [{ ...ADD, calendar: { ...PRAGUE, hours: { mon: "09:00-09:00" } } }, "calendar.hours.mon"],
    [
      { ...ADD, calendar: { ...PRAGUE, hours: { "mon-fri": "09:00-17:00", fri: "09:00-12:00" } } },
      "calendar.hours.fri",
    ],
    [{ ...ADD, calendar: { ...PRAGUE, hours: {} } }, "no open hours"],
    [{ ...ADD, calendar: { ...PRAGUE, holidays: ["2026-02-30"] } }, "calendar.holidays[0]"],
    [{ ...ADD, calendar: { ...PRAGUE, holidays: { region: "ZZ" } } }, "ZZ"],
    [{ ...ADD, calendar: { ...PRAGUE, day: "1d" } }, "calendar.day"],
  ])("such as %j", async (question, sentence) => {
    const [error] = errorsIn(await ask([question]));
    expect(error).toMatch(/^line 1: /);
    expect(error).toContain(sentence);
  });

  it("may be far too long, and costs no more than the others", async () => {
    const answers = await askText(`${"x".repeat(3_000_000)}\n${JSON.stringify(ADD)}`);
    expect(answers).toEqual([
      { error: expect.stringContaining("1000000 characters at most") as unknown },
      { result: "2026-03-30T14:30:00Z" },
    ]);
  });
});

describe("the stream", () => {
  it("is cut anywhere, begins with a byte order mark, has Windows line ends, and no end to its last line", async () => {
    const text = `\uFEFF${JSON.stringify(ADD)}\r\n${JSON.stringify(ADD)}\r\n${JSON.stringify(ADD)}`;
    const pieces = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
    const output = collecting();
    await answerAll(Readable.from(pieces, { objectMode: false }), output);
    expect(output.text()).toBe('{"result":"2026-03-30T14:30:00Z"}\n'.repeat(3));
  });

  it("waits for a slow reader", async () => {
    const input = Readable.from(Array.from({ length: 50 }, () => `${JSON.stringify(ADD)}\n`.repeat(100)));
    const output = new PassThrough({ highWaterMark: 1000 });
    const answering = answerAll(input, output);
    await new Promise(setImmediate);
    expect(output.readableLength + output.writableLength).toBeLessThan(20_000);
    output.resume();
    await answering;
  });

  it("answers 20,000 lines in order, in seconds", async () => {
    const questions = Array.from({ length: 20_000 }, (_, minutes) => ({ ...ADD, minutes: minutes % 540 }));
    const started = performance.now();
    const answers = await ask(questions);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(answers).toHaveLength(20_000);
    expect(answers[29]).toEqual({ result: "2026-03-27T15:59:00Z" });
    expect(answers[19_999]).toEqual(answers[19_999 % 540]);
  });
});

async function ask(questions: readonly object[]): Promise<unknown[]> {
  return askText(questions.map((question) => `${JSON.stringify(question)}\n`).join(""));
}

async function askText(text: string): Promise<unknown[]> {
  const output = collecting();
  await answerAll(Readable.from([text]), output);
  const lines = output.text().split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line): unknown => JSON.parse(line));
}

function errorsIn(answers: readonly unknown[]): string[] {
  return answers.map((answer) => (answer as { error: string }).error);
}

function collecting(): Writable & { text: () => string } {
  const pieces: string[] = [];
  const output = new Writable({
    write(piece: Buffer, _encoding, done) {
      pieces.push(piece.toString("utf8"));
      done();
    },
  });
  return Object.assign(output, { text: () => pieces.join("") });
}
