// A page to send out, and the clock that all tests of the ways go by.
import type { PageMessage } from "../../../src/core/message.ts";

export const now = new Date("2026-11-28T00:05:00Z");
export const machineNow = () => now;
export const KEY = "ticket:6f1c:page:1:0.2";
export const never = new AbortController().signal;

/** A page of ACME's, in some state. */
export function aPage(state: PageMessage["state"] = "ringing", more: Partial<PageMessage> = {}): PageMessage {
  return {
    kind: "page",
    state,
    headline: "Urgent · ACME-17 · Nobody can order",
    ring: [],
    facts: [
      { label: "Customer", value: ["ACME Print"] },
      {
        label: "Filed",
        value: [
          { at: now, fallback: "Fri 27 Nov 2026 18:05 CST" },
          " by ",
          { person: "Carl Reyes", address: "slack:U0CARL", ring: false },
        ],
      },
    ],
    promises: [{ label: "Response", state: "running", words: ["30 min left"], share: 0.5 }],
    standing: [[{ strong: "Sam Okafor" }, " was paged"]],
    buttons: [],
    mayRepeat: false,
    ...more,
  };
}
