// The pieces that every drawing is made of: colours, words, and what keeps them from being markup.

/** The colours of words, and of what is due or missing. */
export const INK = "#22303c";
export const DUE = "#b3261e";

/** Words at a place, by their base line. */
export function words(x: number, y: number, text: string, attributes = ""): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(text)}</text>`;
}

/** Names come from people; a control character would make the file no XML. */
function escaped(text: string): string {
  return text
    .replace(/[^\P{C}]/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
