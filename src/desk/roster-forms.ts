// The forms that change who is on call: somebody stands in, or goes on leave.
import type { Directory, Person } from "../core/directory.ts";
import { rotationsOf } from "../core/duty-plan.ts";
import type { Form, FormField } from "../core/form.ts";
import { choiceField, plainOptions } from "./fields.ts";

/** Who stands in, for which role of which rotation, from when until when. */
export function overrideForm(
  directory: Directory,
  { person, who, place, now }: { person: Person; who: string | null; place: string | null; now: Date },
): Form {
  const support = directory.people.filter(({ isSupport }) => isSupport);
  const people = support.map(({ id, name }) => ({ value: id, label: name }));
  const rotations = plainOptions(directory.rotations.map(({ id }) => id));
  const [own] = rotationsOf(directory, person.id);
  return {
    name: "override",
    title: "Override",
    submit: "Save",
    carry: { ticket: null, place },
    fields: [
      choiceField("person", "Who has it?", people, { initial: who ?? person.id, live: false }),
      ...(rotations.length > 1
        ? [choiceField("rotation", "Rotation", rotations, { initial: own?.id ?? null, live: false })]
        : []),
      choiceField("role", "As", ROLES, { initial: "primary", live: false }),
      ...fromTo(now),
    ],
  };
}

/** From when until when somebody is on leave. */
export function leaveForm(place: string | null, now: Date): Form {
  return {
    name: "leave",
    title: "Leave",
    submit: "Save",
    carry: { ticket: null, place },
    fields: fromTo(now),
  };
}

const ROLES = [
  { value: "primary", label: "Primary", hint: "Is paged first." },
  { value: "secondary", label: "Secondary", hint: "Is paged where the first does not answer." },
];

function fromTo(now: Date): FormField[] {
  return [
    { kind: "instant", id: "from", label: "From", hint: null, initial: now, required: true },
    { kind: "instant", id: "to", label: "Until", hint: null, initial: null, required: true },
  ];
}
