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

/** A day and a time in the person's zone; half of an instant is none, and is kept until the other half is there. */
export function InstantInput(props: InputProps<DateTimepicker>) {
  const { element, state, change, tells, ariaLabel } = props;
  const { timezone } = useViewer();
  const seconds = state.selected_date_time;
  const picked = typeof seconds === "number" ? seconds * 1000 : null;
  const [half, setHalf] = useState({ day: "", time: "" });
  const day = half.day || (picked === null ? "" : dayAt(picked, timezone));
  const time = half.time || (picked === null ? "" : timeAt(picked, timezone));

  const take = (next: { day: string; time: string }) => {
    const instant = next.day && next.time ? instantOf(next.day, next.time, timezone) : null;
    setHalf(instant === null ? next : { day: "", time: "" });
    change(
      { type: element.type, selected_date_time: instant === null ? null : instant / 1000 },
      tells && instant !== null,
    );
  };
  return (
    <div className="instant">
      <input
        {...ties(props)}
        type="date"
        className="text-input short"
        data-autofocus={element.focus_on_load}
        value={day}
        onChange={(event) => {
          take({ day: event.target.value, time });
        }}
      />
      <input
        type="time"
        className="text-input short"
        aria-label={`Time of ${ariaLabel ?? "that day"}`}
        aria-invalid={props.isInvalid || undefined}
        value={time}
        onChange={(event) => {
          take({ day, time: event.target.value });
        }}
      />
      <span className="instant-zone">{zoneCity(timezone)} time</span>
    </div>
  );
}
