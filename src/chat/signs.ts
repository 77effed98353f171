// Signs that stand beside words, the same on every platform. None says anything alone.
import type { LineMessage, PromiseLine } from "../core/message.ts";

/** How a promise stands, beside words that say the same. */
export const PROMISE_SIGNS: Readonly<Record<PromiseLine["state"], string>> = {
  running: "•",
  paused: "‖",
  met: "✓",
  late: "✓",
  breached: "✗",
  withdrawn: "–",
};

/** How a line asks to be seen, beside words that say the same. */
export const TONE_SIGNS: Readonly<Record<LineMessage["tone"], string>> = {
  plain: "",
  attention: "⚠ ",
  alarm: "🔔 ",
};

/** "▰▰▰▰▰▰▱▱▱▱ 63% used", which no line break parts. */
export function bar(share: number): string {
  const used = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  const full = Math.floor(used * BAR_CELLS);
  return `${"▰".repeat(full)}${"▱".repeat(BAR_CELLS - full)} ${Math.floor(used * 100)}% used`.replaceAll(
    " ",
    "\u00A0",
  );
}

const BAR_CELLS = 10;
