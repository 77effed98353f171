// Text of people on its way in and out, the same on every platform: cleaned, and cut where a limit asks for it.

/** What people typed, without what no database keeps: U+0000 and halves of surrogate pairs. */
export function clean(text: string): string {
  return text.replace(/[\0\p{Cs}]/gu, "");
}

/**
 * What of a text may be shown: without the marks that turn the direction of everything after them, by which a title
 * could disguise the words around it. Right-to-left scripts need none of these marks.
 */
export function shown(text: string): string {
  return clean(text).replace(/[\u202A-\u202E\u2066-\u2069]/g, "");
}

/** A text for a place that has one line. */
export function oneLine(text: string): string {
  return shown(text).replace(/\s+/g, " ").trim();
}

/**
 * The longest beginning of a text that fits into `max` UTF-16 units and tears no grapheme; ends in "…" where something
 * was left out.
 */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return max < 1 ? "" : beginning(text, max - 1) + "…";
}

/** The longest beginning of a text that fits into `max` UTF-16 units and tears no grapheme. */
export function beginning(text: string, max: number): string {
  if (text.length <= max) return text;
  let length = 0;
  // Two units more than fit are enough to see whether the last grapheme goes on.
  for (const { segment } of GRAPHEMES.segment(text.slice(0, max + 2))) {
    if (length + segment.length > max) break;
    length += segment.length;
  }
  return text.slice(0, length);
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });
