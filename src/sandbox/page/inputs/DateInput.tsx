// Pickers of a date, a time, or an instant. What is picked is wall time of the person one acts as; an instant is sent as
// seconds since the epoch, as Slack sends it.
import type { Datepicker, DateTimepicker, Timepicker } from "@slack/types";
import { useState } from "react";
import { useViewer } from "../viewer.ts";
import { dayAt, instantOf, timeAt, zoneCity } from "../zone.ts";
import { ties, type InputProps } from "./input.ts";

/** A local day or a local time of day. */
export function DateOrTimeInput(props: InputProps<Datepicker | Timepicker>) {
  const { element, state, change, tells } = props;
  const isDate = element.type === "datepicker";
  const field = isDate ? "selected_date" : "selected_time";
  const picked = state[field];
  return (
    <input
      {...ties(props)}
      type={isDate ? "date" : "time"}
      className="text-input short"
      data-autofocus={element.focus_on_load}
      value={typeof picked === "string" ? picked : ""}
      onChange={(event) => {
        change({ type: element.type, [field]: event.target.value || null }, tells);
      }}
    />
  );
}

/**
 * A day and a time in the person's zone. Picking one of them where both are missing fills in the other from the present,
 * as Slack does; emptying one of them empties the instant, and leaves the other to be seen until it is whole again.
 */
export function InstantInput(props: InputProps<DateTimepicker>) {
  const { element, state, change, tells, ariaLabel } = props;
  const { timezone, nowMs } = useViewer();
  const seconds = state.selected_date_time;
  const picked = typeof seconds === "number" ? wallOf(seconds * 1000, timezone) : null;
  const [half, setHalf] = useState<DayAndTime>({ day: "", time: "" });
  const shown = picked ?? half;

  const take = (next: DayAndTime) => {
    const isUntouched = shown.day === "" && shown.time === "";
    const now = wallOf(nowMs, timezone);
    const whole = isUntouched ? { day: next.day || now.day, time: next.time || now.time } : next;
    const instant = whole.day && whole.time ? instantOf(whole.day, whole.time, timezone) : null;
    setHalf(whole);
    change({ type: element.type, selected_date_time: instant === null ? null : instant / 1000 }, tells);
  };
  return (
    <div className="instant">
      <input
        {...ties(props)}
        type="date"
        className="text-input short"
        data-autofocus={element.focus_on_load}
        value={shown.day}
        onChange={(event) => {
          take({ ...shown, day: event.target.value });
        }}
      />
      <input
        type="time"
        className="text-input short"
        aria-label={`Time of ${ariaLabel ?? "that day"}`}
        aria-invalid={props.isInvalid || undefined}
        value={shown.time}
        onChange={(event) => {
          take({ ...shown, time: event.target.value });
        }}
      />
      <span className="instant-zone">{zoneCity(timezone)} time</span>
    </div>
  );
}

/** "YYYY-MM-DD" and "HH:MM", each "" where it is missing. */
interface DayAndTime {
  day: string;
  time: string;
}

function wallOf(ms: number, zone: string): DayAndTime {
  return { day: dayAt(ms, zone), time: timeAt(ms, zone) };
}
