// Opens a native dialog for as long as its component is drawn. The browser traps the focus and takes Escape; this gives
// the focus back to where it was when the dialog goes, however it goes.
import { useEffect, useRef, type RefObject } from "react";

/** The ref for a `<dialog>`. `onClose` is called when the person wants it closed, and decides whether it is. */
export function useDialog(onClose: () => void): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });

  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const opener = document.activeElement;
    const onCancel = (event: Event) => {
      if (event.target !== element) return; // A file picker inside announces its own cancelling.
      event.preventDefault();
      close.current();
    };
    // Browsers let nobody hold a dialog open against a second Escape.
    const reopen = () => {
      if (element.isConnected && !element.open) element.showModal();
    };
    element.addEventListener("cancel", onCancel);
    element.addEventListener("close", reopen);
    element.showModal();
    return () => {
      element.removeEventListener("cancel", onCancel);
      element.removeEventListener("close", reopen);
      element.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);

  return dialog;
}
