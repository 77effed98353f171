// Runs a slash command: tells the app, and shows the person what it answers at once, or that it failed.
import { errorOf } from "./deliver.ts";
import type { ActsOptions } from "./acts.ts";
import { isFields, jsonOf } from "./json.ts";
import { SlackRefusal } from "./method.ts";
import { commandPayload } from "./payloads.ts";
import { respond } from "./respond.ts";
import { commandOf, commandText } from "./typed.ts";
import type { Channel, Person } from "./memory.ts";

/** The notice is what Slack itself tells the person; none where all went well. */
export async function runCommand(
  { parts, deliverer, responseUrls, log }: ActsOptions,
  {
    person,
    channel,
    typed,
    isInThread,
  }: { person: Person; channel: Channel; typed: string; isInThread: boolean },
): Promise<{ notice?: string }> {
  const { workspace, manifest, triggers } = parts;
  const { command, text } = commandOf(typed);
  const offered = manifest.commands.find((each) => each.command === command);
  if (offered === undefined) return { notice: `${command} is not a valid command.` };
  if (isInThread) return { notice: `${command} is not supported in threads. Sorry!` };

  const place = { channel: channel.id, user: person.id };
  const payload = commandPayload(person, channel, {
    command,
    text: offered.shouldEscape ? commandText(text, workspace) : text,
    responseUrl: workspace.origin() + responseUrls.issue(place),
    triggerId: triggers.issue(person.id),
  });
  const ack = await deliverer.form(payload);
  if (ack.kind !== "acknowledged") return { notice: `${command} failed with the error "${errorOf(ack)}"` };
  if (ack.body.trim() === "") return {};

  const json = jsonOf(ack.body);
  try {
    respond(isFields(json) ? json : { text: ack.body }, place, workspace);
    return {};
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    log(`The app answered ${command} with what Slack refuses: ${error.code} ${JSON.stringify(error.more)}`);
    return { notice: `${command} failed with the error "invalid_command_response"` };
  }
}
