// Starts the sandbox's page: one person's view on a local Slack workspace.
//
// What end-to-end tests may hold on to: the group "Act as" with a button for each person; the navigation "Conversations"
// with buttons "#support" or "Belfry"; the log "Messages in #acme" whose messages are articles; the text box "Message
// #acme"; the complementary "Thread" with its text box "Reply in thread"; a form as a dialog by its title, its errors
// as alerts beside their fields; the clock's buttons and the scenes by what they show.
import { createRoot } from "react-dom/client";
import "slack-blocks-to-jsx/dist/style.css";
import { App } from "./App.tsx";
import { learnEmoji } from "./blocks/emoji.tsx";
import { addressOfPermalink } from "./place.ts";
import "./styles/page.css";
import "./styles/sidebar.css";
import "./styles/clock.css";
import "./styles/messages.css";
import "./styles/blocks.css";
import "./styles/forms.css";

const root = document.getElementById("page");
if (!root) throw new Error("The page has no element with the id page to be drawn into.");
// Whoever comes by a permalink from elsewhere goes on to the message.
const address = addressOfPermalink(window.location.href);
if (address !== null) window.history.replaceState(null, "", address);

learnEmoji();
createRoot(root).render(<App />);
