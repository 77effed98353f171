// A button that opens a small panel beside it: menus of a message, of the composer and of the clock bar.
import { useEffect, useId, useRef, useState, type ReactNode } from "react";

interface PopupProps {
  /** The button's accessible name. */
  label: string;
  /** What the button shows. */
  face: ReactNode;
  className?: string;
  isBusy?: boolean;
  /** The panel's content, given a way to close it. */
  children: (close: () => void) => ReactNode;
}

/** Closes on Escape, on a press elsewhere and when its content says so; the focus goes back to the button. */
export function Popup({ label, face, className = "quiet", isBusy = false, children }: PopupProps) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useId();

  useEffect(() => {
    if (!isOpen) return;
    if (box.current) place(box.current);
    box.current?.querySelector<HTMLElement>(".popup-panel :is(button, input)")?.focus();
    const onPointer = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", onPointer);
    return () => {
      document.removeEventListener("pointerdown", onPointer);
    };
  }, [isOpen]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  return (
    <div
      ref={box}
      className="popup"
      onKeyDown={(event) => {
        if (event.key === "Escape" && isOpen) {
          event.preventDefault(); // Else a dialog around it would close as well.
          event.stopPropagation();
          close();
        }
        if (event.key === "ArrowDown" || event.key === "ArrowUp") moveFocus(event.currentTarget, event);
      }}
    >
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-expanded={isOpen}
        aria-controls={panel}
        aria-busy={isBusy}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        {face}
      </button>
      <div id={panel} className="popup-panel" hidden={!isOpen}>
        {isOpen && children(close)}
      </div>
    </div>
  );
}

/** Opens the panel to where there is room for it: downward and rightward unless something cuts it off there. */
function place(box: HTMLElement): void {
  const panel = box.querySelector<HTMLElement>(".popup-panel");
  const edge = (box.closest(".log, .dialog-body, .home") ?? document.documentElement).getBoundingClientRect();
  if (!panel) return;
  const button = box.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  panel.dataset["opens"] = [
    button.bottom + height > Math.min(edge.bottom, window.innerHeight) - 8 ? "up" : "down",
    button.left + width > Math.min(edge.right, window.innerWidth) - 8 ? "left" : "right",
  ].join(" ");
}

function moveFocus(box: HTMLElement, event: { key: string; preventDefault: () => void }): void {
  const items = [...box.querySelectorAll<HTMLElement>(".popup-panel button")];
  const at = items.findIndex((item) => item === document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  items.at((at + (event.key === "ArrowDown" ? 1 : -1)) % items.length)?.focus();
}
