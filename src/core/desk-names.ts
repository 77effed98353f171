// Checks the names in a desk file: those that nothing bears, and those that two things bear.
import { z } from "zod";
import type { Fault } from "./document.ts";
import { isRole, readReach } from "./paging.ts";

/** Names that nothing bears, and names that two things bear. */
export function danglingNames(value: unknown): Fault[] {
  const file = namesInFile.parse(value);
  const people = known(file.people.map(({ id }) => id));
  const rotations = known(file.rotations.map(({ id }) => id));
  const ladders = known(file.ladders.map(({ id }) => id));
  const regions = known(file.ladders.map(({ region }) => region));
  const ways = known(file.ways.map(({ id }) => id));
  const refer = (
    path: Fault["path"],
    found: string | undefined,
    among: ReadonlySet<string>,
    what: string,
  ): Fault[] =>
    found === undefined || among.has(found)
      ? []
      : [
          {
            path,
            sentence: `"${found}" is no ${what} of this file: ${[...among].join(", ") || "there are none"}`,
          },
        ];
  return [
    ...twice(
      "people",
      "id",
      file.people.map(({ id }) => id),
    ),
    ...twice(
      "people",
      "slack",
      file.people.map(({ slack }) => slack),
    ),
    ...twice(
      "people",
      "teams",
      file.people.map(({ teams }) => teams),
    ),
    ...twice(
      "customers",
      "key",
      file.customers.map(({ key }) => key),
    ),
    ...twice(
      "rotations",
      "id",
      file.rotations.map(({ id }) => id),
    ),
    ...twice(
      "ladders",
      "id",
      file.ladders.map(({ id }) => id),
    ),
    ...twice(
      "ways",
      "id",
      file.ways.map(({ id }) => id),
    ),
    ...file.ways.flatMap(({ id }, at) =>
      id !== undefined && (id === "channel" || isRole(id) || people.has(id))
        ? [
            {
              path: ["ways", at, "id"],
              sentence: `"${id}" means something else on a ladder: ${people.has(id) ? "a person" : "a word of the ladder"}`,
            },
          ]
        : [],
    ),
    ...file.customers.flatMap(({ contacts, region, ladder }, at) => [
      ...contacts.flatMap((contact, nr) =>
        refer(["customers", at, "contacts", nr], contact, people, "person"),
      ),
      ...ladder.all.flatMap((one, nr) =>
        refer(["customers", at, "ladder", ...(ladder.isList ? [nr] : [])], one, ladders, "ladder"),
      ),
      ...(ladder.all.length === 0
        ? refer(["customers", at, "region"], region, regions, "region of a ladder")
        : []),
    ]),
    ...file.rotations.flatMap((one, at) => [
      ...one.people.flatMap((who, nr) => refer(["rotations", at, "people", nr], who, people, "person")),
      ...one.layers.flatMap((layer, place) =>
        layer.people.flatMap((who, nr) =>
          refer(["rotations", at, "layers", place, "people", nr], who, people, "person"),
        ),
      ),
    ]),
    ...(["leave", "overrides"] as const).flatMap((list) =>
      file[list].flatMap(({ person, rotation }, at) => [
        ...refer([list, at, "person"], person, people, "person"),
        ...(list === "overrides" ? refer([list, at, "rotation"], rotation, rotations, "rotation") : []),
      ]),
    ),
    ...file.ladders.flatMap((one, at) => [
      ...refer(["ladders", at, "rotation"], one.rotation, rotations, "rotation"),
      ...one.steps.flatMap(({ page }, nr) =>
        page.all.flatMap((written, place) => {
          const path = ["ladders", at, "steps", nr, "page", ...(page.isList ? [place] : [])];
          const reach = readReach(written);
          switch (reach.role) {
            case "primary":
            case "secondary":
              return refer(path, reach.rotation ?? undefined, rotations, "rotation");
            case "person":
              return refer(path, reach.person, people, "person, and neither primary, secondary nor channel");
            case "way":
              return refer(path, reach.way, ways, "way out");
            case "channel":
            case "group":
              return [];
            default:
              return reach satisfies never;
          }
        }),
      ),
    ]),
  ];
}

/** What the check of names reads, as far as it can be read: a file with other faults is checked too. */
const names = z.array(z.string()).catch([]);
const name = z.string().optional().catch(undefined);
/** One name or a list of them. */
const someNames = z
  .union([
    z.string().transform((one) => ({ all: [one], isList: false })),
    z.array(z.string()).transform((all) => ({ all, isList: true })),
  ])
  .catch({ all: [], isList: false });
const stretch = z.object({ person: name, rotation: name }).catch({});
const namesInFile = z
  .object({
    people: z.array(z.object({ id: name, slack: name, teams: name }).catch({})).catch([]),
    customers: z
      .array(
        z
          .object({ key: name, contacts: names, region: name, ladder: someNames })
          .catch({ contacts: [], ladder: { all: [], isList: false } }),
      )
      .catch([]),
    rotations: z
      .array(
        z
          .object({
            id: name,
            people: names,
            layers: z.array(z.object({ people: names }).catch({ people: [] })).catch([]),
          })
          .catch({ people: [], layers: [] }),
      )
      .catch([]),
    ladders: z
      .array(
        z
          .object({
            id: name,
            rotation: name,
            region: name,
            steps: z
              .array(z.object({ page: someNames }).catch({ page: { all: [], isList: false } }))
              .catch([]),
          })
          .catch({ steps: [] }),
      )
      .catch([]),
    leave: z.array(stretch).catch([]),
    overrides: z.array(stretch).catch([]),
    ways: z.array(z.object({ id: name }).catch({})).catch([]),
  })
  .catch({ people: [], customers: [], rotations: [], ladders: [], leave: [], overrides: [], ways: [] });

function twice(list: string, key: string, found: readonly (string | undefined)[]): Fault[] {
  return found.flatMap((value, at) =>
    value !== undefined && found.indexOf(value) < at
      ? [{ path: [list, at, key], sentence: `"${value}" stands in ${list} twice` }]
      : [],
  );
}

function known(found: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(found.filter((value) => value !== undefined));
}
