// usergroups.*: which user groups there are, and who is in them.
import type { Fields } from "../json.ts";
import type { UserGroup } from "../memory.ts";
import { needing, optionalFlag, requiredText, SlackRefusal, type Methods } from "../method.ts";
import { groupOnWire } from "../wire.ts";

/** The methods of this family. */
export const usergroupsMethods: Methods = {
  // None is ever disabled here, so include_disabled changes nothing. Slack tells all at once.
  "usergroups.list": needing(["usergroups:read"], (args, { workspace }) => ({
    usergroups: [...workspace.groups.values()].map((group) => asAsked(group, args)),
  })),

  "usergroups.users.update": needing(["usergroups:write"], (args, { workspace }) => {
    const group = workspace.groups.get(requiredText(args, "usergroup"));
    if (group === undefined) throw new SlackRefusal("no_such_subteam");
    const members = requiredText(args, "users").split(",");
    if (!members.every((user) => workspace.people.has(user))) throw new SlackRefusal("invalid_users");
    workspace.record({ kind: "group-filled", group: group.id, members });
    const filled = { ...group, members };
    return { usergroup: { ...groupOnWire(filled), users: members, ...countOf(filled, args) } };
  }),
};

function asAsked(group: UserGroup, args: Fields): Fields {
  return {
    ...groupOnWire(group),
    ...(optionalFlag(args, "include_users") ? { users: group.members } : {}),
    ...countOf(group, args),
  };
}

/** Slack tells how many there are as a text. */
function countOf({ members }: UserGroup, args: Fields): Fields {
  return optionalFlag(args, "include_count") ? { user_count: String(members.length) } : {};
}
