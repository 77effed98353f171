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
