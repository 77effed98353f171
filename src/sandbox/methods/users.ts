// users.* and dnd.*: who is in the workspace, and whether they can be disturbed.
import { DateTime } from "luxon";
import type { Fields } from "../json.ts";
import { needing, pageOf, requiredText, SlackRefusal, type Methods, type Parts } from "../method.ts";
import { userOnWire } from "../wire.ts";
import type { Person } from "../memory.ts";

/** The methods of these two families. */
export const usersMethods: Methods = {
  "users.info": needing(["users:read"], (args, parts) => ({ user: asAsked(personOf(args, parts), parts) })),

  "users.list": needing(["users:read"], (args, parts) => {
    // Without a limit Slack tells everybody at once.
    const { page, next } = pageOf([...parts.workspace.people.values()], args, { usual: 1_000, most: 1_000 });
    return {
      members: page.map((person) => asAsked(person, parts)),
      cache_ts: Math.floor(parts.workspace.now().getTime() / 1_000),
      response_metadata: { next_cursor: next },
    };
  }),

  "users.lookupByEmail": needing(["users:read.email"], (args, parts) => {
    const email = requiredText(args, "email").toLowerCase();
    const person = [...parts.workspace.people.values()].find((each) => !each.isBot && each.email === email);
    if (person === undefined) throw new SlackRefusal("users_not_found");
    return { user: asAsked(person, parts) };
  }),

  "dnd.info": needing(["dnd:read"], (args, parts) =>
    doNotDisturb(personOf(args, parts), parts.workspace.now()),
  ),
};

function personOf(args: Fields, { workspace }: Parts): Person {
  const person = workspace.people.get(requiredText(args, "user"));
  if (person === undefined) throw new SlackRefusal("user_not_found");
  return person;
}

function asAsked(person: Person, { workspace, manifest }: Parts): Fields {
  return userOnWire(person, {
    now: workspace.now(),
    withEmail: manifest.scopes.includes("users:read.email"),
  });
}

/**
 * The quiet time that lasts now, paused by hand or by the person's hours, or the one that comes next, in seconds since the
 * epoch. That it was paused by hand (snooze_enabled) Slack tells nobody but that person.
 */
function doNotDisturb(person: Person, now: Date): Fields {
  const { paused } = person;
  if (paused !== null && paused.until * 1_000 > now.getTime())
    return { dnd_enabled: true, next_dnd_start_ts: paused.from, next_dnd_end_ts: paused.until };
  // What Slack says of somebody who never set any.
  if (person.quietHours === null) {
    return { dnd_enabled: false, next_dnd_start_ts: 1, next_dnd_end_ts: 1 };
  }
  const [from, to] = person.quietHours;
  const today = DateTime.fromJSDate(now, { zone: person.timezone }).startOf("day");
  const spans = [-1, 0, 1].map((days) => {
    const start = atWallTime(today.plus({ days }), from);
    return { start, end: atWallTime(from < to ? start : start.plus({ days: 1 }), to) };
  });
  const next = spans.find(({ end }) => end.toMillis() > now.getTime());
  return {
    dnd_enabled: true,
    next_dnd_start_ts: next?.start.toUnixInteger() ?? 1,
    next_dnd_end_ts: next?.end.toUnixInteger() ?? 1,
  };
}

function atWallTime(day: DateTime, time: string): DateTime {
  const [hour = "0", minute = "0"] = time.split(":");
  return day.set({ hour: Number(hour), minute: Number(minute), second: 0, millisecond: 0 });
}
