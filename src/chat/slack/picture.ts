// Sends a drawing to one person, as a file in their direct messages with Belfry.
//
// An image block can show an uploaded file only where it was shared already, and Slack's answer to whether it may comes
// late; a file shared into the conversation of two needs neither, and nobody else sees it.
import type { Message } from "../../core/message.ts";
import { pngOf } from "../picture/png.ts";
import { timeline } from "../picture/timeline.ts";
import { week } from "../picture/week.ts";
import type { Calls } from "./calls.ts";
import { person } from "./payloads.ts";
import type { Places } from "./places.ts";
import { oneLine } from "../text.ts";
import { escaped } from "./text.ts";

/** A drawing that says the same as the lines of an answer. */
export interface Drawing {
  svg: string;
  title: string;
  filename: string;
}

/** The working of a ticket's deadlines, or who is on call when; null where there is nothing to draw. */
export function drawingOf(message: Message): Drawing | null {
  if (message.kind === "proof" && message.charts.length > 0) {
    const name = oneLine(message.number);
    const title = `${name}: why this time?`;
    return { svg: timeline(title, message.charts), title, filename: `${name}-why.png` };
  }
  if (message.kind === "table" && message.chart !== undefined) {
    const title = oneLine(message.heading);
    return { svg: week(title, message.chart), title, filename: "on-call.png" };
  }
  return null;
}

/** Shows a drawing to whoever asked. Throws what Slack refuses. */
export async function sendPicture(
  { calls, places }: { calls: Calls; places: Places },
  user: string,
  { svg, title, filename }: Drawing,
): Promise<void> {
  const file = await pngOf(svg);
  await calls().filesUploadV2({
    channel_id: await places.channel(person(user)),
    file,
    filename,
    title,
    initial_comment: escaped(title),
    alt_text: "The lines of the answer say the same.",
  });
}
