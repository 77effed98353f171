// The small square that stands for somebody: initials, or a bell for the bot.

/** Decoration beside a name; the name says the same. */
export function Avatar({ id, name, isBot = false }: { id: string; name: string; isBot?: boolean }) {
  if (isBot) {
    return (
      <span className="avatar avatar-bot" aria-hidden="true">
        <Bell />
      </span>
    );
  }
  const initials = name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .join("")
    .slice(0, 2)
    .toUpperCase();
  return (
    <span className={`avatar avatar-${hueOf(id)}`} aria-hidden="true">
      {initials}
    </span>
  );
}

/** The sandbox's mark: a bell under a roof. */
export function Bell() {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
      <path d="M2.5 8.2 12 2l9.5 6.2" className="bell-roof" />
      <path d="M12 8c-2.9 0-4.6 2-4.6 5 0 2.8-.7 3.6-1.9 4.8h13c-1.2-1.2-1.9-2-1.9-4.8 0-3-1.7-5-4.6-5Z" />
      <circle cx="12" cy="20.4" r="1.7" />
    </svg>
  );
}

/** One of six colours, the same for a person each time. */
function hueOf(id: string): number {
  return [...id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 6007, 7) % 6;
}
