// The switches that make the sandbox's Slack misbehave, tucked away in a small menu.
import type { Acts, PageState } from "../page-protocol.ts";
import { Popup } from "./Popup.tsx";

interface FaultsProps {
  faults: PageState["faults"];
  onSwitch: (faults: Acts["faults"]) => void;
}

/** The menu's button says in words when a fault is on. */
export function Faults({ faults, onSwitch }: FaultsProps) {
  const on = [faults.rateLimited && "429", faults.down && "down"].filter(Boolean).join(", ");
  return (
    <Popup
      label={on ? `Faults of Slack: ${on}` : "Faults of Slack"}
      face={on ? `Faults: ${on}` : "Faults"}
      className={on ? "turn faults on" : "turn faults"}
    >
      {() => (
        <div className="switches">
          <p className="popup-words">
            Slack as it is on a bad day. What Belfry has to say waits, and comes later.
          </p>
          <label className="choice">
            <input
              type="checkbox"
              role="switch"
              checked={faults.rateLimited}
              onChange={(event) => {
                onSwitch({ rateLimited: event.target.checked });
              }}
            />
            <span>Slack answers 429</span>
          </label>
          <label className="choice">
            <input
              type="checkbox"
              role="switch"
              checked={faults.down}
              onChange={(event) => {
                onSwitch({ down: event.target.checked });
              }}
            />
            <span>Slack is down</span>
          </label>
        </div>
      )}
    </Popup>
  );
}
