// Elements that are pressed and hold nothing: buttons and overflow menus.
import type { Button, Overflow } from "@slack/types";
import { isBusy, useSurface } from "../blocks/surface.ts";
import { plainText } from "../blocks/Text.tsx";
import { Popup } from "../Popup.tsx";

/** A button. While its press is under way it says so and takes no second one. */
export function PressButton({ element, blockId }: { element: Button; blockId: string }) {
  const surface = useSurface();
  const actionId = element.action_id ?? "";
  const waits = isBusy(surface, blockId, actionId);
  return (
    <button
      type="button"
      className={element.style ? `press ${element.style}` : "press"}
      aria-busy={waits}
      aria-disabled={waits}
      aria-label={element.accessibility_label}
      onClick={() => {
        if (waits) return;
        if (element.url) window.open(element.url, "_blank", "noopener,noreferrer");
        const { text, value, style } = element;
        surface.press(
          {
            ...{ type: "button", block_id: blockId, action_id: actionId, text },
            ...(value !== undefined && { value }),
            ...(style && { style }),
          },
          element.confirm,
        );
      }}
    >
      {plainText(element.text)}
    </button>
  );
}

/** A menu of a few more things to do. */
export function OverflowMenu({ element, blockId }: { element: Overflow; blockId: string }) {
  const surface = useSurface();
  const actionId = element.action_id ?? "";
  return (
    <Popup
      label="More actions"
      face="⋯"
      className="press overflow"
      isBusy={isBusy(surface, blockId, actionId)}
    >
      {(close) =>
        element.options.map((option, index) => (
          <button
            key={index}
            type="button"
            className="popup-item"
            onClick={() => {
              close();
              if (option.url) window.open(option.url, "_blank", "noopener,noreferrer");
              surface.press(
                { type: "overflow", block_id: blockId, action_id: actionId, selected_option: option },
                element.confirm,
              );
            }}
          >
            {plainText(option.text)}
          </button>
        ))
      }
    </Popup>
  );
}
