// The fold of a page: what each event makes of it, from its beginning to its end.
import {
  calleeOf,
  HANDED_ROUND,
  holdersOf,
  isAwaited,
  isSameCallee,
  type PagedStep,
  type PageState,
  type Paging,
  type Watch,
} from "./paging.ts";
import type { TicketEvent, What } from "./ticket.ts";

/** The events that are about a page. */
export type PageEventKind =
  | "paging-began"
  | "passed-on"
  | "handed-to"
  | "paged"
  | "page-missed"
  | "page-silent"
  | "acknowledged"
  | "page-snoozed"
  | "page-reminded"
  | "reminder-missed"
  | "reminder-silent"
  | "page-resumed"
  | "page-resolved"
  | "page-withdrawn"
  | "page-unanswered";

/** A ticket's page after one more event; what has no object in it, such as a late acknowledgement, leaves it as it was. */
export function turnPage(
  paging: Paging | null,
  { at, by, what }: TicketEvent & { what: What & { kind: PageEventKind } },
): Paging | null {
  if (what.kind === "paging-began") {
    return {
      nr: (paging?.nr ?? 0) + 1,
      beganAt: at,
      why: what.why,
      reason: what.reason ?? null,
      state: "ringing",
      nextAt: at,
      ...(what.ladder === undefined ? {} : { ladder: what.ladder }),
      told: [],
      passedBy: [],
      endedBy: null,
      endedAt: null,
    };
  }
  if (paging === null) return null;
  switch (what.kind) {
    case "passed-on":
      if (paging.state !== "ringing") return paging;
      return { ...paging, nextAt: at, passedBy: [...paging.passedBy, by] };
    case "handed-to":
      return handedOn(paging, what.person, by, at);
    case "paged":
    case "page-missed":
    case "page-silent":
      return paging.state === "ringing" ? stepped(paging, what, at) : paging;
    case "acknowledged":
      return acknowledged(paging, what, by, at);
    case "page-snoozed": {
      if (paging.state !== "acknowledged") return paging;
      const sinceAt = paging.watch?.sinceAt ?? at;
      return { ...paging, watch: { sinceAt, isReminded: false, snoozed: { remindAt: what.remindAt, by } } };
    }
    case "page-reminded": {
      if (paging.state !== "acknowledged") return paging;
      const watch: Watch = { sinceAt: at, isReminded: true, snoozed: null };
      const reminder = { at, people: what.people, missed: [] };
      return { ...paging, watch, reminders: [...(paging.reminders ?? []), reminder] };
    }
    case "reminder-missed":
    case "reminder-silent": {
      const { kind, person } = what;
      const reminders = (paging.reminders ?? []).map((one, nr) => {
        if (nr !== what.reminder) return one;
        return kind === "reminder-missed"
          ? { ...one, missed: [...one.missed, person] }
          : { ...one, silent: [...(one.silent ?? []), person] };
      });
      return { ...paging, reminders };
    }
    case "page-resumed":
      if (paging.state !== "acknowledged") return paging;
      return { ...ringingAgain(paging, at, () => true), resumedAt: at };
    case "page-resolved":
      return ended(paging, "resolved", by, at);
    case "page-withdrawn":
      return ended(paging, "withdrawn", by, at);
    case "page-unanswered":
      return ended(paging, "unanswered", by, at);
    default:
      return what satisfies never;
  }
}

/** A step that was taken, or that turned out to have reached or rung nobody after it was. */
function stepped(
  paging: Paging,
  what: What & { kind: "paged" | "page-missed" | "page-silent" },
  at: Date,
): Paging {
  const { nextAt } = what;
  const missed = what.kind === "page-missed" ? what.why : null;
  const silence = what.kind === "page-silent" ? { ringsAgainAt: what.ringsAgainAt } : {};
  const isThis = (told: PagedStep) => isSameCallee(told, what);
  if (paging.told.some(isThis)) {
    const told = paging.told.map((old) => (isThis(old) ? { ...old, missed, ...silence } : old));
    return { ...paging, told, nextAt };
  }
  const taken = { ...calleeOf(what), at, missed };
  const { handing } = paging;
  if (what.round !== HANDED_ROUND || handing === undefined || handing === null) {
    return { ...paging, told: [...paging.told, taken], nextAt };
  }
  return { ...paging, told: [...paging.told, { ...taken, by: handing.by }], nextAt, handing: null };
}

/** One more has it. The page rings on until as many have it as are needed; an answer to the customer is enough. */
function acknowledged(
  paging: Paging,
  { how, needed = 1 }: What & { kind: "acknowledged" },
  by: string,
  at: Date,
): Paging {
  if (!isAwaited(paging)) return paging;
  const earlier = paging.acknowledgements ?? [];
  const isNew = !holdersOf(paging).some(({ person }) => person === by);
  const acknowledgements = isNew ? [...earlier, { person: by, at, hasLapsed: false }] : earlier;
  const after: Paging = { ...paging, acknowledgements, ...(needed === 1 ? {} : { needed }) };
  const hasAnswered = how === "answered" || how === "called";
  if (holdersOf(after).length < needed && !hasAnswered) return after;
  const watch = hasAnswered ? null : { sinceAt: at, isReminded: false, snoozed: null };
  const told = paging.told.map((step): PagedStep => ({ ...step, isOver: true }));
  return { ...after, state: "acknowledged", told, nextAt: null, endedBy: by, endedAt: at, watch };
}

/** Whoever hands it on has it no more; where nobody who has it does, all who have it are asked anew. */
function handedOn(paging: Paging, to: string, by: string, at: Date): Paging {
  if (!isAwaited(paging) && paging.state !== "acknowledged") return paging;
  const isTheirs = holdersOf(paging).some(({ person }) => person === by);
  const isOver = paging.state === "acknowledged" && !isTheirs;
  const passedBy = paging.passedBy.filter((person) => person !== to);
  const ringing = ringingAgain(paging, at, (person) => isOver || person === by);
  return { ...ringing, passedBy, handing: { person: to, by } };
}

/** A page that rings from `at` on, whatever it was; some acknowledgements hold no more. */
function ringingAgain(paging: Paging, at: Date, lapses: (person: string) => boolean): Paging {
  const acknowledgements = (paging.acknowledgements ?? []).map((one) =>
    lapses(one.person) ? { ...one, hasLapsed: true } : one,
  );
  const ringing = { ...unwatched(paging), state: "ringing" as const, nextAt: at };
  return { ...ringing, acknowledgements, endedBy: null, endedAt: null };
}

/** Which pages an end may come to. */
const ENDS: Readonly<Record<"resolved" | "withdrawn" | "unanswered", readonly PageState[]>> = {
  resolved: ["acknowledged"],
  withdrawn: ["ringing", "acknowledged", "unanswered"],
  unanswered: ["ringing"],
};

function ended(paging: Paging, state: keyof typeof ENDS, by: string, at: Date): Paging {
  if (!ENDS[state].includes(paging.state)) return paging;
  return { ...unwatched(paging), state, nextAt: null, endedBy: by, endedAt: at };
}

function unwatched(paging: Paging): Paging {
  return paging.watch === undefined ? paging : { ...paging, watch: null };
}
