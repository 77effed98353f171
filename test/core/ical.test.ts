import ICAL from "ical.js";
import { expect, it } from "vitest";
import { calendarText } from "../../src/core/ical.ts";
import { at, ROTATION } from "../support/life.ts";

const SHIFT = {
  rotation: ROTATION,
  role: "primary" as const,
  person: "sam",
  from: at("2026-12-07 09:00", "America/Chicago"),
  to: at("2026-12-14 09:00", "America/Chicago"),
  isCut: false,
};
const PLAN = { revision: 7, appliedAt: new Date("2026-12-01T12:00:00.500Z") };

it("writes a shift as RFC 5545 wants it, in UTC", () => {
  expect(calendarText("On call: Sam", [SHIFT], PLAN).split("\r\n").slice(7, 17)).toEqual([
    "BEGIN:VEVENT",
    "UID:weekly-primary-sam-20261207T150000Z@belfry",
    "DTSTAMP:20261201T120000Z",
    "LAST-MODIFIED:20261201T120000Z",
    "SEQUENCE:7",
    "DTSTART:20261207T150000Z",
    "DTEND:20261214T150000Z",
    "SUMMARY:On call: primary of weekly",
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
  ]);
});

it("folds long lines at 75 octets and escapes what has a meaning, so that another program reads the same words", () => {
  const id = `nights; "Ō", \\ ${"ř👩".repeat(60)}`;
  const text = calendarText("On call: Sam", [{ ...SHIFT, rotation: { ...ROTATION, id } }], PLAN);
  const lines = text.split("\r\n");
  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
  const [event] = new ICAL.Component(ICAL.parse(text) as unknown[]).getAllSubcomponents("vevent");
  expect(event?.getFirstPropertyValue("summary")).toBe(`On call: primary of ${id}`);
});
