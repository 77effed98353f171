// `belfry why`: how each deadline of a ticket is counted, span by span, in words, as JSON and as a picture.
import { writeFile } from "node:fs/promises";
import { InvalidArgumentError, type Command } from "commander";
import { z } from "zod";
import { readZone } from "./instant.ts";
import type { Ask } from "./reach.ts";

/** Adds the command to the program. */
export function register(program: Command, ask: Ask): void {
  program
    .command("why")
    .description("prove a ticket's deadlines: every span that counts, and every one that does not")
    .argument("<number>", "the ticket's number, such as ACME-17")
    .option("--timezone <zone>", "by whose clock to show it; the customer's, if not given", readZone)
    .option("--picture <file>", "draw it into a file, .svg or .png", readPicture)
    .option("--json", "answer in JSON")
    .action(async (number: string, { timezone, picture, json }: Options) => {
      const answer = await ask({ ask: "why", number, timezone: timezone ?? null });
      if (picture !== undefined) await draw(picture, answer.json);
      process.stdout.write(json === true ? `${JSON.stringify(answer.json, null, 2)}\n` : answer.text);
    });
}

interface Options {
  timezone?: string;
  picture?: string;
  json?: true;
}

const drawn = z.object({ svg: z.string() });

async function draw(file: string, json: unknown): Promise<void> {
  const { svg } = drawn.parse(json);
  if (!file.endsWith(".png")) return writeFile(file, svg);
  // The one command that draws loads what draws.
  const { pngOf } = await import("../chat/picture/png.ts");
  await writeFile(file, await pngOf(svg));
}

function readPicture(file: string): string {
  if (!/\.(svg|png)$/.test(file)) throw new InvalidArgumentError("Write a file that ends in .svg or .png.");
  return file;
}
