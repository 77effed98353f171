// Sends a drawing to one person, as a file in their direct messages with Belfry.
//
// An image block can show an uploaded file only where it was shared already, and Slack's answer to whether it may comes
// late; a file shared into the conversation of two needs neither, and nobody else sees it.
import type { ProofMessage } from "../../core/message.ts";
import { pngOf } from "../picture/png.ts";
import { timeline } from "../picture/timeline.ts";
import type { Calls } from "./calls.ts";
import { person } from "./payloads.ts";
import type { Places } from "./places.ts";
import { oneLine } from "../text.ts";
import { escaped } from "./text.ts";

/** Draws the working of a ticket's deadlines and shows it to whoever asked. Throws what Slack refuses. */
export async function sendPicture(
  { calls, places }: { calls: Calls; places: Places },
  user: string,
  { number, charts }: ProofMessage,
): Promise<void> {
  const name = oneLine(number);
  const file = await pngOf(timeline(`${name}: why this time?`, charts));
  await calls().filesUploadV2({
    channel_id: await places.channel(person(user)),
    file,
    filename: `${name}-why.png`,
    title: `${name}: why this time?`,
    initial_comment: escaped(`${name}: why this time?`),
    alt_text: "The lines of the answer say the same.",
  });
}
