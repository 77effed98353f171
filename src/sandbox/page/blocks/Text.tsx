// Draws Slack's text objects: mrkdwn with everything it can mean, plain text with its emoji only.
import type { TextObject } from "@slack/types";
import { useMemo } from "react";
import { readMrkdwn, unescape } from "../mrkdwn.ts";
import { useViewer } from "../viewer.ts";
import { Drawn } from "./Drawn.tsx";
import { withEmoji } from "./emoji.tsx";

/** A text object of either kind. */
export function Text({ of }: { of: TextObject }) {
  return of.type === "mrkdwn" ? (
    <Mrkdwn text={of.text} isVerbatim={of.verbatim === true} />
  ) : (
    <span className="plain">{plainText(of)}</span>
  );
}

/** A mrkdwn text, its dates in the viewer's zone. */
export function Mrkdwn({ text, isVerbatim = false }: { text: string; isVerbatim?: boolean }) {
  const { timezone, nowMs } = useViewer();
  const blocks = useMemo(
    () => [{ type: "rich_text" as const, elements: readMrkdwn(text, { timezone, nowMs, isVerbatim }) }],
    [text, timezone, nowMs, isVerbatim],
  );
  return <Drawn blocks={blocks} />;
}

/** A text object as bare words, for labels, options and names. */
export function plainText({ text, type, ...rest }: TextObject): string {
  const words = unescape(text);
  return type === "plain_text" && "emoji" in rest && rest.emoji === false ? words : withEmoji(words);
}
