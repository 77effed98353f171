// Filing: what the form asks and promises, what it refuses, and the number that comes of it.
import { describe, expect, test } from "vitest";
import type { FormField, FormValues } from "../../src/core/form.ts";
import { aDesk, PLACES, said } from "../support/desk.ts";

const NORMAL = { title: "Proof looks wrong", body: "The colours differ.", level: "normal" };

function words(field: FormField | undefined): string {
  if (field?.kind !== "info") return "";
  return field.text
    .map((part) => {
      if (typeof part === "string") return part;
      if ("strong" in part) return part.strong;
      return "at" in part ? part.fallback : "";
    })
    .join("");
}

const promise = (fields: readonly FormField[]) => words(fields.find(({ id }) => id === "promise"));
const ids = (fields: readonly FormField[]) => fields.map(({ id }) => id);

describe("the form", () => {
  test("says what a level promises and whether somebody is woken, and asks for the confirmation of an urgent one", async () => {
    await using desk = await aDesk("2026-12-04 18:05");
    const { fields } = desk.formOf("carl", { level: "urgent" }, "acme");
    expect(promise(fields)).toBe(
      "First answer by Mon 7 Dec 2026 15:00 CST. The person on call is paged at once.",
    );
    expect(ids(fields)).toContain("confirm");
    expect(ids(desk.formOf("carl", { level: "normal" }, "acme").fields)).not.toContain("confirm");
  });

  test("says in hours that the channel is alerted, and when it would page", async () => {
    await using desk = await aDesk("2026-12-03 15:00");
    expect(promise(desk.formOf("carl", { level: "urgent" }, "acme").fields)).toContain(
      "The support channel is alerted at once; if nobody attends to it, the person on call is paged Thu 3 Dec 2026 17:00 CST.",
    );
  });

  test("asks a contact for no customer, and support for the customer unless the channel says it", async () => {
    await using desk = await aDesk("2026-12-03 15:00");
    expect(ids(desk.formOf("carl").fields)).not.toContain("customer");
    expect(ids(desk.formOf("sam").fields)).toContain("customer");
    const inChannel = ids(desk.formOf("sam", {}, "pcc").fields);
    expect(inChannel).not.toContain("customer");
    expect(inChannel).toEqual(expect.arrayContaining(["contact", "receivedBy", "receivedAt", "field.scope"]));
  });

  test("follows the scope: platform-wide adds the time to restore", async () => {
    await using desk = await aDesk("2026-12-05 03:00", "Europe/Prague");
    const scoped = (scope: string) =>
      promise(desk.formOf("pavel", { level: "1", "field.scope": scope }, "pcc").fields);
    expect(scoped("single-client")).toBe(
      "First answer (by phone) by Sat 5 Dec 2026 03:30 CET. The person on call is paged at once.",
    );
    expect(scoped("platform")).toContain("Function restored by Sat 5 Dec 2026 07:00 CET.");
  });
});

describe("filing", () => {
  test("is refused under each field at fault, and files nothing", async () => {
    await using desk = await aDesk("2026-12-03 15:00");
    const carry = { ticket: null, place: null };
    const reply = await desk.does("carl", {
      kind: "submit",
      form: "file",
      carry,
      values: { title: " ", level: "urgent", body: "" },
    });
    expect(reply).toEqual({
      kind: "faults",
      faults: {
        title: "Give it a title.",
        body: "Say what happened; it saves a question.",
        confirm: "Confirm it, or choose another level.",
      },
    });
    expect(await desk.files("carl", NORMAL)).toBe("ACME-1");
  });

  test("counts each customer's tickets without gaps", async () => {
    await using desk = await aDesk("2026-12-03 15:00");
    const pcc = { title: "Slow", body: "Slow.", level: "3" };
    const numbers = [
      await desk.files("carl", NORMAL),
      await desk.files("pavel", pcc),
      await desk.files("carl", NORMAL),
    ];
    expect(numbers).toEqual(["ACME-1", "PCC-1", "ACME-2"]);
  });

  test("by support counts from when it was received, and the contact gets the receipt", async () => {
    await using desk = await aDesk("2026-12-04 14:00");
    const receivedAt = new Date("2026-12-04T15:00:00Z");
    await desk.files("sam", {
      ...NORMAL,
      customer: "ACME",
      contact: "carl",
      receivedBy: "phone",
      receivedAt,
    });
    expect(desk.reads("carl")[0]).toContain("RECEIPT ACME-1");
    expect(desk.reads("support").join("\n")).toContain("80% of the time is used");
    const ticket = await desk.store.transaction((tx) => tx.ticketByNumber("acme-1"));
    expect(ticket?.targets[0]?.deadlineAt).toEqual(new Date("2026-12-04T21:00:00Z"));
  });

  test("says who gets the receipt before anybody has tried to bring it", async () => {
    await using desk = await aDesk("2026-12-04 14:00");
    const filing = { kind: "submit", form: "file", carry: { ticket: null, place: null } } as const;
    const sent = async (who: string, values: FormValues) => said(await desk.does(who, { ...filing, values }));
    expect(await sent("sam", { ...NORMAL, customer: "ACME", contact: "carl" })).toBe(
      "ACME-1 is filed. Carl Reyes gets the receipt.",
    );
    expect(await sent("carl", NORMAL)).toBe("ACME-2 is filed. You get the receipt in your direct messages.");
  });

  test("asks for replies in words that are true where there are no threads", async () => {
    await using desk = await aDesk("2026-12-04 14:00");
    await desk.files("carl", NORMAL, "acme");
    const hints = desk.chat.seen.flatMap(({ message }) =>
      message.kind === "card" || message.kind === "receipt" ? [message.hint[0]] : [],
    );
    expect(new Set(hints)).toEqual(
      new Set([
        "Answer by a reply to this message. Time left as of ",
        "Reply to this message and the support team reads it.",
      ]),
    );
  });

  test("by support with a time in the future is refused", async () => {
    await using desk = await aDesk("2026-12-04 14:00");
    const values = {
      ...NORMAL,
      customer: "ACME",
      receivedBy: "phone",
      receivedAt: new Date("2026-12-05T15:00:00Z"),
    };
    const reply = await desk.does("sam", {
      kind: "submit",
      form: "file",
      carry: { ticket: null, place: null },
      values,
    });
    expect(said(reply)).toBe("receivedAt: This lies in the future. Say when it happened.");
  });

  test("for a customer that is not one's own is refused, whatever the form says", async () => {
    await using desk = await aDesk("2026-12-04 14:00");
    const values = { ...NORMAL, customer: "PCC" };
    const reply = await desk.does("carl", {
      kind: "submit",
      form: "file",
      carry: { ticket: null, place: null },
      values,
    });
    expect(said(reply)).toBe("customer: Choose the customer that this is for.");
  });

  test("by somebody whom the desk does not know is refused with whom to ask", async () => {
    await using desk = await aDesk("2026-12-04 14:00");
    const reply = await desk.does("slack:U0STRANGER", { kind: "words", text: "list" });
    expect(said(reply)).toContain("Belfry does not know you yet.");
  });

  test("of the same form twice files once, and answers the same", async () => {
    await using desk = await aDesk("2026-12-04 14:00");
    const { openDoor } = await import("../../src/desk/inbox.ts");
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const door = await openDoor({ store: desk.store, now: () => desk.now(), log });
    const intent = {
      key: "slack:view:T1:V1:U1",
      who: PLACES["carl"] ?? "",
      place: null,
      do: {
        kind: "submit" as const,
        form: "file" as const,
        carry: { ticket: null, place: null },
        values: NORMAL,
      },
    };
    const replies = await Promise.all([door.receive(intent), door.receive(intent), door.receive(intent)]);
    await door.close();
    expect(new Set(replies.map(said)).size).toBe(1);
    expect(said(await desk.does("carl", { kind: "words", text: "list" }))).toContain("Open tickets: 1");
  });

  test("keeps a text of 200,000 characters whole, and whatever it holds", async () => {
    await using desk = await aDesk("2026-12-04 14:00");
    const body = `'; drop table tickets;-- %_\\ <!channel> \u202Eabc 😀 ${"x".repeat(200_000)}`;
    await desk.files("carl", { ...NORMAL, title: "<!channel> *x* <https://evil|here>", body });
    const ticket = await desk.store.transaction((tx) => tx.ticketByNumber("ACME-1"));
    expect(ticket?.body).toBe(body);
    expect(ticket?.title).toBe("<!channel> *x* <https://evil|here>");
  });
});
