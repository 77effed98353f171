// Modals and the home tab: who may open one, what is filled in, and what becomes of it.
import type { ModalView } from "@slack/types";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PageState } from "../../src/sandbox/page-protocol.ts";
import { ACME, CARL, SAM, startRig, type Delivery, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

const refused = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "not refused",
    (error: unknown) => (error as { data: { error: string } }).data.error,
  );

const FORM: ModalView = {
  type: "modal",
  callback_id: "ticket",
  private_metadata: "kept",
  title: { type: "plain_text", text: "File a ticket" },
  submit: { type: "plain_text", text: "File" },
  blocks: [
    {
      type: "input",
      block_id: "title",
      label: { type: "plain_text", text: "Title" },
      element: { type: "plain_text_input", action_id: "text", initial_value: "The printer" },
    },
    {
      type: "input",
      block_id: "shot",
      optional: true,
      label: { type: "plain_text", text: "Screenshot" },
      element: { type: "file_input", action_id: "files" },
    },
    {
      type: "actions",
      block_id: "more",
      elements: [
        { type: "button", action_id: "add", text: { type: "plain_text", text: "Add" }, value: "one" },
      ],
    },
  ],
};

const titled = (text: string): ModalView => ({ ...FORM, title: { type: "plain_text", text } });

/** A person's fresh trigger id. */
async function trigger(as = CARL): Promise<string> {
  await rig.act("shortcut", { as, callbackId: "file_ticket" });
  const { payload } = await rig.app.next("shortcut");
  expect(payload).toMatchObject({ callback_id: "file_ticket", user: { id: as } });
  return String(payload["trigger_id"]);
}

/** A form that this person has open. */
async function open(as = CARL, view: ModalView = FORM): Promise<string> {
  const opened = await rig.web.views.open({ trigger_id: await trigger(as), view });
  return String(opened.view?.id);
}

async function viewsOf(person: string): Promise<PageState["views"]> {
  return (await rig.see(person)).views;
}

describe("opening a view", () => {
  it("takes a trigger once", async () => {
    const trigger_id = await trigger();
    const opened = await rig.web.views.open({ trigger_id, view: FORM });
    expect(opened.view).toMatchObject({
      type: "modal",
      callback_id: "ticket",
      private_metadata: "kept",
      state: { values: {} },
    });
    expect(await refused(rig.web.views.open({ trigger_id, view: FORM }))).toBe("exchanged_trigger_id");
    expect((await viewsOf(CARL)).map(({ id }) => id)).toEqual([opened.view?.id]);
    expect(await viewsOf(SAM)).toEqual([]);
  });

  it("takes a trigger within three seconds of the machine's clock", async () => {
    rig.machine.now = 1_000_000;
    const [early, late] = [await trigger(), await trigger()];
    rig.machine.now += 3_000;
    await rig.web.views.open({ trigger_id: early, view: FORM });
    rig.machine.now += 1;
    expect(await refused(rig.web.views.open({ trigger_id: late, view: FORM }))).toBe("expired_trigger_id");
  });

  it("does not mind how far the sandbox's clock is turned", async () => {
    const trigger_id = await trigger();
    await rig.act("clock", { by: 60 });
    await rig.web.views.open({ trigger_id, view: FORM });
  });

  it("refuses a trigger of another shape, and a view beyond the limits without using the trigger", async () => {
    expect(await refused(rig.web.views.open({ trigger_id: "made up", view: FORM }))).toBe(
      "invalid_trigger_id",
    );
    const trigger_id = await trigger();
    await expect(rig.web.views.open({ trigger_id, view: titled("x".repeat(25)) })).rejects.toMatchObject({
      data: {
        error: "invalid_arguments",
        response_metadata: {
          messages: ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"],
        },
      },
    });
    await rig.web.views.open({ trigger_id, view: FORM });
  });

  it("stacks three views and no more", async () => {
    const first = await open();
    const second = await rig.web.views.push({ trigger_id: await trigger(), view: titled("2") });
    expect(second.view).toMatchObject({ previous_view_id: first, root_view_id: first });
    await rig.web.views.push({ trigger_id: await trigger(), view: titled("3") });
    expect(await refused(rig.web.views.push({ trigger_id: await trigger(), view: titled("4") }))).toBe(
      "push_limit_reached",
    );
    expect(await refused(rig.web.views.push({ trigger_id: await trigger(SAM), view: FORM }))).toBe(
      "not_found",
    );
  });

  it("updates a view by id or external id, guarded by its hash", async () => {
    const { view } = await rig.web.views.open({
      trigger_id: await trigger(),
      view: { ...FORM, external_id: "carls-form" },
    });
    const view_id = String(view?.id);
    const updated = await rig.web.views.update({ view_id, hash: String(view?.hash), view: titled("Again") });
    expect(updated.view?.hash).not.toBe(view?.hash);
    expect(await refused(rig.web.views.update({ view_id, hash: String(view?.hash), view: FORM }))).toBe(
      "hash_conflict",
    );
    expect(await refused(rig.web.views.update({ view_id: "V404", view: FORM }))).toBe("not_found");
    expect(await refused(rig.web.views.update({ external_id: "nobodys", view: FORM }))).toBe("not_found");

    await rig.web.views.update({ view_id, view: { ...FORM, external_id: "shared" } });
    const other = { trigger_id: await trigger(SAM), view: { ...FORM, external_id: "shared" } };
    expect(await refused(rig.web.views.open(other))).toBe("duplicate_external_id");
  });
});

describe("submitting a view", () => {
  const values = { title: { text: { type: "plain_text_input", value: "The press" } } };
  let view: string;
  let answer: unknown;
  beforeEach(async () => {
    view = await open();
    answer = undefined;
    rig.app.answer = () => (answer === undefined ? { status: 200 } : { status: 200, body: answer });
  });
  const submit = () => rig.act("submit", { as: CARL, view, values });

  it("tells the app everything that was filled in, and closes", async () => {
    expect(await submit()).toEqual({});
    const { payload, isSigned } = await rig.app.next("view_submission");
    expect(isSigned).toBe(true);
    expect(payload).toMatchObject({
      user: { id: CARL },
      response_urls: [],
      view: {
        id: view,
        callback_id: "ticket",
        private_metadata: "kept",
        state: { values: { ...values, shot: { files: { type: "file_input", files: [] } } } },
      },
    });
    expect(await viewsOf(CARL)).toEqual([]);
  });

  it("fills in what the page leaves out by what the app proposed", async () => {
    await rig.act("submit", { as: CARL, view, values: {} });
    const { payload } = await rig.app.next("view_submission");
    expect(payload).toMatchObject({
      view: { state: { values: { title: { text: { value: "The printer" } } } } },
    });
  });

  it("brings uploaded files with it, as their owner's", async () => {
    const uploaded = await fetch(`${rig.sandbox.url}/page-api/upload`, {
      method: "POST",
      headers: { "x-file-name": encodeURIComponent("Ř shot.png"), "content-type": "image/png" },
      body: "bytes",
    });
    const file = (await uploaded.json()) as { id: string; name: string; url: string };
    expect(file.name).toBe("Ř shot.png");
    await rig.act("submit", {
      as: CARL,
      view,
      values: { shot: { files: { type: "file_input", files: [file] } } },
    });
    const { payload } = await rig.app.next("view_submission");
    expect(payload).toMatchObject({
      view: {
        state: {
          values: { shot: { files: { files: [{ id: file.id, name: "Ř shot.png", user: CARL, size: 5 }] } } },
        },
      },
    });
    expect(await (await fetch(rig.sandbox.url + file.url)).text()).toBe("bytes");
  });

  it("gives an address for a channel that was chosen to answer to", async () => {
    const where: ModalView["blocks"][number] = {
      type: "input",
      block_id: "where",
      label: { type: "plain_text", text: "Where" },
      element: { type: "conversations_select", action_id: "place", response_url_enabled: true },
    };
    await rig.web.views.update({ view_id: view, view: { ...FORM, blocks: [where] } });
    const chosen = { where: { place: { type: "conversations_select", selected_conversation: ACME } } };
    await rig.act("submit", { as: CARL, view, values: chosen });
    const { payload } = await rig.app.next("view_submission");
    const [place] = payload["response_urls"] as {
      channel_id: string;
      block_id: string;
      response_url: string;
    }[];
    expect(place).toMatchObject({ channel_id: ACME, block_id: "where", action_id: "place" });
    const path = String(place?.response_url).replace(rig.sandbox.url, "");
    await rig.post(path, { response_type: "in_channel", text: "answered" });
    const { messages } = await rig.web.conversations.history({ channel: ACME });
    expect(messages?.map(({ text }) => text)).toEqual(["answered"]);
  });

  it("stays open with the app's errors under their inputs", async () => {
    answer = { response_action: "errors", errors: { title: "Please say more." } };
    expect(await submit()).toEqual({ errors: { title: "Please say more." } });
    expect(await viewsOf(CARL)).toHaveLength(1);
  });

  it.each([
    ["errors for a block that is none", { response_action: "errors", errors: { nowhere: "x" } }],
    ["an unknown action", { response_action: "explode" }],
    ["a view that Slack refuses", { response_action: "update", view: { type: "modal" } }],
    ["no JSON", "thanks"],
  ])("stays open and says that there was trouble for %s", async (_what, given) => {
    answer = given;
    expect(await submit()).toEqual({ notice: "We had some trouble connecting. Try again?" });
    expect(await viewsOf(CARL)).toHaveLength(1);
    expect(rig.log.join()).toContain("answered a submission");
  });

  it("is replaced, topped or cleared away as the app says", async () => {
    answer = { response_action: "update", view: titled("Updated") };
    await submit();
    answer = { response_action: "push", view: titled("Pushed") };
    await submit();
    expect((await viewsOf(CARL)).map((open) => open.view.title.text)).toEqual(["Updated", "Pushed"]);
    answer = { response_action: "clear" };
    await submit();
    expect(await viewsOf(CARL)).toEqual([]);
  });

  it("stays open where the app is late or fails, and is not sent again by itself", async () => {
    rig.app.answer = () => ({ status: 500 });
    expect(await submit()).toEqual({ notice: "We had some trouble connecting. Try again?" });
    expect(await viewsOf(CARL)).toHaveLength(1);
    expect(rig.app.deliveries.filter(({ kind }) => kind === "view_submission")).toHaveLength(1);
  });

  it("is refused to anybody else, and where it is closed", async () => {
    const other = await rig.post("/page-api/submit", { as: SAM, view, values });
    expect(other).toMatchObject({ status: 409, json: { error: "This form is closed." } });
  });
});

describe("acting inside a view", () => {
  it("tells the app the action and the state around it", async () => {
    const view = await open();
    const values = { title: { text: { type: "plain_text_input", value: "half written" } } };
    const action = { type: "button", block_id: "more", action_id: "add" };
    await rig.act("press", { as: CARL, where: { view }, action, values });
    const { payload } = await rig.app.next("block_actions");
    expect(payload).toMatchObject({
      container: { type: "view", view_id: view },
      actions: [{ ...action, value: "one", text: { text: "Add" } }],
      view: { id: view, state: { values } },
    });
    expect(payload).not.toHaveProperty("response_url");
    await rig.web.views.push({ trigger_id: String(payload["trigger_id"]), view: titled("More") });
  });

  it("tells of a close only where the app asked for it", async () => {
    await rig.act("close", { as: CARL, view: await open() });
    const view = await open(CARL, { ...FORM, notify_on_close: true });
    await rig.act("close", { as: CARL, view });
    expect((await rig.app.next("view_closed")).payload).toMatchObject({
      view: { id: view },
      is_cleared: false,
    });
    expect(rig.app.deliveries.filter(({ kind }: Delivery) => kind === "view_closed")).toHaveLength(1);
    expect(await viewsOf(CARL)).toEqual([]);
  });

  it("closes the whole stack where the view says so", async () => {
    await open();
    const trigger_id = await trigger();
    const { view } = await rig.web.views.push({ trigger_id, view: { ...FORM, clear_on_close: true } });
    await rig.act("close", { as: CARL, view: String(view?.id) });
    expect(await viewsOf(CARL)).toEqual([]);
  });
});

describe("the home tab", () => {
  it("is published for one person, guarded by its hash, and can be acted on", async () => {
    const view = { type: "home" as const, blocks: FORM.blocks.slice(2) };
    const first = await rig.web.views.publish({ user_id: CARL, view });
    expect((await rig.see(CARL)).home).toMatchObject({ type: "home" });
    expect((await rig.see(SAM)).home).toBeNull();
    await rig.web.views.publish({ user_id: CARL, view, hash: String(first.view?.hash) });
    expect(
      await refused(rig.web.views.publish({ user_id: CARL, view, hash: String(first.view?.hash) })),
    ).toBe("hash_conflict");

    const action = { type: "button", block_id: "more", action_id: "add" };
    await rig.act("press", { as: CARL, where: { view: "home" }, action });
    expect((await rig.app.next("block_actions")).payload).toMatchObject({
      view: { type: "home" },
      user: { id: CARL },
    });
  });
});

describe("a button in a message", () => {
  const blocks = [
    {
      type: "actions" as const,
      block_id: "card",
      elements: [
        {
          type: "button" as const,
          action_id: "take",
          text: { type: "plain_text" as const, text: "Take" },
          value: "ACME-1",
        },
      ],
    },
  ];
  const action = { type: "button", block_id: "card", action_id: "take", value: "forged" };

  it("tells the app the message, the place and the app's own value", async () => {
    const { ts } = await rig.web.chat.postMessage({ channel: ACME, text: "card", blocks });
    const where = { message: { channel: ACME, ts: String(ts) } };
    expect(await rig.act("press", { as: SAM, where, action })).toEqual({});
    expect((await rig.app.next("block_actions")).payload).toMatchObject({
      type: "block_actions",
      user: { id: SAM, username: "sam" },
      container: { type: "message", message_ts: ts, channel_id: ACME, is_ephemeral: false },
      channel: { id: ACME, name: "acme" },
      message: { ts, text: "card", bot_id: "B0BELFRY001" },
      actions: [
        { block_id: "card", action_id: "take", value: "ACME-1", action_ts: expect.any(String) as string },
      ],
    });
  });

  it("is gone where the message has changed meanwhile, and not there for who cannot see it", async () => {
    const { ts } = await rig.web.chat.postMessage({ channel: ACME, text: "card", blocks });
    const where = { message: { channel: ACME, ts: String(ts) } };
    await rig.web.chat.update({ channel: ACME, ts: String(ts), text: "closed", blocks: [] });
    expect(await rig.post("/page-api/press", { as: SAM, where, action })).toMatchObject({ status: 409 });
    expect(await rig.post("/page-api/press", { as: "U0KATE00001", where, action })).toMatchObject({
      status: 403,
    });
  });

  it("says so where the app does not answer", async () => {
    const { ts } = await rig.web.chat.postMessage({ channel: ACME, text: "card", blocks });
    rig.app.answer = () => ({ status: 404 });
    const where = { message: { channel: ACME, ts: String(ts) } };
    expect(await rig.act("press", { as: SAM, where, action })).toEqual({
      notice: "Belfry did not answer (dispatch_failed).",
    });
  });

  it("gives an address to answer to: replace, delete, or say something, five times in half an hour", async () => {
    rig.machine.now = 1_000_000;
    const { ts } = await rig.web.chat.postMessage({ channel: ACME, text: "card", blocks });
    const url = await responseUrl(String(ts));
    const texts = async (person: string): Promise<string[]> =>
      (await rig.see(person)).channels.find(({ id }) => id === ACME)?.messages.map(({ text }) => text) ?? [];

    expect(await respond(url, { replace_original: true, text: "replaced" })).toEqual({ ok: true });
    expect(await texts(CARL)).toEqual(["replaced"]);
    await respond(url, { text: "for Sam" });
    await respond(url, { response_type: "in_channel", text: "for all" });
    expect(await texts(SAM)).toEqual(["replaced", "for Sam", "for all"]);
    expect(await texts(CARL)).toEqual(["replaced", "for all"]);
    expect(await respond(url, { blocks: [{ type: "nonsense" }] })).toMatchObject({
      ok: false,
      error: "invalid_blocks",
    });
    await respond(url, { delete_original: true });
    expect(await texts(CARL)).toEqual(["for all"]);
    expect(await respond(url, { text: "a sixth" })).toEqual({ ok: false, error: "used_url" });
    expect(await respond(`${rig.sandbox.url}/response/unknown`, { text: "x" })).toEqual({
      ok: false,
      error: "expired_url",
    });
  });

  it("gives an address that lasts half an hour of the machine's time", async () => {
    rig.machine.now = 1_000_000;
    const { ts } = await rig.web.chat.postMessage({ channel: ACME, text: "card", blocks });
    const url = await responseUrl(String(ts));
    rig.machine.now += 30 * 60_000;
    expect(await respond(url, { text: "in time" })).toEqual({ ok: true });
    rig.machine.now += 1;
    expect(await respond(url, { text: "late" })).toEqual({ ok: false, error: "expired_url" });
  });

  async function responseUrl(ts: string): Promise<string> {
    await rig.act("press", { as: SAM, where: { message: { channel: ACME, ts } }, action });
    return String((await rig.app.next("block_actions")).payload["response_url"]);
  }

  async function respond(url: string, body: unknown): Promise<unknown> {
    return (await rig.post(url.replace(rig.sandbox.url, ""), body)).json;
  }
});

describe("a shortcut on a message", () => {
  it("tells the app which message", async () => {
    const { ts } = await rig.web.chat.postMessage({ channel: ACME, text: "card" });
    await rig.act("shortcut", {
      as: SAM,
      callbackId: "from_message",
      message: { channel: ACME, ts: String(ts) },
    });
    expect((await rig.app.next("message_action")).payload).toMatchObject({
      callback_id: "from_message",
      message_ts: ts,
      message: { text: "card" },
      channel: { id: ACME },
    });
  });
});
