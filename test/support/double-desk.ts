// A desk in the double's workspace: who is who, which channel is which, and the desk file that says so.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSlackDouble, type SlackDouble } from "./slack-double.ts";

/** Slack's ids of the people. Carl, Nora and Pavel are contacts of a customer; Sam and Mia are on the rota; Leo helps; Eve is nobody. */
export const PEOPLE = {
  carl: "U0CARL",
  nora: "U0NORA",
  pavel: "U0PAVEL",
  sam: "U0SAM",
  mia: "U0MIA",
  leo: "U0LEO",
  eve: "U0EVE",
} as const;

/** Slack's ids of the channels. */
export const CHANNELS = { support: "C0SUPPORT", onCall: "C0ONCALL", acme: "C0ACME" } as const;

/** Two customers: ACME under aleyant with a channel of its own, PCC under eleveo without. */
const DESK_FILE = `
people:
  - { id: carl, name: Carl Reyes, slack: ${PEOPLE.carl}, timezone: America/Chicago }
  - { id: pavel, name: Pavel Dvorak, slack: pavel@pcc.test, timezone: Europe/Prague }
  - { id: sam, name: Sam Okafor, slack: ${PEOPLE.sam}, timezone: America/Chicago, support: true }
  - { id: mia, name: Mia Chen, slack: mia@desk.test, timezone: America/New_York, support: true }
  - { id: leo, name: Leo Brandt, slack: ${PEOPLE.leo}, timezone: Europe/Prague, support: true }
customers:
  - { key: ACME, name: ACME Print, policy: aleyant, timezone: America/Chicago, channel: "#acme", contacts: [carl] }
  - { key: PCC, name: Prague Contact Center, policy: eleveo, timezone: Europe/Prague, contacts: [pavel] }
channels: { support: "#support", on-call: ${CHANNELS.onCall} }
rotations:
  - { id: weekly, timezone: America/Chicago, handover: mon 09:00, from: 2026-01-05, people: [sam, mia] }
ladders:
  - id: urgent
    rotation: weekly
    rounds: 2
    steps:
      - { page: primary, wait: 5m }
      - { page: secondary, wait: 10m }
      - { page: channel, here: true, wait: 15m }
`;

/** The double with these people and channels. */
export function startDeskDouble(options: { echoes: boolean }): Promise<SlackDouble> {
  return startSlackDouble({
    people: [
      { id: PEOPLE.carl, name: "Carl Reyes", timezone: "America/Chicago" },
      { id: PEOPLE.nora, name: "Nora Lind", timezone: "America/Chicago" },
      { id: PEOPLE.pavel, name: "Pavel Dvorak", email: "pavel@pcc.test", timezone: "Europe/Prague" },
      { id: PEOPLE.sam, name: "Sam Okafor", timezone: "America/Chicago" },
      { id: PEOPLE.mia, name: "Mia Chen", email: "mia@desk.test", timezone: "America/New_York" },
      { id: PEOPLE.leo, name: "Leo Brandt", timezone: "Europe/Prague" },
      { id: PEOPLE.eve, name: "Eve Nobody" },
    ],
    channels: [
      { id: CHANNELS.support, name: "support" },
      { id: CHANNELS.onCall, name: "on-call", kind: "private" },
      { id: CHANNELS.acme, name: "acme" },
      { id: "C0RANDOM", name: "random" },
    ],
    ...options,
  });
}

/** Writes the desk file into a folder, with whatever else it is made to say, and tells where it is. */
export function writeDeskFile(folder: string, rewritten = (text: string) => text): string {
  const file = join(folder, "desk.yaml");
  writeFileSync(file, rewritten(DESK_FILE));
  return file;
}
