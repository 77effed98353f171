// Filing: the form, what it promises while it is filled in, and the ticket that comes of it.
import { DeskError } from "../core/errors.ts";
import { assumptionsAbout } from "../core/assumption.ts";
import { callingOf, channelsOf, type Address, type Customer, type Person } from "../core/directory.ts";
import type { Form, FormField, FormValues } from "../core/form.ts";
import type { Text } from "../core/message.ts";
import { closingAfter } from "../core/calendar.ts";
import { noticesAt } from "../core/notices.ts";
import { calendarOf, pagesAt, promises, targetsFor, type Level, type Policy } from "../core/policy.ts";
import { RECEIVED } from "../core/policy-schema.ts";
import { customersOf } from "../core/rights.ts";
import type { ReceivedBy, Ticket } from "../core/ticket.ts";
import { instant, levelWords, nameOf, TARGET_WORDS } from "../core/words.ts";
import { isPlace } from "./case.ts";
import type { KnownDirectory, PolicyRevision, Tx } from "./ports.ts";
import { choiceField, filesField, levelField, plainOptions, policyField, wordsField } from "./fields.ts";
import { recordFiled } from "./record.ts";
import { filesIn, instantIn, pastFault, refuseFaults, textIn } from "./values.ts";

/** A title is one line; what is longer belongs below it. */
const LONGEST_TITLE = 250;

/** What the form is made from, all of it in memory: it opens without asking anybody. */
export interface Filing {
  known: KnownDirectory;
  person: Person;
  place: Address | null;
  policyOf(customer: Customer): PolicyRevision | null;
  now: Date;
}

/** The form, with what was filled in so far. */
export function filingForm(filing: Filing, title: string, values: FormValues): Form {
  const { known, person, place, now } = filing;
  const choices = customersHere(filing);
  const customer = choices.find(({ key }) => key === textIn(values, "customer")) ?? choices[0];
  const revision = customer === undefined ? null : filing.policyOf(customer);
  if (customer === undefined || revision === null) {
    throw new DeskError(
      "not-allowed",
      "You are no contact of any customer of this desk. Ask the support team to add you.",
    );
  }
  const { policy } = revision;
  const level = policy.levels.find(({ id }) => id === textIn(values, "level")) ?? null;
  const { head, rest } = splitTitle(title);
  return {
    name: "file",
    title: "New ticket",
    submit: "File ticket",
    carry: { ticket: null, place },
    fields: [
      ...(choices.length > 1 ? [customerField(choices, customer)] : []),
      ...(person.isSupport ? onBehalfFields(known, customer) : []),
      titleField(head),
      wordsField("body", "What happened", "Steps to reproduce, what you saw, what you expected.", rest),
      levelField(policy, level?.id ?? null, true),
      ...policy.fields.map((field) => policyField(field, field.default ?? null, true)),
      { kind: "info", id: "promise", tone: "plain", text: promiseText(policy, level, customer, values, now) },
      ...noticesAt(policy, instantIn(values, "receivedAt") ?? now, customer.timezone).map(noticeField),
      ...assumedFields(policy, level, values),
      ...(level?.confirm === undefined ? [] : [confirmField(level, level.confirm)]),
      filesField("Screenshot or log", "Leave out passwords."),
    ],
  };
}

/** Files a ticket from the values of the form, which came from an address. Faults come by field, so that what was typed stays. */
export async function fileTicket(
  tx: Tx,
  filing: Filing & { from: Address },
  values: FormValues,
): Promise<{ ticket: Ticket; say: Text }> {
  const { person, now, known } = filing;
  const choices = customersHere(filing);
  const asked = textIn(values, "customer");
  const customer =
    asked === "" && choices.length === 1 ? choices[0] : choices.find(({ key }) => key === asked);
  refuseFaults({ customer: customer === undefined ? "Choose the customer that this is for." : null });
  if (customer === undefined) throw new DeskError("invalid", "Choose the customer that this is for.");
  const revision = await tx.policyInForce(customer.policy, now);
  if (revision === null)
    throw new DeskError(
      "unavailable",
      `The policy of ${customer.name} is not in force yet. Nothing was filed.`,
    );
  const received = receivedIn(values, person, now);
  const entered = enteredIn(values, revision.policy);
  const filer = person.isSupport ? contactIn(values, customer) : person.id;
  const count = await tx.nextNumber(customer.key);
  const ticket = await recordFiled(
    tx,
    {
      policy: revision.policy,
      customer,
      directory: known.directory,
      ...callingOf(customer, known.directory),
    },
    {
      number: `${customer.key}-${count}`,
      customer: customer.key,
      policyRevision: revision.id,
      zone: customer.timezone,
    },
    {
      ...{ kind: "filed", ...entered, ...received, filer },
      ...(filer === person.id ? { filedFrom: filing.from } : {}),
      attachments: filesIn(values, "files"),
    },
    { by: person.id, now },
  );
  const whose =
    filer === person.id
      ? "You get the receipt in your direct messages."
      : `${nameOf(known.directory, filer)} gets the receipt.`;
  return { ticket, say: [`${ticket.number} is filed. ${whose}`] };
}

/** The customers that somebody may file for in a place: the channel's own customer where it is one of theirs, else all of theirs. */
function customersHere({ known, person, place }: Filing): Customer[] {
  const theirs = customersOf(person, known.directory);
  const here = theirs.filter((customer) => channelsOf(customer).some((one) => isPlace(known, one, place)));
  return here.length > 0 ? here : theirs;
}

/** What is promised for what is filled in so far, and whether somebody will be woken. */
function promiseText(
  policy: Policy,
  level: Level | null,
  customer: Customer,
  values: FormValues,
  now: Date,
): Text {
  if (level === null) return ["Choose a level, and you see what is promised."];
  const receivedAt = instantIn(values, "receivedAt") ?? now;
  const attributes = { ...fieldsIn(values, policy), [RECEIVED.id]: receivedByIn(values) };
  const promised = promises(policy, level.id, attributes, receivedAt, customer.timezone);
  const lines = promised.flatMap(({ target, deadline }): Text => {
    const via = target.via === undefined ? "" : ` (by ${target.via})`;
    return [{ strong: TARGET_WORDS[target.kind] }, `${via} by `, instant(deadline, customer.timezone), ". "];
  });
  const none: Text = [`The policy promises no time for ${levelWords(level)}. `];
  return [...(lines.length === 0 ? none : lines), ...wakingText(policy, level, customer, now)];
}

function noticeField(say: string, index: number): FormField {
  return { kind: "info", id: `notice.${index}`, tone: "attention", text: [say] };
}

/** What the policy assumes about the level, in one short line; no field where that is nothing. */
function assumedFields(policy: Policy, level: Level | null, values: FormValues): FormField[] {
  if (level === null) return [];
  const attributes = { ...fieldsIn(values, policy), [RECEIVED.id]: receivedByIn(values) };
  const targets = targetsFor(policy, level.id, attributes);
  const pagesBy = level.page?.when === "outside-hours" ? [level.page.calendar] : [];
  const assumed = assumptionsAbout(policy.assumptions, level.id, {
    calendars: [...targets.map(({ calendar }) => calendar), ...pagesBy],
    kinds: targets.map(({ kind }) => kind),
  });
  if (assumed.length === 0) return [];
  const words = assumed.map(({ text }) => text.trim()).join(" ");
  return [
    {
      kind: "info",
      id: "assumed",
      tone: "plain",
      text: [`Assumed, where the policy's source is silent: ${words}`],
    },
  ];
}

/** Whether filing at this level wakes somebody. */
function wakingText(policy: Policy, level: Level, customer: Customer, now: Date): Text {
  const { page } = level;
  if (page === undefined) return ["Nobody is woken for it."];
  if (pagesAt(policy, level, now, customer.timezone))
    return [{ strong: "The person on call is paged at once." }];
  if (page.when === "always" || page.atClosing === false) return ["The support channel is alerted at once."];
  const closesAt = closingAfter(calendarOf(policy, page.calendar, customer.timezone), now);
  if (closesAt === null) return ["The support channel is alerted at once."];
  return [
    "The support channel is alerted at once; if nobody attends to it, the person on call is paged ",
    instant(closesAt, customer.timezone),
    ".",
  ];
}

function enteredIn(values: FormValues, policy: Policy) {
  const title = textIn(values, "title").replace(/\s+/g, " ");
  const body = textIn(values, "body");
  const level = policy.levels.find(({ id }) => id === textIn(values, "level"));
  const attributes = fieldsIn(values, policy);
  const faults: Record<string, string | null> = {
    title: titleFault(title),
    body: body === "" ? "Say what happened; it saves a question." : null,
    level: level === undefined ? "Choose a level." : null,
    confirm:
      level?.confirm !== undefined && values.confirm !== true ? "Confirm it, or choose another level." : null,
  };
  for (const { id } of policy.fields) {
    faults[`field.${id}`] = attributes[id] === undefined ? "Choose one." : null;
  }
  refuseFaults(faults);
  return { title, body, level: level?.id ?? "", attributes };
}

function titleFault(title: string): string | null {
  if (title === "") return "Give it a title.";
  if (title.length > LONGEST_TITLE)
    return `At most ${LONGEST_TITLE} characters; put the rest under What happened.`;
  return null;
}

/** The policy's own fields as filled in, or by their defaults. One that is neither is absent; an unknown option too. */
function fieldsIn(values: FormValues, policy: Policy): Record<string, string> {
  const entries = policy.fields.flatMap(({ id, options, default: usual }) => {
    const value = textIn(values, `field.${id}`) || (usual ?? "");
    return options.includes(value) ? [[id, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** When and how it was received: now and by the form, unless support says otherwise. */
function receivedIn(
  values: FormValues,
  person: Person,
  now: Date,
): { receivedAt: Date; receivedBy: ReceivedBy } {
  if (!person.isSupport) return { receivedAt: now, receivedBy: "form" };
  const at = instantIn(values, "receivedAt");
  refuseFaults({ receivedAt: pastFault(at, now, null) });
  return { receivedAt: at === null || at > now ? now : at, receivedBy: receivedByIn(values) };
}

function receivedByIn(values: FormValues): ReceivedBy {
  const said = textIn(values, "receivedBy");
  return RECEIVED.options.find((option) => option === said) ?? RECEIVED.default;
}

function contactIn(values: FormValues, customer: Customer): string {
  const contact = textIn(values, "contact");
  const known =
    customer.contacts.find((id) => id === contact) ?? (contact === "" ? customer.contacts[0] : undefined);
  refuseFaults({ contact: known === undefined ? `Choose a contact of ${customer.name}.` : null });
  return known ?? contact;
}

function customerField(choices: readonly Customer[], customer: Customer): FormField {
  const options = choices.map(({ key, name }) => ({ value: key, label: `${name} (${key})` }));
  return choiceField("customer", "Customer", options, { initial: customer.key, live: true });
}

/** What support says when it files for a customer. */
function onBehalfFields({ directory }: KnownDirectory, { contacts }: Customer): FormField[] {
  const people = contacts.map((id) => ({ value: id, label: nameOf(directory, id) }));
  return [
    choiceField("contact", "On behalf of", people, {
      initial: contacts[0] ?? null,
      live: false,
      hint: "Gets the receipt and the answers.",
    }),
    choiceField("receivedBy", "Received by", plainOptions(RECEIVED.options), {
      initial: RECEIVED.default,
      live: true,
    }),
    {
      kind: "instant",
      id: "receivedAt",
      label: "Received at",
      hint: "The clocks count from then. Leave it empty for now.",
      initial: null,
      required: false,
    },
  ];
}

function confirmField(level: Level, confirm: string): FormField {
  return {
    kind: "confirm",
    id: "confirm",
    label: `${levelWords(level)}: is it so?`,
    option: confirm,
    initial: false,
    required: true,
  };
}

function titleField(initial: string): FormField {
  const title = wordsField("title", "Title", "In one line: what is wrong?", initial);
  return { ...title, long: false, maxLength: LONGEST_TITLE };
}

/** A title that is too long for one line gives its rest to the text below. */
function splitTitle(words: string): { head: string; rest: string } {
  const title = words.trim();
  if (title.length <= LONGEST_TITLE) return { head: title, rest: "" };
  return { head: title.slice(0, LONGEST_TITLE), rest: title };
}
