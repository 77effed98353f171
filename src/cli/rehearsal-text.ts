// A rehearsal as a timeline: when, what, to whom and where it stands, in the customer's zone; or the same as JSON.
import { wallTime } from "../core/zone.ts";
import { channelsOf, type Directory } from "../core/directory.ts";
import { ladderFor, type Ladder } from "../core/paging.ts";
import { levelOf } from "../core/policy.ts";
import { OVERDUE_REHEARSED, type Look, type Rehearsal } from "../core/rehearsal.ts";
import type { TicketEvent, What } from "../core/ticket.ts";
import { calleeWords, levelWords, nameOf, personOf, TARGET_WORDS } from "../core/words.ts";
import { announce, pageSlot } from "../desk/announce.ts";
import type { Case } from "../desk/case.ts";
import type { Effect, ShowEffect } from "../desk/ports.ts";
import { instantText } from "./instant.ts";
import { plainText } from "../core/plain.ts";
import { inColumns } from "./show.ts";

/** What is rehearsed: the ticket as it was filed, on which desk, and what happens. */
export interface Rehearsed extends Rehearsal {
  kase: Case;
  /** Path of the desk file, or null where there is none and so nobody to page. */
  desk: string | null;
}

/** One thing that happens. */
interface Moment {
  event: TicketEvent;
  what: string;
  words: string;
  where: string[];
}

/** The timeline in words. */
export function rehearsalInWords(rehearsed: Rehearsed): string {
  const { kase, desk } = rehearsed;
  const { policy, ticket, customer } = kase;
  const { zone } = ticket;
  const ladder = ladderIn(rehearsed);
  const whose =
    desk === null ? "" : `, for ${customer.name}${ladder === null ? "" : `, paged by "${ladder.id}"`}`;
  const rows = unbroken(momentsOf(rehearsed)).map(({ event, what, words, where }) => [
    wallTime(event.at, zone),
    what,
    words,
    where.join(", "),
  ]);
  const sections = [
    [
      `${policy.name} ${policy.version}, ${levelWords(levelOf(policy, ticket.level))}, if nobody does anything${whose}`,
      ...promiseLines(rehearsed),
    ],
    inColumns(rows.map((row, nr) => (row[0] === rows[nr - 1]?.[0] ? ["", ...row.slice(1)] : row))),
    remarks(rehearsed),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** The timeline as data, instants in UTC. */
export function rehearsalInJson(rehearsed: Rehearsed): object {
  const { kase, desk, goesOnAt } = rehearsed;
  const { policy, ticket, customer } = kase;
  return {
    policy: policy.id,
    version: policy.version,
    level: ticket.level,
    opened: instantText(ticket.filedAt),
    timezone: ticket.zone,
    customer: desk === null ? null : customer.key,
    ladder: ladderIn(rehearsed)?.id ?? null,
    targets: ticket.targets.map(({ kind, deadlineAt }) => ({
      kind,
      deadline: deadlineAt === null ? null : instantText(deadlineAt),
    })),
    timeline: momentsOf(rehearsed).map(({ event, what, words, where }) => ({
      at: instantText(event.at),
      what,
      words,
      where,
      event: event.what,
    })),
    goesOnAt: goesOnAt === null ? null : instantText(goesOnAt),
    remarks: remarks(rehearsed),
  };
}

function promiseLines({ kase: { ticket, policy } }: Rehearsed): string[] {
  if (ticket.targets.length === 0) return ["Nothing is promised at this level."];
  return ticket.targets.map(({ kind, deadlineAt, via }) => {
    const by = via === null ? "" : ` by ${via}`;
    const due = deadlineAt === null ? "paused" : wallTime(deadlineAt, ticket.zone);
    const { within = "" } = levelOf(policy, ticket.level).targets.find((one) => one.kind === kind) ?? {};
    return `${TARGET_WORDS[kind]}${by} within ${within}: ${due}`;
  });
}

/** Without a desk file a page has no ladder; that nobody answers it then is no news. */
function momentsOf(rehearsed: Rehearsed): Moment[] {
  const { looks, kase, desk } = rehearsed;
  const ladder = ladderIn(rehearsed);
  return looks.flatMap((look) => {
    const effects = announce({ ...kase, ticket: look.before }, look.done, look.at, null);
    return look.done.steps
      .filter(({ event }) => desk !== null || event.what.kind !== "page-unanswered")
      .map(({ event }) => ({
        event,
        ...said(event.what, kase.directory, ladder),
        where: placesOf(event, look, effects, kase),
      }));
  });
}

/** The ladder by which the ticket pages when it does; by which it would, where it does not. */
function ladderIn({ kase: { ticket, policy, ladders }, looks }: Rehearsed): Ladder | null {
  const began = looks
    .flatMap(({ done }) => done.steps)
    .find(({ event }) => event.what.kind === "paging-began");
  const at = began?.event.at ?? ticket.filedAt;
  return ladderFor(ladders, { policy: policy.id, level: ticket.level, at });
}

/** What happens, in a word and in some. */
function said(what: What, directory: Directory, ladder: Ladder | null): { what: string; words: string } {
  switch (what.kind) {
    case "filed":
      return { what: "filed", words: "card, receipt" };
    case "alerted":
      return {
        what: "alert",
        words: "to everybody there; it pages at closing unless somebody attends to it",
      };
    case "paging-began":
      return { what: "page begins", words: PAGE_REASONS[what.why] };
    case "paged":
    case "page-missed":
    case "page-silent": {
      const steps = ladder === null ? "" : ` of ${ladder.steps.length}`;
      const round = what.round === 0 ? "" : `, round ${what.round + 1}`;
      const step = `step ${what.step + 1}${steps}${round}: `;
      if (what.kind === "page-missed") {
        const whom = what.person === null ? (what.way ?? "") : nameOf(directory, what.person);
        return { what: "nobody paged", words: `${step}${`${whom} ${what.why}`.trim()}` };
      }
      return {
        what: what.kind === "page-silent" ? "silent page" : "page",
        words: `${step}${plainText(calleeWords(what, directory), "Etc/UTC")}`,
      };
    }
    case "page-unanswered":
      return { what: "unanswered", words: "to everybody there: nobody answered the page" };
    case "reminded":
      return reminded(what);
    default:
      return { what: what.kind, words: "" };
  }
}

const PAGE_REASONS = {
  "outside-hours": "urgent, outside hours",
  always: "this level always pages",
  closing: "closing, and nobody attended to it",
  raised: "raised to a level that pages",
  asked: "asked for by hand",
} as const;

function reminded({ target, mark, folded }: Extract<What, { kind: "reminded" }>) {
  const label = TARGET_WORDS[target];
  const also = folded.length === 0 ? "" : ` (with ${folded.join(", ")})`;
  if (mark === "100%") return { what: "breach", words: `${label} is missed${also}` };
  if (mark.startsWith("overdue"))
    return { what: "overdue", words: `${label}, reminder ${mark.slice("overdue ".length)}${also}` };
  const how =
    mark === "goal" ? "the goal has passed" : mark.endsWith("%") ? `${mark} of the time is used` : mark;
  return { what: "reminder", words: `${label}: ${how}${also}` };
}

/** Where people see what happened. */
function placesOf(
  event: TicketEvent,
  { done }: Look,
  effects: readonly Effect[],
  kase: Rehearsed["kase"],
): string[] {
  const name = `ticket:${kase.ticket.id}:`;
  const nr = done.ticket.paging?.nr ?? 0;
  const { what } = event;
  const isAbout = (slot: string): boolean => {
    switch (what.kind) {
      case "filed":
        return ["card", "receipt", "post"].includes(slot);
      case "paging-began":
        return slot === `page:${nr}:on-call`;
      case "paged":
        return slot === pageSlot(nr, what);
      default:
        return slot === `event:${event.seq}` || slot.startsWith(`event:${event.seq}:`);
    }
  };
  const shown = effects.flatMap((effect) =>
    effect.do === "show" && effect.slot.startsWith(name) && isAbout(effect.slot.slice(name.length))
      ? [effect]
      : [],
  );
  if (shown.length === 0 && what.kind === "paged") return ["nowhere: the desk file has no address"];
  return shown.map((effect) => placeWords(effect, kase));
}

function placeWords({ place, under }: ShowEffect, { directory, customer }: Rehearsed["kase"]): string {
  if (under !== null) return "thread";
  if (place === directory.channels.support) return "support channel";
  if (place === directory.channels.onCall) return "on-call channel";
  if (channelsOf(customer).includes(place)) return "customer's channel";
  const person = directory.people.find(({ addresses }) => addresses.includes(place));
  return person === undefined
    ? place
    : `direct message to ${personOf(directory, person.id)?.name ?? person.id}`;
}

/** A timeline in words tells reminders that repeat some times, and the last of them. */
function unbroken(moments: readonly Moment[]): Moment[] {
  return moments.flatMap((moment) => {
    const { what } = moment.event;
    const isRepeated = what.kind === "reminded" && what.mark.startsWith("overdue");
    if (!isRepeated || Number(what.mark.slice("overdue ".length)) <= OVERDUE_REHEARSED) return [moment];
    return [];
  });
}

function remarks(rehearsed: Rehearsed): string[] {
  const { desk, kase, goesOnAt, looks } = rehearsed;
  const hasPage = looks.some(({ done }) =>
    done.steps.some(({ event }) => event.what.kind === "paging-began"),
  );
  const repeats = kase.policy.remind.flatMap((mark) => (mark.kind === "overdue" ? [mark.text] : []));
  return [
    ...(hasPage && desk === null
      ? [
          "No desk file is given (--desk, or BELFRY_FILE), so the page has no ladder: only its beginning is shown, not who is woken.",
        ]
      : []),
    ...(hasPage && desk !== null && ladderIn(rehearsed) === null
      ? ["The desk file has no ladder for this page, so it ends at once, loudly."]
      : []),
    ...(goesOnAt === null
      ? []
      : [
          `Shown are the first ${OVERDUE_REHEARSED} of the reminders that come every ${repeats.join(" and every ")} overdue; they go on until it is met or closed.`,
        ]),
  ];
}
