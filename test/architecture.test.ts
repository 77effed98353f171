// Holds the house together: who may import whom, which package lives in which room, and what core may never touch.
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import {
  importsIn,
  lineOf,
  parse,
  ringsIn,
  sourcesUnder,
  type Import,
  type Source,
} from "./support/imports.ts";

interface Room {
  /** Folders (ending in "/") and files under src/ that may be imported; "" is everything. */
  imports: readonly string[];
  /** The same for `import type`. What may be imported may be imported as a type too. */
  types: readonly string[];
  /** Parts of Node that may be used; "*" is everything. */
  node: readonly string[];
}

const wiring: Room = { imports: [""], types: [], node: ["*"] };

const CHAT_FILES = [
  ...["chat/network.ts", "chat/request.ts", "chat/signs.ts", "chat/text.ts", "chat/trouble.ts"],
  ...["chat/underway.ts", "chat/unsent.ts"],
];

/** Every place under src/. A file belongs to the longest name that fits; "" is a file directly in src/. */
const ROOMS: Readonly<Record<string, Room>> = {
  "main.ts": wiring,
  "main/": wiring,
  "cli.ts": wiring,
  "cli/": wiring,
  "http.ts": wiring,
  "scheduler.ts": wiring,
  "": {
    imports: ["core/", "clocks.ts", "config.ts", "teams-settings.ts"],
    types: ["desk/ports.ts"],
    node: ["*"],
  },
  // What platforms have in common, whichever they are.
  "chat/": { imports: ["core/errors.ts"], types: ["core/message.ts", "desk/ports.ts"], node: ["node:http"] },
  "chat/slack/": {
    imports: [
      ...["chat/slack/", "chat/picture/", ...CHAT_FILES],
      ...["core/message.ts", "core/form.ts", "core/errors.ts"],
    ],
    types: ["desk/ports.ts", "desk/door.ts", "core/directory.ts", "core/hearing.ts"],
    node: ["*"],
  },
  "chat/teams/": {
    imports: [
      ...["chat/teams/", "chat/picture/", ...CHAT_FILES],
      ...["core/message.ts", "core/form.ts", "core/errors.ts", "core/zone.ts"],
    ],
    types: ["desk/ports.ts", "desk/door.ts", "core/directory.ts", "core/hearing.ts"],
    node: ["*"],
  },
  "chat/teams/app/": { imports: ["chat/teams/app/", "chat/picture/png.ts"], types: [], node: ["*"] },
  "chat/network.ts": { imports: [], types: [], node: [] },
  "chat/ways/": {
    imports: [
      "chat/ways/",
      "chat/network.ts",
      "chat/unsent.ts",
      "core/message.ts",
      "core/plain.ts",
      "core/errors.ts",
    ],
    types: ["desk/ports.ts", "core/directory.ts"],
    node: ["*"],
  },
  "chat/picture/": { imports: ["chat/picture/", "chat/text.ts", "core/"], types: [], node: ["*"] },
  "store/": {
    imports: ["store/", "core/errors.ts"],
    types: ["desk/ports.ts", "core/"],
    node: ["*"],
  },
  "policies/": { imports: ["policies/", "core/"], types: [], node: ["*"] },
  "desk/": { imports: ["desk/", "core/"], types: [], node: ["node:crypto"] },
  "core/": { imports: ["core/"], types: [], node: [] },
  "sandbox/": { imports: ["sandbox/"], types: [], node: ["*"] },
  "sandbox/page/": { imports: ["sandbox/page/"], types: ["sandbox/page-protocol.ts"], node: [] },
};

/** Where each package may be used. One that is missing here has no room yet, and may be used nowhere. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "@electric-sql/pglite": ["store/"],
  "@resvg/resvg-js": ["chat/picture/"],
  "@slack/bolt": ["chat/slack/"],
  "@slack/types": ["chat/slack/", "sandbox/"],
  "@slack/web-api": ["chat/slack/"],
  botbuilder: ["chat/teams/"],
  commander: ["cli.ts", "cli/"],
  "date-holidays": ["policies/"],
  "drizzle-orm": ["store/"],
  fflate: ["chat/teams/app/"],
  luxon: ["core/zone.ts", "sandbox/"],
  "node-cron": ["scheduler.ts"],
  nodemailer: ["chat/ways/mail.ts"],
  pino: ["main.ts", "log.ts", "http.ts", "scheduler.ts"],
  postgres: ["store/"],
  "prom-client": ["metrics.ts"],
  react: ["sandbox/page/"],
  "react-dom": ["sandbox/page/"],
  "slack-blocks-to-jsx": ["sandbox/page/"],
  undici: ["chat/slack/"],
  yaml: ["core/document.ts"],
  zod: [
    "core/document.ts",
    "core/policy.ts",
    "core/policy-schema.ts",
    "core/desk-names.ts",
    "core/desk-schema.ts",
    "config.ts",
    "cli.ts",
    "cli/",
    "http.ts",
    "chat/slack/",
    "chat/teams/",
    "store/",
    "sandbox/",
  ],
};

/** Values in, values out: what makes an answer depend on something else than the question. */
const FORBIDDEN_IN: Readonly<Record<string, readonly Temptation[]>> = {
  "core/": ["the clock", "the environment", "chance", "waiting"],
  "desk/": ["the clock", "the environment"],
};
type Temptation = "the clock" | "the environment" | "chance" | "waiting";

describe("who may import whom", () => {
  it("every file under src keeps to its room", () => {
    const sources = sourcesUnder(join(import.meta.dirname, "..", "src"));
    expect(sources.length).toBeGreaterThan(20);
    expect(faultsOf(sources)).toEqual([]);
  });
});

describe("the rules themselves find", () => {
  const cases: { what: string; files: Record<string, string>; finds: string[] }[] = [
    {
      what: "nothing to say of a file that keeps to them",
      files: {
        "core/clock.ts": `import { open } from "./zone.ts";\nexport const later = new Date(open.getTime());`,
        "core/zone.ts": `import { DateTime } from "luxon";\nexport const open = new Date(0);`,
        "desk/tick.ts": `import { open } from "../core/zone.ts";`,
        "main.ts": `import "./desk/tick.ts";\nimport { env } from "node:process";\nnew Date();`,
      },
      finds: [],
    },
    {
      what: "core looking at the desk, with file and line",
      files: {
        "core/a.ts": `// One.\n\nimport type { Store } from "../desk/ports.ts";`,
        "desk/ports.ts": "",
      },
      finds: ["src/core/a.ts:3 may not import desk/ports.ts"],
    },
    {
      what: "desk reaching for a platform, the store and their packages",
      files: {
        "desk/a.ts": `import "../chat/slack/send.ts";\nimport "../store/open.ts";\nimport "luxon";\nimport "@slack/bolt";\nimport "drizzle-orm/pg-core";`,
        "chat/slack/send.ts": "",
        "store/open.ts": "",
      },
      finds: [
        "src/desk/a.ts:1 may not import chat/slack/send.ts",
        "src/desk/a.ts:2 may not import store/open.ts",
        "src/desk/a.ts:3 may not use the package luxon",
        "src/desk/a.ts:4 may not use the package @slack/bolt",
        "src/desk/a.ts:5 may not use the package drizzle-orm",
      ],
    },
    {
      what: "a value imported where only a type may be, a dynamic import and an import() type",
      files: {
        "chat/slack/a.ts": `import { seen } from "../../desk/ports.ts";\nvoid import("../../desk/inbox.ts");\ntype T = import("../../store/open.ts").T;`,
        "chat/slack/b.ts": `import type { Store } from "../../desk/ports.ts";`,
        "desk/ports.ts": "",
        "desk/inbox.ts": "",
        "store/open.ts": "",
      },
      finds: [
        "src/chat/slack/a.ts:1 may import only types of desk/ports.ts",
        "src/chat/slack/a.ts:2 may not import desk/inbox.ts",
        "src/chat/slack/a.ts:3 may not import store/open.ts",
      ],
    },
    {
      what: "a sandbox that knows Belfry, and a page that knows its server",
      files: {
        "sandbox/a.ts": `import type { Message } from "../core/message.ts";`,
        "sandbox/page/b.tsx": `import type { A } from "../page-protocol.ts";\nimport { web } from "../web.ts";`,
        "core/message.ts": "",
        "sandbox/page-protocol.ts": "",
        "sandbox/web.ts": "",
      },
      finds: [
        "src/sandbox/a.ts:1 may not import core/message.ts",
        "src/sandbox/page/b.tsx:2 may not import sandbox/web.ts",
      ],
    },
    {
      what: "a package that has no room, and a part of Node that core has no business with",
      files: { "core/a.ts": `import "left-pad";\nimport { readFileSync } from "node:fs";` },
      finds: [
        "src/core/a.ts:1 may not use the package left-pad",
        "src/core/a.ts:2 may not use the package node:fs",
      ],
    },
    {
      what: "core asking the clock, the environment, chance, or waiting",
      files: {
        "core/a.ts": `const now = Date.now();\nconst too = new Date();\nconst tz = process.env["TZ"];\nconst dice = Math.random();\nexport const f = async () => {\n  await f();\n};`,
      },
      finds: [
        "src/core/a.ts:1 may not use the clock: Date.now",
        "src/core/a.ts:2 may not use the clock: new Date()",
        "src/core/a.ts:3 may not use the environment: process.env",
        "src/core/a.ts:4 may not use chance: Math.random",
        "src/core/a.ts:5 may not use waiting: async",
        "src/core/a.ts:6 may not use waiting: await",
      ],
    },
    {
      what: "a barrel, and names that say nothing",
      files: {
        "desk/index.ts": "",
        "desk/out.ts": `export { a } from "./b.ts";\nexport type { B } from "./b.ts";`,
        "desk/all.ts": `export * from "./b.ts";\nexport const one = 1;`,
        "desk/some.ts": `export { a } from "./b.ts";\nexport const one = 1;`,
        "desk/b.ts": "",
        "store/types.ts": "",
        "core/utils/text.ts": "",
      },
      finds: [
        "src/desk/index.ts:1 is a barrel by its name",
        "src/desk/out.ts:1 is a barrel: it only passes on what other files make",
        "src/desk/all.ts:1 passes on all that another file makes",
        "src/store/types.ts:1 has a name that says nothing",
        "src/core/utils/text.ts:1 has a name that says nothing",
      ],
    },
    {
      what: "a cycle between rooms, but not one within a room",
      files: {
        "config.ts": `import type { A } from "./core/a.ts";`,
        "core/a.ts": `import type { B } from "./b.ts";\nimport type { C } from "../config.ts";`,
        "core/b.ts": `import type { A } from "./a.ts";`,
      },
      finds: [
        "src/core/a.ts:2 may not import config.ts",
        "src/config.ts:1 is in a cycle between rooms: config.ts, core/a.ts, core/b.ts",
      ],
    },
  ];
  it.each(cases)("$what", ({ files, finds }) => {
    const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
    expect(faultsOf(sources).sort()).toEqual([...finds].sort());
  });
});

/** Every breach of the rules above, as "src/file:line what is wrong". */
function faultsOf(sources: readonly Source[]): string[] {
  const files = sources.map((source) => {
    const tree = parse(source);
    return { path: source.path, tree, imports: importsIn(tree) };
  });
  return [
    ...files.flatMap(({ path }) => nameFaults(path)),
    ...files.flatMap(({ path, imports }) => imports.flatMap((each) => importFaults(path, each))),
    ...files.flatMap(({ path, tree }) => [...barrelFaults(path, tree), ...contentFaults(path, tree)]),
    ...ringFaults(files),
  ];
}

function nameFaults(path: string): string[] {
  const parts = path.replace(/\.tsx?$/, "").split("/");
  if (parts.at(-1) === "index") return [`src/${path}:1 is a barrel by its name`];
  const isEmpty = parts.some((part) => /^(utils?|helpers?|types|common|shared|misc|lib)$/.test(part));
  return isEmpty ? [`src/${path}:1 has a name that says nothing`] : [];
}

function importFaults(path: string, { line, from, isOurs, typeOnly }: Import): string[] {
  const at = `src/${path}:${line}`;
  const room = ROOMS[roomOf(path)];
  if (room === undefined) return [`${at} stands in no room`];
  if (!isOurs) {
    const may = from.startsWith("node:")
      ? room.node.includes("*") || room.node.includes(from)
      : lies(path, PACKAGES[from] ?? []);
    return may ? [] : [`${at} may not use the package ${from}`];
  }
  // The page runs in a browser: nothing else takes it in.
  const isOpen = !from.startsWith("sandbox/page/") || path.startsWith("sandbox/page/");
  if (isOpen && lies(from, room.imports)) return [];
  if (!lies(from, room.types)) return [`${at} may not import ${from}`];
  return typeOnly ? [] : [`${at} may import only types of ${from}`];
}

function barrelFaults(path: string, tree: ts.SourceFile): string[] {
  const passedOn = tree.statements.filter(ts.isExportDeclaration).filter((each) => each.moduleSpecifier);
  const first = passedOn[0];
  if (first === undefined) return [];
  const isBarrel = tree.statements.every(
    (each) => ts.isExportDeclaration(each) || ts.isImportDeclaration(each),
  );
  if (isBarrel)
    return [`src/${path}:${lineOf(tree, first)} is a barrel: it only passes on what other files make`];
  return passedOn
    .filter((each) => each.exportClause === undefined)
    .map((each) => `src/${path}:${lineOf(tree, each)} passes on all that another file makes`);
}

function contentFaults(path: string, tree: ts.SourceFile): string[] {
  const forbidden = Object.entries(FORBIDDEN_IN).find(([folder]) => path.startsWith(folder))?.[1] ?? [];
  const faults: string[] = [];
  const visit = (node: ts.Node): void => {
    const found = temptationIn(node);
    if (found !== null && forbidden.includes(found.is))
      faults.push(`src/${path}:${lineOf(tree, node)} may not use ${found.is}: ${found.words}`);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return faults;
}

function temptationIn(node: ts.Node): { is: Temptation; words: string } | null {
  if (ts.isNewExpression(node) && node.expression.getText() === "Date" && (node.arguments ?? []).length === 0)
    return { is: "the clock", words: "new Date()" };
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined))
    return { is: "waiting", words: "await" };
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return { is: "waiting", words: "async" };
  if (ts.isIdentifier(node) && /^(setTimeout|setInterval|setImmediate|queueMicrotask)$/.test(node.text))
    return { is: "waiting", words: node.text };
  if (!ts.isPropertyAccessExpression(node)) return null;
  const words = node.getText();
  if (words === "Date.now" || words === "performance.now") return { is: "the clock", words };
  if (words === "process.env") return { is: "the environment", words };
  if (words === "Math.random" || words === "crypto.randomUUID") return { is: "chance", words };
  return null;
}

/** Files that import each other in a ring although they stand in different rooms; one fault a ring. */
function ringFaults(files: readonly { path: string; imports: readonly Import[] }[]): string[] {
  return ringsIn(files)
    .filter(({ ring }) => new Set(ring.map(roomOf)).size > 1)
    .map(({ ring, line }) => `src/${ring[0]}:${line} is in a cycle between rooms: ${ring.join(", ")}`);
}

function roomOf(path: string): string {
  const fits = Object.keys(ROOMS).filter((room) => (room === "" ? !path.includes("/") : lies(path, [room])));
  return fits.sort((a, b) => b.length - a.length)[0] ?? "nowhere";
}

/** Whether a path is one of some files, or in one of some folders (which end in "/"; "" is everything). */
function lies(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || (/^$|\/$/.test(place) && path.startsWith(place)));
}
