// A policy written for the tests of targets: what none of the shipped ones has, in one file.

/** Every kind of target, working hours in Prague, waiting pauses nothing but `restore`. */
export const OWN = {
  yaml: `
id: own
name: Own policy
version: "1"
effective: 2020-01-01
fields:
  - { id: scope, ask: Whole platform?, options: [one, all], default: one }
calendars:
  office: { timezone: Europe/Prague, hours: { mon-fri: "08:00-16:00" } }
levels:
  - id: high
    name: High
    means: Bad.
    targets:
      - { kind: response, within: 1h, calendar: office }
      - { kind: next-response, within: 2h, calendar: office }
      - { kind: restore, within: 4h, calendar: office }
  - id: low
    name: Low
    means: Less bad.
    targets:
      - { kind: response, within: 4h, calendar: office }
      - { kind: next-response, within: 8h, calendar: office }
      - { kind: restore, within: 8h, calendar: office, when: { scope: all } }
      - { kind: resolve, within: 10d, calendar: office }
remind: [50%, 15m left, every 1h overdue]
pause: { restore: [awaiting-response] }
`,
};

/** All that can move a deadline: three levels, five kinds, fields, customers' zones, nights, a lunch break, pauses. */
export const MOVING = {
  yaml: `
id: moving
name: Everything moves
version: "1"
effective: 2011-01-01
fields:
  - { id: scope, ask: Whole platform?, options: [one, all], default: one }
  - { id: environment, ask: Where?, options: [production, test] }
calendars:
  office: { timezone: customer, hours: { mon-fri: ["08:00-12:00", "12:45-17:00"] } }
  nights: { timezone: Africa/Casablanca, hours: { mon-sun: "20:30-04:15" }, holidays: [2027-02-08, 2031-12-25] }
  chicago: { timezone: America/Chicago, hours: { mon-sat: "09:00-17:00" }, day: 6h, holidays: { region: US } }
  always: { hours: always }
levels:
  - id: high
    name: High
    means: Bad.
    page: { when: outside-hours, calendar: chicago }
    targets:
      - { kind: response, within: 30m, calendar: always }
      - { kind: next-response, within: 1h, calendar: office }
      - { kind: start, within: 2h, goal: 1h, calendar: nights, when: { environment: production } }
      - { kind: restore, within: 4h, calendar: office, when: { scope: all } }
  - id: middle
    name: Middle
    means: Less bad.
    targets:
      - { kind: response, within: 90m, calendar: office }
      - { kind: next-response, within: 3h, calendar: nights }
      - { kind: start, within: 5h, calendar: chicago }
      - { kind: restore, within: 0.5d, calendar: chicago, when: { scope: all, environment: test } }
      - { kind: resolve, within: 2d, calendar: office }
  - id: low
    name: Low
    means: A question.
    targets:
      - { kind: response, within: 1d, goal: 2h, calendar: office }
      - { kind: restore, within: 0.25d, calendar: always }
      - { kind: resolve, within: 1d, calendar: chicago }
remind: [50%, 80%, 20m left, 100%, every 3h overdue]
pause: { response: [on-hold], start: [on-hold, awaiting-response], restore: [awaiting-response], resolve: [awaiting-response] }
`,
};
