// Writes instants as Slack's timestamps: seconds since the epoch with six decimals, "1700000000.000100".

/** The timestamp of an instant. */
export function tsOf(at: Date): string {
  return tsOfMicros(at.getTime() * 1_000);
}

/** The timestamp of so many microseconds since the epoch. */
export function tsOfMicros(micros: number): string {
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, "0")}`;
}

/** The microseconds since the epoch that a timestamp stands for. */
export function microsOf(ts: string): number {
  const [seconds = "0", micros = "0"] = ts.split(".");
  return Number(seconds) * 1_000_000 + Number(micros);
}
