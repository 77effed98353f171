// Works out by hand who is on call: looks at one minute after the other on the wall clocks that Intl shows, by the rules alone.
// It shares no code with Belfry, and is as slow as it is simple.
//
// A hand-over has happened once the wall clock has shown its time, or a later one. So the turn of a minute comes from the
// latest wall time shown until then: what a clock change skips happens at the gap's end, what it repeats happens once.
import type { Changes, Layer } from "../../src/core/roster.ts";

const MINUTE = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;
const WEEK_MINUTES = 7 * DAY_MINUTES;
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/** No clock was ever set back by more than a day. */
const LOOK_BACK = 2 * DAY_MINUTES;

/** The order of duty at each minute from an instant on, ids parted by commas. */
export function dutyByHand(
  rotation: { id: string; layers: readonly Layer[] },
  changes: Changes,
  fromMs: number,
  minutes: number,
  isFit: (person: string) => boolean = () => true,
): string[] {
  const layers = [...rotation.layers].reverse().map((layer) => onDutyByMinute(layer, fromMs, minutes));
  return Array.from({ length: minutes }, (_, minute) => {
    const ms = fromMs + minute * MINUTE;
    const isNow = (one: { from: Date; to: Date }) => one.from.getTime() <= ms && ms < one.to.getTime();
    const away = new Set(changes.leave.filter(isNow).map(({ person }) => person));
    const mayBeCalled = (person: string) => !away.has(person) && isFit(person);

    const order: string[] = [];
    for (const layer of layers)
      for (const person of layer[minute] ?? [])
        if (mayBeCalled(person) && !order.includes(person)) order.push(person);

    const standIn: Record<string, string> = {};
    for (const one of changes.overrides)
      if (one.rotation === rotation.id && isNow(one) && mayBeCalled(one.person))
        standIn[one.role] = one.person;
    const { primary, secondary } = standIn;
    // The secondary's place is filled first, beside whoever is left; then the primary's goes before all.
    if (secondary !== undefined && secondary !== primary) {
      const left = order.filter((person) => person !== secondary && person !== primary);
      const first = primary ?? left.shift();
      return [...(first === undefined ? [] : [first]), secondary, ...left].join(",");
    }
    if (primary !== undefined) return [primary, ...order.filter((person) => person !== primary)].join(",");
    return order.join(",");
  });
}

/** The people of a layer at each minute, whose turn it is first; none while it is not on duty. */
function onDutyByMinute(layer: Layer, fromMs: number, minutes: number): string[][] {
  const firstMinute = fromMs / MINUTE;
  const isOpen = hoursByHand(layer.hours);
  const first = firstHandover(layer);
  let latest = -Infinity;
  const result: string[][] = [];
  for (let minute = firstMinute - LOOK_BACK; minute < firstMinute + minutes; minute += 1) {
    const wall = wallMinute(layer.timezone, minute);
    latest = Math.max(latest, wall);
    if (minute < firstMinute) continue;
    const turns = Math.floor((latest - first) / (layer.everyHours * HOUR_MINUTES));
    const people = turns < 0 || !isOpen(wall) ? [] : [...layer.people];
    for (let turn = 0; turn < turns % layer.people.length; turn += 1) people.push(people.shift() ?? "");
    result.push(people.filter((person) => person !== ""));
  }
  return result;
}

/** The wall minute of the first hand-over on or after the start day. */
function firstHandover({ from, handoverWeekday, handoverTime }: Layer): number {
  const midnight = Date.parse(`${from}T00:00Z`) / MINUTE;
  for (let day = 0; day < 7; day += 1) {
    const wall = Date.parse(`${from}T${handoverTime}Z`) / MINUTE + day * DAY_MINUTES;
    const weekday = new Date((midnight + day * DAY_MINUTES) * MINUTE).getUTCDay();
    if (handoverWeekday === null || weekday === handoverWeekday % 7) return wall;
  }
  throw new Error(`no weekday ${handoverWeekday}`);
}

/** Whether a wall minute is open, by a flag for each minute of the week. */
export function hoursByHand(hours: Layer["hours"]): (wall: number) => boolean {
  if (hours === null || hours === "always") return () => true;
  const open = new Uint8Array(WEEK_MINUTES);
  for (const [key, spans] of Object.entries(hours)) {
    const [firstDay = "", lastDay = firstDay] = key.split("-");
    let day = WEEKDAYS.indexOf(firstDay);
    for (let days = 0; days < 7; days += 1) {
      for (const span of [spans].flat()) {
        const [from = 0, to = 0] = span.split("-").map(minuteOfDay);
        const length = to > from ? to - from : to + DAY_MINUTES - from;
        for (let minute = 0; minute < length; minute += 1)
          open[(day * DAY_MINUTES + from + minute) % WEEK_MINUTES] = 1;
      }
      if (WEEKDAYS[day] === lastDay) break;
      day = (day + 1) % 7;
    }
  }
  // 1970-01-01 was a Thursday.
  return (wall) => open[(wall + 3 * DAY_MINUTES) % WEEK_MINUTES] === 1;
}

function minuteOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * HOUR_MINUTES + minutes;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const shown = new Map<string, Map<number, number>>();

/** What the wall clock of a zone shows at a minute since 1970, as a minute since 1970 too. */
export function wallMinute(zone: string, minute: number): number {
  const ofZone = shown.get(zone) ?? new Map<number, number>();
  shown.set(zone, ofZone);
  const known = ofZone.get(minute);
  if (known !== undefined) return known;
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  clocks.set(zone, clock);
  const wall = Date.parse(`${clock.format(minute * MINUTE).replace(" ", "T")}Z`) / MINUTE;
  ofZone.set(minute, wall);
  return wall;
}
