// The page's frame: it holds where one is, and gives every part what it needs of the newest state.
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Acts, PageChannel, PageState } from "../page-protocol.ts";
import { noticeOf, post } from "./acts.ts";
import { Channel } from "./Channel.tsx";
import { ClockBar } from "./ClockBar.tsx";
import { ConfirmProvider } from "./confirm.tsx";
import { draftKey, offerDraft } from "./drafts.ts";
import { Faults } from "./Faults.tsx";
import { useLive, type Live } from "./live.ts";
import { Modals } from "./Modal.tsx";
import { Notice } from "./Notice.tsx";
import { usePlace, type Place } from "./place.ts";
import { Scenes } from "./Scenes.tsx";
import { Sidebar } from "./Sidebar.tsx";
import { Thread } from "./Thread.tsx";
import { useTicking } from "./ticking.ts";
import { ViewerContext, type Viewer } from "./viewer.ts";

/** The whole page. Until the first state has come, and where the server cannot be reached, it says so. */
export function App() {
  const [place, go] = usePlace();
  const live = useLive(place.as);
  const shown = useSettled(live.state, place);
  useEffect(() => {
    // An address from another day may name somebody who is not here.
    if (live.isRefused && place.as !== undefined) go({});
  }, [live.isRefused, place.as, go]);

  if (!shown) {
    return (
      <p className="splash" role="status">
        {live.isConnected ? "Opening the sandbox…" : "Looking for the sandbox…"}
      </p>
    );
  }
  return <Workspace state={shown.state} place={shown.place} live={live} go={go} />;
}

interface WorkspaceProps {
  state: PageState;
  place: Place;
  live: Live;
  go: (place: Place) => void;
}

function Workspace({ state, place, live, go }: WorkspaceProps) {
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const [notice, setNotice] = useState<string | null>(null);
  const nowMs = useTicking({ now: state.clock.now, receivedAtMs: live.receivedAtMs }, 20_000);
  const viewer = useViewerOf(state, nowMs);
  const visited = useVisited();
  const as = state.me.id;
  const channel = openChannel(state, place.channel ?? visited.last(as));
  const isHome = place.pane === "home";
  const thread = channel?.messages.find((message) => message.ts === place.pane && !message.ephemeral);
  const others = state.people
    .filter((person) => person.id !== as)
    .reduce((sum, { unread }) => sum + unread, 0);
  const unread = state.channels.reduce((sum, channel) => sum + channel.unread, 0);

  useEffect(() => {
    if (channel) visited.note(as, channel.id);
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${channel?.name ?? "Belfry"} · ${state.me.name}`;
  });

  useEffect(() => {
    const inDrawer = document.querySelector<HTMLElement>(".sidebar .person[aria-pressed=true]");
    if (isDrawerOpen) inDrawer?.focus();
    return () => {
      if (isDrawerOpen) document.querySelector<HTMLElement>(".menu-button")?.focus();
    };
  }, [isDrawerOpen]);

  const openPane = useCallback(
    (pane?: string) => {
      go({ as, ...(channel && { channel: channel.id }), ...(pane !== undefined && { pane }) });
    },
    [as, channel?.id, go],
  );
  const turn = async (to: Acts["clock"]) => {
    setNotice(noticeOf(await post("clock", to)));
  };
  const setScene = async (id: string) => {
    const outcome = await post("scene", { id });
    if ("refused" in outcome) return setNotice(outcome.refused);
    const { as, channel, compose } = outcome.answer;
    setNotice(state.scenes.find((scene) => scene.id === id)?.means ?? null);
    offerDraft(draftKey(as, channel), compose);
    go({ as, channel });
  };
  const switchFaults = (faults: Acts["faults"]) => {
    void post("faults", faults).then((outcome) => {
      setNotice("refused" in outcome ? outcome.refused : null);
    });
  };
  const leaveDrawer = (to: Place) => {
    setDrawerOpen(false);
    go(to);
  };

  return (
    <ViewerContext value={viewer}>
      <ConfirmProvider>
        <div className={thread ? "frame with-thread" : "frame"}>
          <div
            className={isDrawerOpen ? "sidebar open" : "sidebar"}
            id="sidebar"
            onKeyDown={(event) => {
              if (event.key === "Escape") setDrawerOpen(false);
            }}
          >
            <Sidebar
              me={as}
              people={state.people}
              channels={state.channels}
              open={channel?.id}
              nowMs={nowMs}
              onPerson={(id) => {
                // What was said to somebody else would only take room from what is read now.
                setNotice(null);
                leaveDrawer({ as: id });
              }}
              onChannel={(id) => {
                leaveDrawer({ as, channel: id });
              }}
            />
          </div>
          {isDrawerOpen && (
            <div
              className="shade"
              onClick={() => {
                setDrawerOpen(false);
              }}
            />
          )}
          <div className="top">
            <div className="clock-bar">
              <ClockBar clock={state.clock} receivedAtMs={live.receivedAtMs} onTurn={turn} />
              <Faults faults={state.faults} onSwitch={switchFaults} />
            </div>
            <Scenes scenes={state.scenes} onScene={setScene} />
            {!live.isConnected && (
              <p className="offline" role="status">
                The line to the sandbox is broken. Trying again…
              </p>
            )}
            {notice && (
              <Notice
                text={notice}
                onDismiss={() => {
                  setNotice(null);
                }}
              />
            )}
          </div>
          {channel && (
            <Channel
              key={`${as} ${channel.id}`}
              channel={channel}
              state={state}
              isHome={isHome}
              menuButton={
                <button
                  type="button"
                  className="quiet menu-button"
                  aria-label={
                    unread + others > 0
                      ? `People and channels, ${unread + others} unread`
                      : "People and channels"
                  }
                  aria-expanded={isDrawerOpen}
                  aria-controls="sidebar"
                  onClick={() => {
                    setDrawerOpen(!isDrawerOpen);
                  }}
                >
                  ☰{unread + others > 0 && <span className="menu-dot">{unread + others}</span>}
                </button>
              }
              onPane={openPane}
            />
          )}
          {channel && thread && (
            <Thread
              key={`${as} ${channel.id} ${thread.ts}`}
              channel={channel}
              root={thread}
              state={state}
              onClose={openPane}
            />
          )}
        </div>
        <Modals views={state.views} />
      </ConfirmProvider>
    </ViewerContext>
  );
}

/** State and place that belong together: while another person's state is on its way, the old ones stay. */
function useSettled(state: PageState | null, place: Place): { state: PageState; place: Place } | null {
  const [settled, setSettled] = useState<{ state: PageState; place: Place } | null>(null);
  const isSettled = state !== null && (place.as === undefined || place.as === state.me.id);
  if (isSettled && (settled?.state !== state || settled.place !== place)) {
    const next = { state, place };
    setSettled(next);
    return next;
  }
  return settled;
}

/** The viewer of a state. It changes once a minute at most, since everything drawn depends on it. */
function useViewerOf(state: PageState, nowMs: number): Viewer {
  const minuteMs = Math.floor(nowMs / 60_000) * 60_000;
  const { id: as, timezone } = state.me;
  const { names, people, channels } = state;
  const conversationsKey = JSON.stringify(channels.map(({ id, name, kind }) => ({ id, name, kind })));
  const conversations = useMemo(
    () => JSON.parse(conversationsKey) as Viewer["conversations"],
    [conversationsKey],
  );
  return useMemo(
    () => ({ as, timezone, nowMs: minuteMs, names, people, conversations }),
    [as, timezone, minuteMs, names, people, conversations],
  );
}

/** Remembers which conversation each person had open last. */
function useVisited() {
  const [visited] = useState(() => new Map<string, string>());
  return useMemo(
    () => ({
      last: (person: string) => visited.get(person),
      note: (person: string, channel: string) => visited.set(person, channel),
    }),
    [visited],
  );
}

/** The conversation asked for, else the first one with something unread, else the first. */
function openChannel({ channels }: PageState, id: string | undefined): PageChannel | undefined {
  return (
    channels.find((channel) => channel.id === id) ?? channels.find(({ unread }) => unread > 0) ?? channels[0]
  );
}
