// Shows what Slack itself says to the person, such as that the app did not answer.

/** A warning in words, where it was caused. It stays until dismissed or replaced. */
export function Notice({ text, onDismiss }: { text: string; onDismiss: () => void }) {
  return (
    <div className="notice" role="status">
      <span className="notice-sign" aria-hidden="true">
        !
      </span>
      <span className="notice-text">{text}</span>
      <button type="button" className="quiet" aria-label="Dismiss this notice" onClick={onDismiss}>
        ×
      </button>
    </div>
  );
}
