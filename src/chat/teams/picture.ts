// Draws the working of a ticket's deadlines as a picture that stands in its message whole: Teams gives a bot no place to
// keep files, and Belfry has none that everybody's client reaches.
import type { ProofMessage } from "../../core/message.ts";
import { pngOf } from "../picture/png.ts";
import { timeline } from "../picture/timeline.ts";
import { oneLine } from "../text.ts";

/** The picture as an activity, or null where there is nothing to draw or Teams would not take it; the answer in words says the same. */
export async function pictureOf({ number, charts }: ProofMessage): Promise<object | null> {
  if (charts.length === 0) return null;
  const heading = `${oneLine(number)}: why this time?`;
  const png = await pngOf(timeline(heading, charts), 1);
  if (png.length > MAX_BYTES || heightOf(png) > MAX_SIDE) return null;
  const contentUrl = `data:image/png;base64,${png.toString("base64")}`;
  const name = `${oneLine(number)}-why.png`;
  return { type: "message", summary: heading, attachments: [{ contentType: "image/png", contentUrl, name }] };
}

/** Teams refuses messages of more than 100 kB; base64 makes four bytes of three. */
const MAX_BYTES = 70_000;
/** Pictures are shown up to 1024 pixels each way. */
const MAX_SIDE = 1_024;

/** As the head of each PNG says. */
function heightOf(png: Buffer): number {
  return png.readUInt32BE(20);
}
