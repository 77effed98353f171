// Carries out what an app answers: to a slash command at once, or later to a response_url.
import type { IncomingMessage, ServerResponse } from "node:http";
import { readContent } from "./content.ts";
import { answer, answerJson, readBody } from "./http.ts";
import { isFields, jsonOf, type Fields } from "./json.ts";
import { optionalFlag, optionalText, SlackRefusal } from "./method.ts";
import type { ResponsePlace, ResponseUrls } from "./response-urls.ts";
import { IDENTITY } from "./seed.ts";
import type { Message } from "./memory.ts";
import type { Workspace } from "./workspace.ts";

const MAX_RESPONSE_BYTES = 1024 * 1024;

/** Answers a POST to a response URL. */
export async function answerResponse(
  request: IncomingMessage,
  response: ServerResponse,
  {
    path,
    urls,
    workspace,
    isDown,
  }: { path: string; urls: ResponseUrls; workspace: Workspace; isDown: boolean },
): Promise<void> {
  const body = (await readBody(request, MAX_RESPONSE_BYTES)).toString("utf8");
  if (isDown) return answer(response, 503, "Service Unavailable");
  const json = jsonOf(new URLSearchParams(body).get("payload") ?? body);
  if (!isFields(json)) return answerJson(response, 400, { ok: false, error: "invalid_payload" });
  const place = urls.use(path);
  if (typeof place === "string") return answerJson(response, 404, { ok: false, error: place });
  try {
    respond(json, place, workspace);
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    return answerJson(response, 400, { ok: false, error: error.code, ...error.more });
  }
  answerJson(response, 200, { ok: true });
}

/**
 * Posts, replaces or deletes as the body says: in the channel for everybody where `response_type` is "in_channel", else
 * for the one who acted. Throws a SlackRefusal for content that Slack refuses.
 */
export function respond(body: Fields, place: ResponsePlace, workspace: Workspace): void {
  const original =
    place.message === undefined ? undefined : workspace.messagesIn(place.channel).get(place.message);

  if (optionalFlag(body, "delete_original")) {
    if (original !== undefined)
      workspace.record({ kind: "deleted", channel: place.channel, ts: original.ts });
    return;
  }
  const content = readContent(body);
  if (optionalFlag(body, "replace_original") && original !== undefined) {
    return workspace.record({ kind: "edited", channel: place.channel, ts: original.ts, to: content });
  }
  const message: Message = {
    ts: workspace.nextTs(place.channel),
    user: IDENTITY.botUserId,
    content,
    ...threadOf(body, place, workspace),
    ...(optionalText(body, "response_type") === "in_channel" ? {} : { onlyFor: place.user }),
    files: [],
    reactions: [],
  };
  workspace.record({ kind: "posted", channel: place.channel, message });
}

function threadOf(body: Fields, place: ResponsePlace, workspace: Workspace): { threadTs?: string } {
  const threadTs = optionalText(body, "thread_ts");
  if (threadTs === undefined) return {};
  const parent = workspace.messagesIn(place.channel).get(threadTs);
  if (parent === undefined) throw new SlackRefusal("thread_not_found");
  return { threadTs: parent.threadTs ?? parent.ts };
}
