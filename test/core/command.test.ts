import { expect, test } from "vitest";
import { readCommand } from "../../src/core/command.ts";

test.each([
  ["", { kind: "file", title: "" }],
  ["the printer is down", { kind: "file", title: "the printer is down" }],
  ["show me the printer", { kind: "file", title: "show me the printer" }],
  ["list of broken things", { kind: "file", title: "list of broken things" }],
  ["take ACME-17", { kind: "act", act: "take", number: "ACME-17", rest: "" }],
  ["ack acme-17", { kind: "act", act: "acknowledge", number: "ACME-17", rest: "" }],
  ["reply ACME-17   we  see it ", { kind: "act", act: "reply", number: "ACME-17", rest: "we  see it" }],
  [
    "level ACME-17 1 nobody can work",
    { kind: "act", act: "change-level", number: "ACME-17", rest: "1 nobody can work" },
  ],
  ["ACME-17", { kind: "act", act: "show", number: "ACME-17", rest: "" }],
  ["ack all", { kind: "acknowledge-all" }],
  ["ack all the customers of today", { kind: "file", title: "ack all the customers of today" }],
  ["list", { kind: "list", which: "open" }],
  ["list mine", { kind: "list", which: "mine" }],
  ["Help", { kind: "help" }],
  ["home", { kind: "home" }],
  ["home office has no printer", { kind: "file", title: "home office has no printer" }],
] as const)("/ticket %s", (text, command) => {
  expect(readCommand(text)).toEqual(command);
});
