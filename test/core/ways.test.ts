// Ways out beside chat, as a desk file names them.
import { describe, expect, test } from "vitest";
import { parseDirectory } from "../../src/core/directory.ts";

const DESK = `
people: [{ id: sam, name: Sam Okafor, slack: U0SAM, timezone: America/Chicago, support: true }]
customers: [{ key: ACME, name: ACME, policy: aleyant, timezone: America/Chicago, contacts: [sam] }]
channels: { support: C0SUPPORT, on-call: C0ONCALL }
`;

describe("ways out in the desk file", () => {
  test("name where they lead, and the variables that hold their secrets", () => {
    const { ways } = parseDirectory(`${DESK}ways:
  - { id: pd, pagerduty: PAGERDUTY_KEY }
  - { id: pd-eu, pagerduty: EU_KEY, url: "https://events.eu.pagerduty.com/v2/enqueue" }
  - { id: ops-hook, webhook: "https://ops.example/belfry", secret: OPS_HOOK_SECRET }
  - { id: here, webhook: "http://127.0.0.1:8080/belfry", secret: HERE_SECRET }
  - { id: sam-mail, mail: sam@vendor.example }
`);
    expect(ways).toEqual([
      { id: "pd", address: "pagerduty:pd", secretFrom: "PAGERDUTY_KEY" },
      {
        id: "pd-eu",
        address: "pagerduty:pd-eu",
        url: "https://events.eu.pagerduty.com/v2/enqueue",
        secretFrom: "EU_KEY",
      },
      {
        id: "ops-hook",
        address: "webhook:ops-hook",
        url: "https://ops.example/belfry",
        secretFrom: "OPS_HOOK_SECRET",
      },
      {
        id: "here",
        address: "webhook:here",
        url: "http://127.0.0.1:8080/belfry",
        secretFrom: "HERE_SECRET",
      },
      { id: "sam-mail", address: "mail:sam@vendor.example" },
    ]);
  });

  test("are absent where there are none, so that a file that was applied before stays the same", () => {
    expect(parseDirectory(DESK)).not.toHaveProperty("ways");
  });

  test.each([
    ["an address without encryption", '{ id: a, webhook: "http://ops.example/", secret: A_SECRET }', "https"],
    [
      "a password in an address",
      '{ id: a, webhook: "https://me:you@ops.example/", secret: A_SECRET }',
      "password",
    ],
    ["a file", '{ id: a, webhook: "file:///etc/passwd", secret: A_SECRET }', "https"],
    ["a webhook without a secret", '{ id: a, webhook: "https://ops.example/" }', "webhook and secret"],
    ["a key that stands there itself", "{ id: a, pagerduty: 0123456789abcdef }", "environment variable"],
    ["a variable that is no secret", "{ id: a, pagerduty: DATABASE_URL }", "environment variable"],
    ["the keys to Slack", "{ id: a, pagerduty: SLACK_BOT_TOKEN }", "environment variable"],
    ["two ways at once", "{ id: a, pagerduty: A_KEY, mail: a@vendor.example }", "webhook and secret"],
    ["no way at all", "{ id: a }", "webhook and secret"],
    ["two addresses in one", '{ id: a, mail: "a@vendor.example, b@else.example" }', "mail address"],
    ["a word of the ladder", "{ id: primary, mail: a@vendor.example }", "something else on a ladder"],
    ["a person's id", "{ id: sam, mail: a@vendor.example }", "something else on a ladder"],
  ])("%s is refused", (_, way, says) => {
    expect(() => parseDirectory(`${DESK}ways: [${way}]\n`)).toThrow(says);
  });
});
