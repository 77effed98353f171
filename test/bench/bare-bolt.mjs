// A bare Bolt app, as its documentation begins: it checks Slack's signature, acknowledges a command and opens a form for it,
// acknowledges buttons, and stores nothing. Belfry's answers are measured beside it.
import { App, LogLevel } from "@slack/bolt";

const { SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET } = process.env;
const app = new App({
  token: SLACK_BOT_TOKEN,
  signingSecret: SLACK_SIGNING_SECRET,
  clientOptions: { slackApiUrl: SLACK_API_URL },
  logLevel: LogLevel.ERROR,
});
const title = { type: "plain_text", text: "New ticket" };
const element = { type: "plain_text_input", action_id: "title" };
const view = { type: "modal", title, blocks: [{ type: "input", block_id: "title", label: title, element }] };

app.command("/ticket", async ({ ack, client, body }) => {
  await ack();
  await client.views.open({ trigger_id: body.trigger_id, view });
});
app.action(/.*/, async ({ ack }) => {
  await ack();
});

const server = await app.start({ port: 0, host: "127.0.0.1" });
// Whoever started it is gone.
process.on("disconnect", () => process.exit());
process.send({ url: `http://127.0.0.1:${server.address().port}` });
