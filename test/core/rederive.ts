// Derives a deadline from its explanation alone: reads the steps as a person would, with a pencil, and adds up. It shares
// no code with the clock, and knows no calendar.

/** A step of an explanation, as far as adding up needs it. */
export interface ReadStep {
  kind: string;
  from: Date;
  to: Date;
}

/**
 * The instant at which the counted steps have used up a length of time, or the sentence that says why the steps prove
 * nothing: a gap, a step that goes back, time left over, or steps after the end.
 */
export function rederive(startMs: number, withinMs: number, steps: readonly ReadStep[]): number | string {
  let at = startMs;
  let leftMs = withinMs;
  for (const [index, { kind, from, to }] of steps.entries()) {
    const name = `step ${index} (${kind} from ${from.toISOString()} to ${to.toISOString()})`;
    if (from.getTime() !== at) return `${name} does not begin where the one before it ends`;
    if (to.getTime() <= at) return `${name} has no length`;
    if (leftMs === 0) return `${name} comes after the time is used up`;
    if (kind === "counted") leftMs -= to.getTime() - from.getTime();
    if (leftMs < 0) return `${name} counts ${-leftMs} ms too many`;
    at = to.getTime();
  }
  return leftMs === 0 ? at : `${leftMs} ms are left after the last step`;
}
