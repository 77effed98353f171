// The parts of an Adaptive Card 1.5 that Belfry draws, as plain objects: https://adaptivecards.io/explorer
//
// Text of people stands in text runs wherever it can, which no client reads as Markdown. A TextBlock is Markdown, and the
// only place where a client shows an instant in its reader's zone and where a mention rings: what people wrote is escaped
// there.

export interface Card {
  type: "AdaptiveCard";
  $schema: "http://adaptivecards.io/schemas/adaptive-card.json";
  version: "1.5";
  body: Element[];
  actions?: Action[];
  msteams?: { width: "Full"; entities?: Mention[] };
}

export type Element = TextBlock | RichTextBlock | Container | ActionSet | Input;

export interface TextBlock {
  type: "TextBlock";
  text: string;
  wrap: true;
  size?: "Small" | "Large";
  weight?: "Bolder";
  isSubtle?: true;
  spacing?: "None" | "Small";
}

export interface RichTextBlock {
  type: "RichTextBlock";
  inlines: TextRun[];
  spacing?: "None" | "Small";
}

export interface TextRun {
  type: "TextRun";
  text: string;
  weight?: "Bolder";
  size?: "Small" | "Large";
  isSubtle?: true;
  selectAction?: { type: "Action.OpenUrl"; url: string };
}

export interface Container {
  type: "Container";
  style: "emphasis" | "attention";
  items: Element[];
}

export interface ActionSet {
  type: "ActionSet";
  actions: Action[];
}

export type Input =
  | {
      type: "Input.Text";
      id: string;
      label: string;
      isMultiline: boolean;
      maxLength: number;
      value?: string;
      placeholder?: string;
    }
  | {
      type: "Input.ChoiceSet";
      id: string;
      label: string;
      style: "compact" | "expanded";
      wrap: true;
      choices: { title: string; value: string }[];
      value?: string;
    }
  | {
      type: "Input.Toggle";
      id: string;
      label: string;
      title: string;
      wrap: true;
      value: "true" | "false";
      valueOn: "true";
      valueOff: "false";
    }
  | { type: "Input.Date"; id: string; label: string; value?: string }
  | { type: "Input.Time"; id: string; label: string; value?: string };

export type Action =
  | {
      type: "Action.Execute";
      title: string;
      verb: string;
      data: Data;
      style?: "positive" | "destructive";
      associatedInputs?: "none";
      mode?: "secondary";
      fallback: Omit<Extract<Action, { type: "Action.Submit" }>, "fallback">;
    }
  | {
      type: "Action.Submit";
      title: string;
      data: Data;
      style?: "positive" | "destructive";
      associatedInputs?: "none";
      mode?: "secondary";
    };

/** What comes back with a press; `belfry` is read again as anybody's. */
export interface Data {
  belfry: object;
  msteams?: { type: "task/fetch" };
}

/** A mention, for each `<at>…</at>` of ours in a TextBlock. */
export interface Mention {
  type: "mention";
  text: string;
  mentioned: { id: string; name: string };
}

/** How Teams calls cards among attachments. */
export const CARD_TYPE = "application/vnd.microsoft.card.adaptive";

/** A card around elements. */
export function cardOf(body: Element[], mentions: readonly Mention[] = [], actions: Action[] = []): Card {
  return {
    type: "AdaptiveCard",
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    version: "1.5",
    body,
    ...(actions.length === 0 ? {} : { actions }),
    msteams: { width: "Full", ...(mentions.length === 0 ? {} : { entities: [...mentions] }) },
  };
}

/** A card as an attachment of an activity. */
export function attached(card: Card): { contentType: typeof CARD_TYPE; content: Card } {
  return { contentType: CARD_TYPE, content: card };
}

/** How many bytes a card takes on the wire. */
export function sizeOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
