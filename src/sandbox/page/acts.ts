// Tells the server what the person did, and brings back what Slack says to it.
import type { Acts, Answers, UploadedFile } from "../page-protocol.ts";

/** Either the server's answer or the sentence with which it refused. */
export type Outcome<Answer> = { answer: Answer } | { refused: string };

/** Posts one act. Never throws: a server that cannot be reached is a refusal too. */
export function post<Act extends keyof Acts>(act: Act, body: Acts[Act]): Promise<Outcome<Answers[Act]>> {
  return ask(`/page-api/${act}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Puts a file on the server, so that a message or a form can name it. */
export function upload(file: File): Promise<Outcome<UploadedFile>> {
  return ask("/page-api/upload", {
    method: "POST",
    headers: {
      "content-type": file.type || "application/octet-stream",
      "x-file-name": encodeURIComponent(file.name),
    },
    body: file,
  });
}

/** What the person should be told about an outcome, if anything. */
export function noticeOf(outcome: Outcome<{ notice?: string }>): string | null {
  return "refused" in outcome ? outcome.refused : (outcome.answer.notice ?? null);
}

async function ask<Answer>(path: string, request: RequestInit): Promise<Outcome<Answer>> {
  let response: Response;
  try {
    response = await fetch(path, request);
  } catch {
    return { refused: "The sandbox cannot be reached. Is it still running?" };
  }
  const text = await response.text();
  if (!response.ok) return { refused: errorIn(text) ?? `The sandbox answered ${response.status}.` };
  // Server and page are built together: the protocol's types are the agreement.
  return { answer: JSON.parse(text) as Answer };
}

function errorIn(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === "string" ? error : null;
  } catch {
    return null; // An answer that is no JSON comes from something in between, and its status says enough.
  }
}
