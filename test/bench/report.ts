// What a bench prints: Markdown, each aim with whether it was met.

/** Prints a line. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What was measured and what it should be at most, or at least. */
export interface Aim {
  what: string;
  measured: number;
  atMost?: number;
  atLeast?: number;
  unit: "ms" | "s" | "times" | "% stored";
}

/** Prints what was measured beside its aim. */
export function printAim({ what, measured, atMost = Infinity, atLeast = -Infinity, unit }: Aim): void {
  const isMet = measured <= atMost && measured >= atLeast;
  const bound = atMost === Infinity ? `at least ${atLeast}` : `at most ${atMost}`;
  print(`| ${what} | ${rounded(measured)} ${unit} | ${bound} ${unit} | ${isMet ? "met" : "**missed**"} |`);
}

/** Prints the head of a table of aims. */
export function printAimsHead(title: string): void {
  print(`\n| ${title} | measured | aim | |\n| --- | ---: | ---: | --- |`);
}

/** The value below which so many of some numbers lie: `percentile(numbers, 0.99)`. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

function rounded(figure: number): string {
  if (!Number.isFinite(figure)) return String(figure);
  if (Math.abs(figure) >= 100) return Math.round(figure).toLocaleString("en-US");
  return figure.toFixed(Math.abs(figure) >= 10 ? 1 : 2);
}
