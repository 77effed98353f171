// The machine's own time zone changes nothing: the same questions, asked on machines in four places.

import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answer } from "./answer-questions.ts";
import { questionIn, TRIED_ZONES } from "./clock-scenes.ts";

const SCRIPT = new URL("answer-questions.ts", import.meta.url).pathname;

/** An endless pause is Infinity, which JSON cannot say. */
const questions = fc
  .sample(fc.constantFrom(...TRIED_ZONES).chain(questionIn), { numRuns: 400, seed: 20_260_327 })
  .filter(({ pauses }) => pauses.every(({ toMs }) => Number.isFinite(toMs)));

test.each(["America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "Etc/UTC"])(
  "a machine in %s gives the answers that any other gives",
  (machineZone) => {
    const said = execFileSync(process.execPath, ["--import", "tsx", SCRIPT], {
      input: questions.map((question) => JSON.stringify(question)).join("\n"),
      env: { ...process.env, TZ: machineZone },
      encoding: "utf8",
      maxBuffer: 100_000_000,
    });
    const [zone, ...answers] = said.trimEnd().split("\n");
    expect(zone?.replace("Katmandu", "Kathmandu").replace(/^UTC$/, "Etc/UTC")).toBe(machineZone);
    expect(answers).toEqual(questions.map(answer));
  },
);
