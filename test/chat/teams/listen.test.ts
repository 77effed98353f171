// Everything that people do in Teams, over plain HTTP with activities as Teams sends them, with a real desk behind the door.
import { describe, expect, it } from "vitest";
import { aTeamsDesk, MODES, type TeamsDesk } from "../../support/bridge-desk.ts";
import { buttonOf, CHANNELS, chatOf, IDS, type Answered } from "../../support/teams-desk.ts";
import { wordsIn } from "../../support/teams-double.ts";

const TUESDAY = "2026-11-24 10:00";
const FILED = {
  "text:title": "Nobody can order",
  "text:body": "The shop says 502.",
  "one:level": "normal",
};

/** What a press or a dialog is answered, in words. */
function answerIn({ status, body }: Answered): string {
  expect(status).toBe(200);
  const { value, task } = (body ?? {}) as { value?: unknown; task?: { value: unknown } };
  const said = task === undefined ? value : task.value;
  return typeof said === "string" ? said : wordsIn(said as object);
}

/** The last message in a conversation, in words. */
function lastIn(desk: TeamsDesk, conversation: string): string {
  return wordsIn(desk.teams.in(conversation).at(-1)?.activity ?? {});
}

/** Carl files by the card in his chat; gives the ticket's number. */
async function filed(desk: TeamsDesk, more: object = {}): Promise<string> {
  await desk.people.says("carl", "ticket");
  const form = desk.teams.in(chatOf("carl")).at(-1);
  const { data } = buttonOf(form?.activity, "File ticket");
  const answer = await desk.people.presses("carl", data, {
    on: form?.id ?? "",
    inputs: { ...FILED, ...more },
  });
  const number = /ACME-\d+/.exec(answerIn(answer))?.[0];
  if (number === undefined) throw new Error(`not filed: ${answerIn(answer)}`);
  await desk.settle();
  return number;
}

/** The card of a ticket in the support channel. */
function supportCard(desk: TeamsDesk) {
  const card = desk.teams
    .in(CHANNELS.support)
    .find(({ activity }) => /· Nobody can order/.test(wordsIn(activity)));
  if (card === undefined) throw new Error("There is no card in the support channel.");
  return card;
}

describe.each(MODES)("in %s mode", (mode) => {
  it("every command is answered in a person's own chat", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode });
    const { people } = desk;
    const number = await filed(desk);
    const asked: [string, string, RegExp][] = [
      ["carl", "help", /opens the form/],
      ["carl", "ticket help", /opens the form/],
      ["carl", "ticket list", /Open tickets: 1[^]*ACME-1 Nobody can order/],
      ["carl", "ticket mine", /Open tickets: 1/],
      ["carl", `ticket show ${number}`, /ACME-1 · Nobody can order/],
      ["carl", `/ticket why ${number}`, /Why this time\?/],
      ["carl", `ticket take ${number}`, /Only the support team can do this/],
      ["carl", "ticket show ACME-99", /no ticket ACME-99/],
      ["carl", "ticket Printer is down", /Title: Printer is down/],
      ["carl", "hello there", /opens the form/],
      ["carl", "home", /Open tickets: 1[^]*\(Settings\)/],
      ["sam", "ticket home", /Your shift, (primary|secondary) of weekly/],
      ["sam", `ticket take ${number}`, /You have taken ACME-1/],
      ["sam", `ticket ack ${number}`, /ACME-1/],
      ["sam", `ticket mine`, /Your tickets: 1/],
      ["sam", `ticket close ${number}`, /How was it resolved\?/],
      ["sam", `ticket reply ${number} Look again, please.`, /ACME-1|customer/],
      ["kate", `ticket note ${number} Seen before.`, /Noted on ACME-1/],
    ];
    for (const [who, words, answer] of asked) {
      expect(await people.says(who, words), words).toEqual({ status: 200, body: null });
      await desk.settle();
      const answers = desk.teams.in(chatOf(who)).map(({ activity }) => wordsIn(activity));
      expect(answers.join("\n---\n"), words).toMatch(answer);
    }
  });

  it("the form in a message keeps what was typed, says what is wrong, and is sent once", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode });
    const { people, teams } = desk;
    await people.says("carl", "ticket Nobody can order");
    const [form] = teams.in(chatOf("carl"));
    expect(wordsIn(form?.activity ?? {})).toContain("[Title: Nobody can order]");
    const { data } = buttonOf(form?.activity, "File ticket");
    const on = form?.id ?? "";

    const typed = { "text:title": "Nobody can order", "one:level": "urgent", "yes:confirm": "false" };
    const refused = await people.presses("carl", data, { on, inputs: typed });
    expect(answerIn(refused)).toMatch(/⚠ Say what happened; it saves a question\.\n\[What happened/);
    expect(answerIn(refused)).toContain("⚠ Confirm it, or choose another level.");
    expect(answerIn(refused)).toContain("[Title: Nobody can order]");
    expect(JSON.stringify(refused.body)).toContain('"value":"urgent"');

    const redraw = buttonOf(refused.body, "Show what is promised").data;
    expect(answerIn(await people.presses("carl", redraw, { on, inputs: typed }))).toMatch(/First answer by/);

    const again = buttonOf(refused.body, "File ticket").data;
    const sent = { on, inputs: { ...typed, "text:body": "The shop says 502.", "one:level": "normal" } };
    const twice = await Promise.all([
      people.presses("carl", again, sent),
      people.presses("carl", again, sent),
    ]);
    for (const answer of twice) expect(answerIn(answer)).toContain("ACME-1 is filed.");
    await desk.settle();
    expect(await desk.eventsOf("ACME-1")).toEqual(["filed"]);
    expect(await desk.eventsOf("ACME-2")).toEqual([]);
    // The form is gone for everybody else, too.
    expect(wordsIn(form?.activity ?? {})).not.toContain("[Title");
    expect(lastIn(desk, chatOf("carl"))).toContain("ACME-1 · Nobody can order");
  });

  it("a card's buttons are answered in their place, and everybody sees the ticket as it then is", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode });
    const { people } = desk;
    await filed(desk);
    const card = supportCard(desk);
    const press = (title: string, inputs = {}, from: unknown = card.activity) =>
      people.presses("sam", buttonOf(from, title).data, {
        in: CHANNELS.support,
        thread: card.id,
        on: card.id,
        inputs,
      });

    expect(answerIn(await press("Take"))).toBe("You have taken ACME-1.");
    await desk.settle();
    expect(card.edits).toBeGreaterThan(0);
    expect(wordsIn(card.activity)).toContain("Assignee: Sam Okafor");

    expect(answerIn(await press("Why this time?"))).toMatch(/Why this time\?[^]*\(Back to the ticket\)/);

    const form = await press("Reply");
    expect(answerIn(form)).toContain("[Your message: ]");
    expect(answerIn(await press("Cancel", {}, form.body))).toContain("Nothing was changed.");
    const empty = await press("Send", { "text:text": " " }, form.body);
    expect(answerIn(empty)).toMatch(/⚠ .+\n\[Your message: \]/);
    const done = await press("Send", { "text:text": "We are on it." }, form.body);
    expect(answerIn(done)).toMatch(/ACME-1 · Nobody can order/);
    await desk.settle();
    expect(lastIn(desk, CHANNELS.acme)).toContain("We are on it.");

    const closing = await press("Close");
    const closed = await press("Close ticket", { "text:text": "Fixed." }, closing.body);
    expect(answerIn(closed)).toContain("ACME-1 is closed.");
    await desk.settle();
    expect(wordsIn(card.activity)).toContain("Status: Closed");
    expect(await desk.eventsOf("ACME-1")).toEqual(["filed", "taken", "answered", "closed"]);
  });

  it("clients without Action.Execute press by a message, and are answered by one", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode });
    const { people, teams } = desk;
    await filed(desk);
    const card = supportCard(desk);
    const scene = { in: CHANNELS.support, thread: card.id };
    const submit = (who: string, title: string, from: unknown, more: object = {}, value: object = {}) =>
      people.sends(
        people.activity(who, scene, {
          type: "message",
          replyToId: card.id,
          value: { ...buttonOf(from, title).data, ...value },
          ...more,
        }),
      );
    await submit("sam", "Take", card.activity);
    await desk.settle();
    expect(lastIn(desk, CHANNELS.support)).toMatch(/You have taken ACME-1|Sam Okafor has taken it/);
    await submit("sam", "Reply", card.activity);
    // A form of an act would show the ticket to everybody: it goes to the person's own chat.
    const form = teams.in(chatOf("sam")).at(-1);
    expect(wordsIn(form?.activity ?? {})).toContain("[Your message");
    const inChat = (value: object) =>
      people.sends(
        people.activity(
          "sam",
          {},
          {
            ...{ type: "message", replyToId: form?.id },
            value: { ...buttonOf(form?.activity, "Send").data, ...value },
          },
        ),
      );
    await inChat({ "text:text": "" });
    expect(wordsIn(form?.activity ?? {})).toMatch(/⚠/);
    await inChat({ "text:text": "By another way." });
    await desk.settle();
    expect(lastIn(desk, CHANNELS.acme)).toContain("By another way.");
  });

  it("the message extension, its slash command and “Create ticket” open the form as a dialog", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode });
    const { people } = desk;
    const opened = await people.invokes("carl", "composeExtension/fetchTask", {
      ...{ commandId: "file", commandContext: "compose", context: { theme: "dark" } },
    });
    expect(opened.body).toMatchObject({ task: { type: "continue", value: { title: "New ticket" } } });
    expect(JSON.stringify(opened.body)).not.toContain("Action.Execute");

    const message = {
      ...{ id: "1", linkToMessage: "https://teams.microsoft.com/l/message/19:x/1" },
      body: { contentType: "html", content: "<p>Orders &amp; more fail</p><p>since nine</p>" },
    };
    const from = await people.invokes("carl", "composeExtension/fetchTask", {
      ...{ commandId: "fromMessage", commandContext: "message", messagePayload: message },
    });
    expect(answerIn(from)).toMatch(
      /\[Title: Orders & more fail[^]*\[What happened: Orders & more fail\nsince nine[^]*l\/message/,
    );

    const { data } = buttonOf(from.body, "File ticket");
    const empty = await people.invokes("carl", "composeExtension/submitAction", { commandId: "file", data });
    expect(answerIn(empty)).toMatch(/⚠ Give it a title/);
    const values = { ...data, ...FILED };
    const done = await people.invokes("carl", "composeExtension/submitAction", {
      commandId: "file",
      data: values,
    });
    expect(answerIn(done)).toContain("ACME-1 is filed.");
    const redrawn = await people.invokes("carl", "task/submit", {
      data: { ...buttonOf(from.body, "Show what is promised").data, ...FILED },
    });
    expect(answerIn(redrawn)).toMatch(/First answer by/);
    await desk.settle();
    expect(await desk.eventsOf("ACME-1")).toEqual(["filed"]);
  });

  it("a form can be opened as a dialog from its card", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode });
    const { people } = desk;
    await filed(desk);
    const card = supportCard(desk);
    const scene = { in: CHANNELS.support, thread: card.id };
    const form = await people.presses("sam", buttonOf(card.activity, "Reply").data, {
      ...scene,
      on: card.id,
    });
    const { data } = buttonOf(form.body, "Open as a dialog");
    expect(data).toMatchObject({ msteams: { type: "task/fetch" } });
    const dialog = await people.invokes("sam", "task/fetch", { data }, scene);
    expect(dialog.body).toMatchObject({ task: { type: "continue", value: { title: "Reply" } } });
    const send = buttonOf(dialog.body, "Send").data;
    const faulty = await people.invokes("sam", "task/submit", { data: send }, scene);
    expect(answerIn(faulty)).toMatch(/⚠/);
    await people.invokes("sam", "task/submit", { data: { ...send, "text:text": "From a dialog." } }, scene);
    await desk.settle();
    expect(lastIn(desk, CHANNELS.acme)).toContain("From a dialog.");
  });

  it("in a channel Belfry listens where it is mentioned, and shows nobody what is another's", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode });
    const { people, teams } = desk;
    await filed(desk);
    const before = teams.delivered.length;
    await people.says("sam", "ticket list", { in: CHANNELS.acme });
    expect(teams.delivered).toHaveLength(before);

    await people.says("sam", "ticket list", { in: CHANNELS.acme, mention: true, more: { id: "900" } });
    const said = teams.delivered
      .slice(before)
      .map(({ conversation, activity }) => [conversation, wordsIn(activity)]);
    expect(said[0]?.[0]).toBe(chatOf("sam"));
    expect(said[0]?.[1]).toContain("ACME-1");
    expect(said[1]).toEqual([
      `${CHANNELS.acme};messageid=900`,
      expect.stringMatching(/^The answer is in your chat|^⚠ The answer is in your chat/),
    ]);

    // Whoever has not installed the app has no chat.
    teams.chats.clear();
    await people.says("kate", "ticket list", { in: CHANNELS.acme, mention: true, more: { id: "901" } });
    expect(lastIn(desk, CHANNELS.acme)).toContain("add the app Belfry for yourself");

    await people.says("carl", "ticket Presses stand still", {
      in: CHANNELS.acme,
      mention: true,
      more: { id: "902" },
    });
    const form = teams.in(CHANNELS.acme).at(-1);
    expect(form?.conversation).toBe(`${CHANNELS.acme};messageid=902`);
    expect(wordsIn(form?.activity ?? {})).toContain("[Title: Presses stand still]");
    await people.says("carl", "what can you do?", { in: CHANNELS.acme, mention: true, more: { id: "903" } });
    expect(lastIn(desk, CHANNELS.acme)).toContain("opens the form");

    const group = "19:group@thread.v2";
    await people.says("carl", "help", { in: group, group: true, mention: true });
    expect(lastIn(desk, group)).toContain("opens the form");
  });

  it("replies in threads go both ways, once, and are marked", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode });
    const { people, teams } = desk;
    await filed(desk);
    const card = supportCard(desk);
    const support = { in: CHANNELS.support, thread: card.id };
    const message = people.activity("sam", support, { type: "message", text: "Try again, please." });
    await people.sends(message);
    await people.sends(message);
    await desk.settle();
    expect(
      teams.in(CHANNELS.acme).filter(({ activity }) => wordsIn(activity).includes("Try again")),
    ).toHaveLength(1);
    expect(lastIn(desk, CHANNELS.support)).toContain("Passed on.");

    const post = teams.in(CHANNELS.acme)[0];
    await people.says("carl", "It works now.", { in: CHANNELS.acme, thread: post?.id ?? "" });
    await desk.settle();
    const heard = teams.in(CHANNELS.support).at(-1);
    expect(heard?.conversation).toBe(`${CHANNELS.support};messageid=${card.id}`);
    expect(wordsIn(heard?.activity ?? {})).toContain("It works now.");

    // In a chat, Teams puts what is answered in front of the words.
    const receipt = teams
      .in(chatOf("carl"))
      .find(({ activity }) => wordsIn(activity).includes("ACME-1 · Nobody"));
    const content = `<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="${receipt?.id}"><p>Belfry</p></blockquote><p>And thanks &amp; bye.</p>`;
    await people.says("carl", "Belfry And thanks", {
      more: { attachments: [{ contentType: "text/html", content }] },
    });
    await desk.settle();
    expect(
      teams
        .in(CHANNELS.support)
        .map(({ activity }) => wordsIn(activity))
        .join("\n"),
    ).toMatch(/And thanks & bye\./);

    await people.says("sam", "// only for us", { ...support });
    await desk.settle();
    expect(
      teams
        .in(CHANNELS.acme)
        .map(({ activity }) => wordsIn(activity))
        .join("\n"),
    ).not.toContain("only for us");
    expect(await desk.eventsOf("ACME-1")).toEqual(["filed", "answered", "wrote", "wrote", "noted"]);
  });

  it("a chat's lines say which ticket they are about", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode });
    await filed(desk);
    await desk.people.says("sam", "ticket close ACME-1 Fixed.");
    await desk.people.presses("sam", { belfry: { do: "act", act: "show", ticket: "ACME-1" } });
    const form = desk.teams.in(chatOf("sam")).at(-1);
    expect(form).toBeDefined();
    await desk.people.says("sam", "ticket change-level ACME-1 urgent Nobody can order at all");
    await desk.settle();
    const lines = desk.teams.in(chatOf("carl")).map(({ activity }) => wordsIn(activity));
    expect(lines.some((line) => /^ACME-1 Nobody can order: /.test(line))).toBe(true);
  });

  it("a forged press, an unknown one and an unknown invoke are answered, and do nothing", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode });
    const { people } = desk;
    await filed(desk);
    expect(
      answerIn(await people.presses("carl", { belfry: { do: "act", act: "delete", ticket: "ACME-1" } })),
    ).toMatch(/cannot read this/);
    expect(answerIn(await people.presses("carl", { nonsense: true }))).toMatch(/cannot read this/);
    expect(
      answerIn(await people.presses("carl", { belfry: { do: "act", act: "close", ticket: "ACME-1" } })),
    ).toMatch(/Only the support team/);
    const draft = {
      id: "forged-draft",
      name: "close",
      carry: { ticket: "ACME-1", place: null },
      stand: "in place",
      zone: "Etc/UTC",
    };
    const forged = { belfry: { do: "submit", draft }, "text:text": "done" };
    expect(answerIn(await people.presses("carl", forged))).toMatch(/Only the support team/);
    const other = { ...draft, name: "reply", carry: { ticket: "HARBOR-1", place: null } };
    expect(
      answerIn(await people.presses("carl", { belfry: { do: "submit", draft: other }, "text:text": "x" })),
    ).toMatch(/no ticket/);
    expect((await people.invokes("carl", "signin/verifyState", {})).status).toBe(501);
    expect((await people.invokes("carl", "composeExtension/query", {})).status).toBe(200);
    expect(
      answerIn(
        await people.invokes("carl", "task/fetch", {
          data: { belfry: { do: "act", act: "take", ticket: "ACME-1" } },
        }),
      ),
    ).toMatch(/cannot read/);
    await people.sends(
      people.activity("carl", {}, { type: "messageReaction", reactionsAdded: [{ type: "like" }] }),
    );
    expect(await desk.eventsOf("ACME-1")).toEqual(["filed"]);
  });

  it("somebody whom the desk file does not have is told whom to ask", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode });
    const stranger = { from: { id: "29:x", name: "X", aadObjectId: "d0000000-0000-4000-8000-000000000009" } };
    for (const text of ["ticket", "ticket list", "help"]) {
      await desk.people.says("carl", text, { more: stranger });
      expect(lastIn(desk, chatOf("carl"))).toMatch(/does not know you yet|opens the form/);
    }
  });

  it("installing keeps where somebody is reached, is greeted, and removing forgets it", async () => {
    await using desk = await aTeamsDesk(TUESDAY, { mode });
    const { people, store } = desk;
    const install = (action: string) =>
      people.sends(people.activity("kate", {}, { type: "installationUpdate", action }));
    await install("add");
    const greeting = desk.teams.in(chatOf("kate")).map(({ activity }) => wordsIn(activity));
    expect(greeting).toEqual([
      expect.stringMatching(/^ticket: opens the form\./),
      expect.stringMatching(/^Open tickets: none\nOn call now, weekly: [^]*\(Settings\)/),
    ]);
    const kept = await store.references.recall(`teams:${IDS["kate"]}`);
    expect(JSON.parse(kept ?? "null")).toMatchObject({ conversation: chatOf("kate"), user: "29:kate" });
    const added = {
      type: "conversationUpdate",
      membersAdded: [{ id: "28:x" }],
      channelData: { tenant: { id: "aaaaaaaa-0000-4000-8000-000000000001" } },
    };
    expect((await people.sends(people.activity("kate", { in: CHANNELS.acme }, added))).status).toBe(200);
    expect(await store.references.recall(`teams:${CHANNELS.acme}`)).not.toBeNull();
    await install("remove");
    expect(await store.references.recall(`teams:${IDS["kate"]}`)).toBeNull();
  });
});

describe("an instant in a form", () => {
  it("is typed by the wall clock of whoever fills it in, and told where it is none", async () => {
    await using desk = await aTeamsDesk(TUESDAY);
    const { people } = desk;
    await filed(desk);
    const card = supportCard(desk);
    const scene = { in: CHANNELS.support, thread: card.id, on: card.id };
    const form = await people.presses("sam", buttonOf(card.activity, "Record a call").data, scene);
    expect(answerIn(form)).toMatch(
      /\[When was the call\?: 2026-11-24\]\n\[Time, in America\/Chicago: 10:00\]/,
    );
    const { data } = buttonOf(form.body, "Save");
    const half = await people.presses("sam", data, {
      ...scene,
      inputs: { "day:when": "2026-11-24", "time:when": "", "text:text": "Talked." },
    });
    expect(answerIn(half)).toMatch(/⚠ Give both a day and a time, or neither\.[^]*Talked\./);
    const done = await people.presses("sam", data, {
      ...scene,
      inputs: { "day:when": "2026-11-24", "time:when": "10:00" },
    });
    expect(answerIn(done)).toContain("The call is recorded on ACME-1.");
  });
});
