// `belfry rehearse`: everything that would happen to a ticket if nobody did anything, before a policy is signed.
import { resolve } from "node:path";
import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { loadDotEnv } from "../config.ts";
import { callingOf, type Customer, type Directory } from "../core/directory.ts";
import { DeskError } from "../core/errors.ts";
import { plant } from "../core/history.ts";
import { levelOf, targetsFor, type Policy } from "../core/policy.ts";
import { rehearse } from "../core/rehearsal.ts";
import type { TicketEvent } from "../core/ticket.ts";
import { collect, readField } from "./deadline.ts";
import { readOpened, readZone } from "./instant.ts";
import { loadDesk, readDesk } from "./load-desk.ts";
import { loadPolicy } from "./load-policy.ts";
import { rehearsalInJson, rehearsalInWords, type Rehearsed } from "./rehearsal-text.ts";

interface Options {
  policy: string;
  level: string;
  opened: string;
  timezone?: string;
  set: Record<string, string>;
  desk?: string;
  customer?: string;
  assume: string[];
  json?: true;
}

/** Adds the command to the program. */
export function register(program: Command): void {
  program
    .command("rehearse")
    .description("show everything that would happen to a ticket if nobody did anything")
    .requiredOption("--policy <file or id>", "the policy: a file, or one that ships with Belfry")
    .requiredOption("--level <id>", "the level of the ticket")
    .requiredOption("--opened <instant>", "when it is filed; without an offset, wall time in --timezone")
    .option("--timezone <zone>", "the customer's time zone; by default that of the desk's customer", readZone)
    .option("--set <field=option>", "a field of the ticket (may be repeated)", readField, {})
    .option("--desk <file>", "the desk file: who is paged, and in which order; by default BELFRY_FILE")
    .option("--customer <key>", "whose ticket it is; by default the desk's first customer under the policy")
    .option("--assume <id>", "switch an assumption of the policy (may be repeated)", collect, [])
    .option("--json", "answer in JSON")
    .action(async (options: Options) => {
      const rehearsed = await rehearsalOf(options, deskFile(options.desk));
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify(rehearsalInJson(rehearsed), null, 2)}\n`
          : rehearsalInWords(rehearsed),
      );
    });
}

/** Rehearses what the options describe. Throws DeskError where they name what there is not. */
export async function rehearsalOf(options: Options, desk: string | null): Promise<Rehearsed> {
  const { level, opened, set } = options;
  const policy = await loadPolicy(options.policy, options.assume);
  // A level or field that there is not is refused before a zone is asked for.
  targetsFor(policy, levelOf(policy, level).id, set);
  const directory = desk === null ? null : (await loadDesk(await readDesk(desk))).directory;
  const place = placeOf(options, policy, directory);
  const zone = place.customer.timezone;
  const openedAt = readOpened(opened, zone === "" ? null : zone);
  const filed = filedEvent(options, place.customer, openedAt);
  const names = { id: randomUUID(), number: `${place.customer.key}-1`, customer: place.customer.key };
  const ticket = plant({ ...names, policyRevision: policy.version, zone }, filed, policy);
  const kase = { ticket, policy, ...place, ...callingOf(place.customer, place.directory) };
  return { kase, desk, ...rehearse({ event: filed, ticket }, kase) };
}

function deskFile(given: string | undefined): string | null {
  if (given !== undefined) return given;
  const folder = process.cwd();
  loadDotEnv(folder);
  const { BELFRY_FILE: known = "" } = process.env;
  return known.trim() === "" ? null : resolve(folder, known);
}

/** The desk and the customer; without a desk file some that show where things go, and page nobody. */
function placeOf(
  { customer: key, timezone }: Options,
  policy: Policy,
  known: Directory | null,
): { directory: Directory; customer: Customer } {
  const directory = known ?? withoutDesk(policy.id);
  const { customers } = directory;
  const customer =
    key === undefined
      ? (customers.find((one) => one.policy === policy.id) ?? customers[0])
      : customers.find((one) => one.key === key.toUpperCase());
  if (customer === undefined || (known === null && key !== undefined)) {
    const keys =
      known === null ? "no desk file is given" : `it has ${customers.map((one) => one.key).join(", ")}`;
    throw new DeskError("not-found", `The desk has no customer "${key ?? ""}"; ${keys}.`);
  }
  return { directory, customer: { ...customer, timezone: timezone ?? customer.timezone } };
}

function withoutDesk(policy: string): Directory {
  const names = { id: "filer", name: "the filer" };
  return {
    people: [{ ...names, addresses: ["slack:the filer"], timezone: "Etc/UTC", isSupport: false }],
    customers: [
      {
        ...{ key: "TICKET", name: "the customer", policy, timezone: "", ladder: null },
        channel: "slack:the customer's channel",
        contacts: [names.id],
      },
    ],
    channels: { support: "slack:support", onCall: "slack:on-call" },
    rotations: [],
    ladders: [],
    policyFiles: [],
  };
}

function filedEvent({ level, set }: Options, customer: Customer, at: Date): TicketEvent {
  const filer = customer.contacts[0] ?? "filer";
  const { received = "form", ...attributes } = set;
  return {
    seq: 0,
    at,
    by: filer,
    what: {
      kind: "filed",
      ...{ title: "Rehearsal", body: "", level, attributes, filer, attachments: [] },
      receivedAt: at,
      receivedBy: received === "phone" || received === "mail" || received === "other" ? received : "form",
    },
  };
}
