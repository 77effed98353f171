// The buttons of acts: each act is called the same wherever it stands.
import type { ActName, Button } from "./message.ts";

/** A button for an act, labelled the same everywhere. */
export function button(act: ActName, ticket: string, style: Button["style"]): Button {
  return { act, label: ACT_LABELS[act], ticket, style };
}

/** What each act is called on a button. */
export const ACT_LABELS: Readonly<Record<ActName, string>> = {
  take: "Take",
  release: "Release",
  reply: "Reply",
  note: "Note",
  call: "Record a call",
  begin: "Work begun",
  restore: "Function restored",
  ask: "Ask the customer",
  hold: "Hold",
  resume: "Resume",
  "change-level": "Change level",
  "ask-level": "Ask for another level",
  "accept-level": "Accept level",
  "decline-level": "Decline level",
  close: "Close",
  reopen: "Reopen",
  acknowledge: "Acknowledge",
  "pass-on": "I can't – pass on",
  "hand-to": "Hand to…",
  snooze: "Snooze…",
  "resolve-page": "Resolve page",
  page: "Page on call",
  show: "Show",
  why: "Why this time?",
};
