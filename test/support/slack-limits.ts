// Checks what is sent to Slack against the limits that docs.slack.dev documents (Block Kit reference, chat.postMessage,
// chat.update, views). Written from the documentation alone, so that it can find what the adapter and the sandbox agree
// on wrongly.

/** What is wrong with a message: one sentence per fault, with the place where it stands. Empty where Slack would take it. */
export function faultsInMessage(message: { text: string; blocks: readonly unknown[] }): string[] {
  const faults = new Faults();
  faults.length("text", message.text, 1, 4_000);
  faults.count("blocks", message.blocks, 0, 50);
  checkBlocks(faults, message.blocks, "message");
  const shown = charactersIn(message.blocks);
  if (shown > 13_200) faults.add("blocks", `hold ${shown} characters; about 13,200 are taken`);
  return faults.found;
}

/** What is wrong with a modal or a home tab. */
export function faultsInView(view: unknown): string[] {
  const faults = new Faults();
  const { type, title, submit, close, blocks, callback_id, private_metadata } = fields(view);
  if (type !== "modal" && type !== "home") faults.add("type", "is neither modal nor home");
  if (type === "modal") {
    plainText(faults, "title", title, 24);
    if (submit !== undefined) plainText(faults, "submit", submit, 24);
    if (close !== undefined) plainText(faults, "close", close, 24);
  }
  if (callback_id !== undefined) faults.length("callback_id", callback_id, 0, 255);
  if (private_metadata !== undefined) faults.length("private_metadata", private_metadata, 0, 3_000);
  faults.count("blocks", list(blocks), type === "home" ? 0 : 1, 100);
  checkBlocks(faults, list(blocks), "view");
  const hasInput = list(blocks).some((block) => fields(block)["type"] === "input");
  if (hasInput && type === "modal" && submit === undefined) faults.add("submit", "is missing");
  if (JSON.stringify(view).length > 250_000) faults.add("view", "is larger than 250 kB");
  return faults.found;
}

class Faults {
  readonly found: string[] = [];

  add(at: string, what: string): void {
    this.found.push(`${at} ${what}`);
  }

  length(at: string, value: unknown, min: number, max: number): void {
    if (typeof value !== "string") this.add(at, "is no text");
    else if (value.length < min || value.length > max)
      this.add(at, `has ${value.length} characters, not ${min} to ${max}`);
    else if (/\p{Cs}/u.test(value)) this.add(at, "holds half of a surrogate pair");
    else if (value.includes("\0")) this.add(at, "holds U+0000");
  }

  count(at: string, values: readonly unknown[], min: number, max: number): void {
    if (values.length < min || values.length > max)
      this.add(at, `has ${values.length} items, not ${min} to ${max}`);
  }

  unique(at: string, values: readonly unknown[]): void {
    if (new Set(values).size < values.length) this.add(at, "repeats an id");
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function checkBlocks(faults: Faults, blocks: readonly unknown[], surface: "message" | "view"): void {
  faults.unique(
    "block_id",
    blocks.map((block) => fields(block)["block_id"]).filter((id) => id !== undefined),
  );
  blocks.forEach((block, nth) => {
    checkBlock(faults, `blocks[${nth}]`, fields(block), surface);
  });
}

function checkBlock(faults: Faults, at: string, block: Fields, surface: "message" | "view"): void {
  if (block["block_id"] !== undefined) faults.length(`${at}.block_id`, block["block_id"], 1, 255);
  switch (block["type"]) {
    case "divider":
      return;
    case "header":
      plainText(faults, `${at}.text`, block["text"], 150);
      return;
    case "section":
      if (block["text"] === undefined && block["fields"] === undefined)
        faults.add(at, "has neither text nor fields");
      if (block["text"] !== undefined) textObject(faults, `${at}.text`, block["text"], 3_000);
      faults.count(`${at}.fields`, list(block["fields"]), 0, 10);
      for (const field of list(block["fields"])) textObject(faults, `${at}.fields`, field, 2_000);
      return;
    case "context":
      faults.count(`${at}.elements`, list(block["elements"]), 1, 10);
      for (const element of list(block["elements"])) textObject(faults, `${at}.elements`, element, 3_000);
      return;
    case "actions":
      faults.count(`${at}.elements`, list(block["elements"]), 1, 25);
      faults.unique(
        `${at}.elements`,
        list(block["elements"]).map((element) => fields(element)["action_id"]),
      );
      for (const element of list(block["elements"])) checkElement(faults, `${at}.elements`, fields(element));
      return;
    case "rich_text":
      richText(faults, at, block);
      return;
    case "input":
      if (surface === "message") faults.add(at, "is an input in a message");
      plainText(faults, `${at}.label`, block["label"], 2_000);
      if (block["hint"] !== undefined) plainText(faults, `${at}.hint`, block["hint"], 2_000);
      checkElement(faults, `${at}.element`, fields(block["element"]));
      return;
    default:
      faults.add(at, `is of the unknown type ${String(block["type"])}`);
  }
}

function richText(faults: Faults, at: string, block: Fields): void {
  faults.count(`${at}.elements`, list(block["elements"]), 1, 1_000);
  for (const element of list(block["elements"]).map(fields)) {
    if (!["rich_text_section", "rich_text_quote", "rich_text_preformatted"].includes(String(element["type"])))
      faults.add(at, "holds an unknown part");
    faults.count(`${at}.elements.elements`, list(element["elements"]), 1, 10_000);
    for (const piece of list(element["elements"]).map(fields)) richPiece(faults, at, piece);
  }
}

function richPiece(faults: Faults, at: string, piece: Fields): void {
  switch (piece["type"]) {
    case "text":
      faults.length(`${at} text`, piece["text"], 1, 12_000);
      return;
    case "date":
      if (!Number.isSafeInteger(piece["timestamp"])) faults.add(at, "has a date without whole seconds");
      faults.length(`${at} format`, piece["format"], 1, 255);
      return;
    case "user":
      if (!/^[UW][A-Z0-9]+$/.test(String(piece["user_id"]))) faults.add(at, "mentions no user id");
      return;
    case "broadcast":
      if (piece["range"] !== "here") faults.add(at, "calls more than those here");
      return;
    case "link":
      faults.length(`${at} url`, piece["url"], 1, 3_000);
      if (piece["text"] !== undefined) faults.length(`${at} link text`, piece["text"], 1, 3_000);
      return;
    default:
      faults.add(at, `holds a piece of the unknown type ${String(piece["type"])}`);
  }
}

function checkElement(faults: Faults, at: string, element: Fields): void {
  faults.length(`${at}.action_id`, element["action_id"], 1, 255);
  if (element["placeholder"] !== undefined)
    plainText(faults, `${at}.placeholder`, element["placeholder"], 150);
  switch (element["type"]) {
    case "button":
      plainText(faults, `${at}.text`, element["text"], 75);
      faults.length(`${at}.value`, element["value"], 0, 2_000);
      if (!["primary", "danger", undefined].includes(element["style"] as string | undefined))
        faults.add(at, "has a wrong style");
      return;
    case "overflow":
      options(faults, at, list(element["options"]), 5);
      return;
    case "radio_buttons":
    case "checkboxes":
      options(faults, at, list(element["options"]), 10);
      initials(faults, at, element, list(element["options"]));
      return;
    case "static_select":
      select(faults, at, element);
      return;
    case "plain_text_input":
      faults.length(`${at}.initial_value`, element["initial_value"] ?? "", 0, Number(element["max_length"]));
      number(faults, `${at}.max_length`, element["max_length"], 1, 3_000);
      return;
    case "datetimepicker":
      if (element["initial_date_time"] !== undefined) {
        number(faults, `${at}.initial_date_time`, element["initial_date_time"], 1_000_000_000, 9_999_999_999);
      }
      return;
    case "file_input":
      number(faults, `${at}.max_files`, element["max_files"], 1, 10);
      return;
    default:
      faults.add(at, `is of the unknown type ${String(element["type"])}`);
  }
}

function select(faults: Faults, at: string, element: Fields): void {
  const groups = list(element["option_groups"]).map(fields);
  if ((element["options"] === undefined) === (groups.length === 0))
    faults.add(at, "needs options or groups of them");
  if (element["options"] !== undefined) options(faults, at, list(element["options"]), 100);
  faults.count(`${at}.option_groups`, groups, 0, 100);
  for (const group of groups) {
    plainText(faults, `${at}.label`, group["label"], 75);
    options(faults, at, list(group["options"]), 100);
  }
  initials(faults, at, element, [
    ...list(element["options"]),
    ...groups.flatMap((group) => list(group["options"])),
  ]);
}

function options(faults: Faults, at: string, all: readonly unknown[], max: number): void {
  faults.count(`${at}.options`, all, 1, max);
  for (const option of all.map(fields)) {
    plainText(faults, `${at}.options.text`, option["text"], 75);
    faults.length(`${at}.options.value`, option["value"], 1, 150);
    if (option["description"] !== undefined)
      plainText(faults, `${at}.options.description`, option["description"], 75);
  }
}

function initials(faults: Faults, at: string, element: Fields, all: readonly unknown[]): void {
  const chosen = [element["initial_option"], ...list(element["initial_options"])].filter(
    (each) => each !== undefined,
  );
  const known = new Set(all.map((option) => JSON.stringify(option)));
  if (!chosen.every((option) => known.has(JSON.stringify(option))))
    faults.add(at, "begins with what is no option");
}

function plainText(faults: Faults, at: string, value: unknown, max: number): void {
  if (fields(value)["type"] !== "plain_text") faults.add(at, "is not plain text");
  faults.length(at, fields(value)["text"], 1, max);
}

function textObject(faults: Faults, at: string, value: unknown, max: number): void {
  if (!["plain_text", "mrkdwn"].includes(String(fields(value)["type"]))) faults.add(at, "is no text object");
  faults.length(at, fields(value)["text"], 1, max);
}

function number(faults: Faults, at: string, value: unknown, min: number, max: number): void {
  if (!Number.isInteger(value) || Number(value) < min || Number(value) > max)
    faults.add(at, `is not ${min} to ${max}`);
}

/** All characters under a `text`, however deep. */
function charactersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + charactersIn(each), 0);
  return Object.entries(fields(value)).reduce(
    (sum, [name, each]) =>
      sum + (name === "text" && typeof each === "string" ? each.length : charactersIn(each)),
    0,
  );
}
