// Reads source files for what they take in: who imports whom, and who imports whom in a ring.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";

/** A file: its path below some root, with forward slashes, and what it says. */
export interface Source {
  path: string;
  text: string;
}

/** What a file takes in: another file by its path below the same root, or a package or part of Node by its name. */
export interface Import {
  line: number;
  from: string;
  isOurs: boolean;
  typeOnly: boolean;
}

/** All TypeScript below a folder. */
export function sourcesUnder(root: string): Source[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** The syntax tree of a file, with parents set. */
export function parse(source: Source): ts.SourceFile {
  return ts.createSourceFile(source.path, source.text, ts.ScriptTarget.ESNext, true);
}

/** All imports of a file: static, type-only, passed on, dynamic and inside types. */
export function importsIn(tree: ts.SourceFile): Import[] {
  const imports: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const isOurs = specifier.text.startsWith(".");
    const from = isOurs ? fileOf(tree.fileName, specifier.text) : packageOf(specifier.text);
    imports.push({ line: lineOf(tree, node), from, isOurs, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node, node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node, node.arguments[0], false);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node, node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return imports;
}

/** Line of a node, counted from 1. */
export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** Groups of files that all reach each other by imports, each sorted, with the line on which the first enters its ring. */
export function ringsIn(
  files: readonly { path: string; imports: readonly Import[] }[],
): { ring: string[]; line: number }[] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports.filter((each) => each.isOurs)]));
  const reach = new Map(files.map(({ path }) => [path, everythingReached(path, importsOf)]));
  const rings = files.map(({ path }) =>
    [...(reach.get(path) ?? [])].filter((other) => reach.get(other)?.has(path)).sort(),
  );
  return files.flatMap(({ path, imports }, i) => {
    const ring = rings[i] ?? [];
    const line = imports.find((each) => ring.includes(each.from))?.line ?? 1;
    return ring[0] === path ? [{ ring, line }] : [];
  });
}

function everythingReached(from: string, importsOf: ReadonlyMap<string, readonly Import[]>): Set<string> {
  const reached = new Set<string>();
  const open = [from];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const each of importsOf.get(path) ?? []) {
      if (reached.has(each.from)) continue;
      reached.add(each.from);
      open.push(each.from);
    }
  }
  return reached;
}

function fileOf(importer: string, specifier: string): string {
  return normalize(join(dirname(importer), specifier)).replaceAll("\\", "/");
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
