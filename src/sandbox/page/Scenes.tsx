// Scenes set the stage for a story in one press: who one is, what time it is, what to say first.
import { useState } from "react";
import type { PageState } from "../page-protocol.ts";

interface ScenesProps {
  scenes: PageState["scenes"];
  onScene: (id: string) => Promise<void>;
}

/** A row of scenes by name; what a scene means stands in its title. */
export function Scenes({ scenes, onScene }: ScenesProps) {
  const [setting, setSetting] = useState<string | null>(null);
  if (scenes.length === 0) return null;
  const set = async (id: string) => {
    if (setting !== null) return;
    setSetting(id);
    await onScene(id);
    setSetting(null);
  };
  return (
    <section className="scenes" aria-label="Scenes">
      <h2>Scenes</h2>
      <div className="scene-row">
        {scenes.map(({ id, name, means }) => (
          <button
            key={id}
            type="button"
            className="scene"
            title={means}
            aria-busy={setting === id}
            aria-disabled={setting !== null}
            onClick={() => void set(id)}
          >
            {name}
          </button>
        ))}
      </div>
    </section>
  );
}
