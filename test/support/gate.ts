/** What some wait at until another opens it. Node 20 has no `Promise.withResolvers` yet. */
export interface Gate {
  open: () => void;
  opened: Promise<void>;
}

/** A gate that is shut. */
export function aGate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}
