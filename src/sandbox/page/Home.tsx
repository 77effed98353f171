// The app's home tab, as it last published it for this person.
import type { HomeView, KnownBlock } from "@slack/types";
import { useEffect, useState } from "react";
import { noticeOf, post } from "./acts.ts";
import { Blocks } from "./blocks/Blocks.tsx";
import { SurfaceContext, useBlocksSurface } from "./blocks/surface.ts";
import { Notice } from "./Notice.tsx";
import { useViewer } from "./viewer.ts";

const NO_BLOCKS: KnownBlock[] = [];

/** Opening it tells the app, which may then publish something new. */
export function Home({ home, app }: { home: HomeView | null; app: string }) {
  const { as } = useViewer();
  const [opened, setOpened] = useState<string | null>(null);
  const blocks = (home?.blocks ?? NO_BLOCKS) as KnownBlock[];
  const surface = useBlocksSurface({ view: "home" }, blocks);
  useEffect(() => {
    void post("home", { as }).then((outcome) => {
      setOpened(noticeOf(outcome));
    });
  }, [as]);
  const notice = surface.notice ?? opened;
  return (
    <div className="home">
      {notice && (
        <Notice
          text={notice}
          onDismiss={() => {
            surface.setNotice(null);
            setOpened(null);
          }}
        />
      )}
      {blocks.length === 0 ? (
        <p className="empty">{app} has nothing on its home tab yet.</p>
      ) : (
        <SurfaceContext value={surface}>
          <Blocks blocks={blocks} />
        </SurfaceContext>
      )}
    </div>
  );
}
