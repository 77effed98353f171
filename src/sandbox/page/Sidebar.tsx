// Who one can be, and which conversations that person has.
import type { PageChannel, PagePerson } from "../page-protocol.ts";
import { post } from "./acts.ts";
import { Avatar, Bell } from "./Avatar.tsx";
import { timeAt, zoneCity } from "./zone.ts";

interface SidebarProps {
  me: string;
  people: PagePerson[];
  channels: PageChannel[];
  /** The open conversation's id. */
  open: string | undefined;
  /** The sandbox's time, for the people's own clocks. */
  nowMs: number;
  onPerson: (id: string) => void;
  onChannel: (id: string) => void;
}

/** One press makes one somebody else. */
export function Sidebar({ me, people, channels, open, nowMs, onPerson, onChannel }: SidebarProps) {
  const mine = people.find(({ id }) => id === me);
  return (
    <>
      <div className="brand">
        <Bell />
        <span className="brand-name">Belfry</span>
        <span className="brand-place">sandbox</span>
      </div>
      <section aria-labelledby="people-title">
        <h2 id="people-title">You are</h2>
        <div className="people" role="group" aria-label="Act as">
          {people.map((person) => (
            <Person key={person.id} person={person} isMe={person.id === me} nowMs={nowMs} onPick={onPerson} />
          ))}
        </div>
        {mine !== undefined && <Pause person={mine} nowMs={nowMs} />}
      </section>
      <nav aria-label="Conversations">
        <h2>Channels</h2>
        <Conversations of={channels.filter(({ kind }) => kind === "channel")} {...{ open, onChannel }} />
        <h2>Direct messages</h2>
        <Conversations of={channels.filter(({ kind }) => kind === "direct")} {...{ open, onChannel }} />
      </nav>
    </>
  );
}

interface PersonProps {
  person: PagePerson;
  isMe: boolean;
  nowMs: number;
  onPick: (id: string) => void;
}

function Person({ person, isMe, nowMs, onPick }: PersonProps) {
  const local = `${zoneCity(person.timezone)} ${timeAt(nowMs, person.timezone)}`;
  return (
    <button
      type="button"
      className="person"
      aria-pressed={isMe}
      title={`${person.name}, ${person.role}. ${local}`}
      onClick={() => {
        onPick(person.id);
      }}
    >
      <Avatar id={person.id} name={person.name} />
      <span className="person-words">
        <span className="person-line">
          <span className="person-name">{person.name}</span>
          <span className="person-local">{local}</span>
        </span>
        <span className="person-role">{person.role}</span>
      </span>
      {!isMe && <Badge count={person.unread} />}
    </button>
  );
}

const PAUSE_MINUTES = 120;

/** Slack's Do Not Disturb, by hand: while it lasts no page rings for this person. */
function Pause({ person, nowMs }: { person: PagePerson; nowMs: number }) {
  const { id: as, pausedUntil, timezone } = person;
  const isPaused = pausedUntil !== null && Date.parse(pausedUntil) > nowMs;
  const label = isPaused
    ? `Resume notifications (paused until ${timeAt(Date.parse(pausedUntil), timezone)})`
    : "Pause notifications for 2 hours";
  return (
    <button
      type="button"
      className="pause"
      onClick={() => void post("pause", { as, minutes: isPaused ? null : PAUSE_MINUTES })}
    >
      {label}
    </button>
  );
}

interface ConversationsProps {
  of: PageChannel[];
  open: string | undefined;
  onChannel: (id: string) => void;
}

function Conversations({ of, open, onChannel }: ConversationsProps) {
  return (
    <ul className="conversations">
      {of.map((channel) => (
        <li key={channel.id}>
          <button
            type="button"
            className={channel.unread > 0 ? "conversation unread" : "conversation"}
            aria-label={channel.name}
            aria-describedby={channel.unread > 0 ? `unread-${channel.id}` : undefined}
            aria-current={channel.id === open ? "page" : undefined}
            onClick={() => {
              onChannel(channel.id);
            }}
          >
            <span className="conversation-name">{channel.name}</span>
            <Badge id={`unread-${channel.id}`} count={channel.unread} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Badge({ id, count }: { id?: string; count: number }) {
  if (count === 0) return null;
  return (
    <span id={id} className="badge">
      {count}
      <span className="for-ears"> unread</span>
    </span>
  );
}
