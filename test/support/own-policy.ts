// Policies in files of one's own.

/**
 * Uses of the format what the shipped ones use: a question, a lunch break, a page outside of hours, two promises, a notice and
 * an assumption.
 */
export const OURS = `
id: ours
name: Our support
version: "1"
effective: 2026-01-01
fields:
  - { id: floor, ask: Which floor?, options: [ground, upper], default: ground }
calendars:
  office:
    timezone: America/Chicago
    hours: { mon-fri: ["08:00-12:00", "12:30-16:30"] }
    holidays: [2026-12-24]
levels:
  - id: down
    name: Down
    means: Nobody can work.
    confirm: Nobody can work.
    page: { when: outside-hours, calendar: office }
    targets:
      - { kind: response, within: 2h, calendar: office }
      - { kind: restore, within: 1d, calendar: office, when: { floor: upper } }
  - id: rest
    name: Everything else
    means: Work goes on.
    targets: [{ kind: response, within: 1d, calendar: office }]
remind: [80%, every 1h overdue]
notices: [{ on: [fri, after-holiday], calendar: office, say: Half of us are away today. }]
assumptions:
  - { id: lunch, text: Lunch does not count., field: calendars.office.hours, alternative: { mon-fri: "08:00-16:00" } }
`;

/** Pages at any time, and asks whether a ticket is for cleared people alone. */
export function clearedPolicy(id: string): string {
  return `
id: ${id}
name: Sensitive work
version: "1"
effective: 2020-01-01
fields:
  - { id: clearance, ask: Is it Official-Sensitive?, options: [none, official-sensitive], default: none }
calendars:
  always: { hours: always }
levels:
  - id: "1"
    name: Down
    means: Nobody can work.
    page: { when: always }
    targets: [{ kind: response, within: 1h, calendar: always }]
remind: [50%]
`;
}
