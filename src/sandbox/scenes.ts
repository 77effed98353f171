// Sets the stage for a story in one click: the time, the person, the channel, and what to type. Each shows one policy.
import type { Answers } from "./page-protocol.ts";
import type { WallTime } from "./wall-time.ts";

/** One scene. The clock goes forward to the next such time; what is composed is not sent. */
export interface Scene {
  id: string;
  name: string;
  /** What one should see happen. */
  means: string;
  at: WallTime;
  stage: Answers["scene"];
}

/** All scenes, in the order in which the page offers them. */
export const SCENES: readonly Scene[] = [
  {
    id: "aleyant-friday-evening",
    name: "Aleyant, Friday 18:05, urgent",
    means: "The office in Chicago has closed: choose Urgent, and the person on call is paged at once.",
    at: { timezone: "America/Chicago", time: "18:05", on: 5 },
    stage: { as: "U0CARL00001", channel: "C0ACME00001", compose: "/ticket Nobody can place an order" },
  },
  {
    id: "aleyant-closing-time",
    name: "Aleyant, 16:50, urgent",
    means:
      "Ten minutes before closing an urgent ticket alerts the channel; if nobody takes it, closing time pages.",
    at: { timezone: "America/Chicago", time: "16:50", on: "working-days" },
    stage: {
      as: "U0CARL00001",
      channel: "C0ACME00001",
      compose: "/ticket The proofs of job 4711 do not open",
    },
  },
  {
    id: "aleyant-thanksgiving",
    name: "Aleyant, the day before Thanksgiving",
    means:
      'Six hours of the office span a holiday: press "Why this time?" on the receipt to see which hours count.',
    at: { timezone: "America/Chicago", time: "15:12", on: { weekday: 3, month: 11, days: [21, 27] } },
    stage: { as: "U0CARL00001", channel: "C0ACME00001", compose: "/ticket The paper size is wrong" },
  },
  {
    id: "eleveo-clock-change",
    name: "Eleveo, Friday before the clocks change",
    means:
      "Business days in Prague's own time, over the night that skips an hour: the sums come out all the same.",
    at: { timezone: "Europe/Prague", time: "16:00", on: { weekday: 5, month: 3, days: [23, 29] } },
    stage: { as: "U0PAVEL0001", channel: "C0PCC000001", compose: "/ticket The screens are slow" },
  },
  {
    id: "eleveo-night",
    name: "Eleveo, code red at 03:00",
    means:
      "Critical counts and pages around the clock: 30 minutes to the call, 4 hours where it is the platform.",
    at: { timezone: "Europe/Prague", time: "03:00" },
    stage: { as: "U0PAVEL0001", channel: "C0PCC000001", compose: "/ticket No calls are being recorded" },
  },
  {
    id: "alleo-friday-afternoon",
    name: "Alleo, Friday 16:30",
    means: "One business day from Friday 16:30 is Monday 16:30: the weekend does not count.",
    at: { timezone: "America/New_York", time: "16:30", on: 5 },
    stage: { as: "U0NORA00001", channel: "C0NORTH0001", compose: "/ticket Rewards are slow to appear" },
  },
  {
    id: "allure-sunday",
    name: "Allure, Sunday 14:00, production down",
    means: "Work on a production outage begins within one hour, on a Sunday too.",
    at: { timezone: "America/New_York", time: "14:00", on: 7 },
    stage: {
      as: "U0HANA00001",
      channel: "C0HARBOR001",
      compose: "/ticket The media library hangs for everybody",
    },
  },
  {
    id: "alliantist-friday-evening",
    name: "Alliantist, Friday 17:30",
    means:
      "Half of the hour lies before 18:00 GMT, the other half after Monday 09:00 GMT, as the policy is written.",
    at: { timezone: "Etc/UTC", time: "17:30", on: 5 },
    stage: {
      as: "U0KATE00001",
      channel: "C0KENT00001",
      compose: "/ticket The platform shows an error to all of us",
    },
  },
];
