// Decides what of a platform is kept in step with the roster, where the desk file asks for it: the members of a group, and the
// topic of the on-call channel.
import { addressOf, type Address, type Directory } from "./directory.ts";
import { changesOf } from "./duty-plan.ts";
import type { Text } from "./message.ts";
import { dutyAt, type Rotation } from "./roster.ts";
import { nameOf } from "./words.ts";

/** Something on a platform that shall be so. */
export type Setting =
  /** These people, and nobody else, are the group's members. */
  | {
      is: "group";
      group: Address;
      people: readonly Address[];
      /** Of a tag in Teams: a channel of the team that has it. */
      beside?: Address;
    }
  | { is: "topic"; place: Address; topic: string };

/** What shall be so at an instant. A group cannot be empty: while nobody is on call it stays as it was. */
export function settingsAt(directory: Directory, now: Date): Setting[] {
  const { rotations, channels } = directory;
  const topics = rotations.filter(({ keepInStep }) => keepInStep?.topic === true);
  const groups = new Set(rotations.flatMap(groupsOf));
  return [
    ...[...groups].flatMap((group): Setting[] => {
      const members = rotations.filter((rotation) => groupsOf(rotation).includes(group));
      const people = members.flatMap((rotation) => onDuty(directory, rotation, group, now));
      const beside = group.startsWith(TAG) ? { beside: channels.onCall } : {};
      return people.length === 0
        ? []
        : [{ is: "group", group, people: [...new Set(people)].sort(), ...beside }];
    }),
    ...(topics.length === 0
      ? []
      : [{ is: "topic" as const, place: channels.onCall, topic: topicOf(directory, topics, now) }]),
  ];
}

/** What the address of a tag in Teams begins with; its name follows. */
const TAG = "teams:tag:";

function groupsOf({ keepInStep }: Rotation): Address[] {
  const { group = null, tag } = keepInStep ?? {};
  return [...(group === null ? [] : [group]), ...(tag === undefined ? [] : [`${TAG}${tag}`])];
}

/** What a setting is about: its platform's own place, and a name that stays. */
export function subjectOf(setting: Setting): Address {
  return setting.is === "group" ? setting.group : setting.place;
}

/** That a platform refuses a setting, told once in the on-call channel. */
export function refusedText(setting: Setting, why: string): Text {
  const what = setting.is === "group" ? "the group of those on call" : "the topic of this channel";
  return [
    `Belfry may not keep ${what} in step with the roster (${why.replace(/[.]$/, "")}). ` +
      "Give it the permission, or take keep-in-step out of the desk file; the README says how.",
  ];
}

/** The longest topic of a Slack channel (docs.slack.dev, conversations.setTopic: too_long). */
const LONGEST_TOPIC = 250;

function topicOf(directory: Directory, rotations: readonly Rotation[], now: Date): string {
  const words = rotations.map((rotation) => {
    const [primary, secondary] = dutyAt(rotation, changesOf(directory), now).order;
    const first = primary === undefined ? "nobody" : nameOf(directory, primary);
    return `${rotation.id}: ${first}${secondary === undefined ? "" : `, then ${nameOf(directory, secondary)}`}`;
  });
  const topic = `On call: ${words.join(" · ")}`;
  return topic.length <= LONGEST_TOPIC ? topic : `${topic.slice(0, LONGEST_TOPIC - 1)}…`;
}

/** Whoever is primary, by the address on the group's platform; nobody where they have none there. */
function onDuty(directory: Directory, rotation: Rotation, group: Address, now: Date): Address[] {
  const [primary] = dutyAt(rotation, changesOf(directory), now).order;
  const address = primary === undefined ? null : addressOf(directory, primary, group);
  const platform = group.slice(0, group.indexOf(":") + 1);
  return address?.startsWith(platform) === true ? [address] : [];
}
