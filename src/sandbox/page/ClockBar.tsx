// The sandbox's clock, and the ways to turn it forward.
import { useState } from "react";
import type { Acts, PageState } from "../page-protocol.ts";
import { briefAt, roughLength } from "./dates.ts";
import { useTicking } from "./ticking.ts";
import { useViewer } from "./viewer.ts";
import { shortAt, timeAt, wallAt, zoneCity } from "./zone.ts";

interface ClockBarProps {
  clock: PageState["clock"];
  receivedAtMs: number;
  onTurn: (turn: Acts["clock"]) => Promise<void>;
}

/** Ticks in the zone of whom one acts as; UTC stands in its title. While a jump is on, nothing else can be pressed. */
export function ClockBar({ clock, receivedAtMs, onTurn }: ClockBarProps) {
  const { timezone } = useViewer();
  const nowMs = useTicking({ now: clock.now, receivedAtMs }, 1000);
  const [isAsking, setAsking] = useState(false);
  const isTurning = clock.turning || isAsking;
  const dueMs = clock.nextDueAt === null ? null : Date.parse(clock.nextDueAt);

  const turn = async (to: Acts["clock"]) => {
    if (isTurning) return;
    setAsking(true);
    await onTurn(to);
    setAsking(false);
  };
  const button = (name: string, to: Acts["clock"], title: string) => (
    <button
      type="button"
      className="turn"
      aria-disabled={isTurning}
      title={title}
      onClick={() => void turn(to)}
    >
      {name}
    </button>
  );
  return (
    <section className="clock" aria-label="Clock" aria-busy={isTurning}>
      <div className="clock-face" title={`${shortAt(nowMs, "Etc/UTC")} UTC`}>
        <time className="clock-time" dateTime={new Date(nowMs).toISOString()}>
          {timeAt(nowMs, timezone)}
          <span className="clock-seconds">:{String(wallAt(nowMs, timezone).second).padStart(2, "0")}</span>
        </time>
        <span className="clock-day">
          <span>{shortAt(nowMs, timezone).replace(/ \d\d:\d\d$/, "")}</span>
          <span className="clock-zone">{isTurning ? "turning the clock" : `${zoneCity(timezone)} time`}</span>
        </span>
      </div>
      <div className="turns" role="group" aria-label="Turn the clock">
        {button("+15 min", { by: 15 }, "Turn the clock forward by a quarter of an hour")}
        {button("+1 h", { by: 60 }, "Turn the clock forward by an hour")}
        {button("Next morning", { to: "next-morning" }, "Turn the clock to the next morning")}
        {button("Friday 17:30", { to: "friday-17:30" }, "Turn the clock to Friday 17:30")}
        <button
          type="button"
          className="turn next-due"
          aria-disabled={isTurning || dueMs === null}
          title={dueTitle(dueMs, nowMs, timezone)}
          onClick={() => {
            if (dueMs !== null) void turn({ to: "next-due" });
          }}
        >
          <span>Next thing due</span>
          <span className="due-at">
            {dueMs === null ? "nothing is due" : briefAt(dueMs, { timezone, nowMs })}
          </span>
        </button>
      </div>
    </section>
  );
}

function dueTitle(dueMs: number | null, nowMs: number, zone: string): string {
  if (dueMs === null) return "Nothing is due: Belfry has nothing to do until somebody acts";
  if (dueMs <= nowMs) return "Due now";
  return `Turn the clock to ${shortAt(dueMs, zone)}, in ${roughLength(dueMs - nowMs)}`;
}
