// Keeps the bytes of uploaded files: in a folder beside the journal, or in memory where nothing is kept.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "./ids.ts";
import type { StoredFile } from "./memory.ts";
import type { Workspace } from "./workspace.ts";

/** The most that one upload may hold. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;

/** The bytes of files; what else is known of them stands in the workspace. */
export interface Files {
  /** Keeps a file that somebody uploaded; it is shown only where it is shared. */
  keep(upload: {
    name: string;
    mimetype: string;
    user: string;
    bytes: Buffer;
    id?: string;
    title?: string;
  }): StoredFile;
  /** The bytes, or null where there are none. */
  bytesOf(id: string): Promise<Buffer | null>;
}

/** Opens the folder; null keeps the bytes in memory. */
export function openFiles(workspace: Workspace, folder: string | null): Files {
  const inMemory = new Map<string, Buffer>();
  if (folder !== null) mkdirSync(folder, { recursive: true, mode: 0o700 });

  return {
    keep: ({ name, mimetype, user, bytes, id = newId("F"), title }) => {
      if (folder === null) inMemory.set(id, bytes);
      else writeWhole(join(folder, id), bytes);
      const created = Math.floor(workspace.now().getTime() / 1_000);
      const file: StoredFile = {
        id,
        name,
        mimetype,
        size: bytes.length,
        user,
        created,
        title: title ?? name,
      };
      workspace.record({ kind: "uploaded", file });
      return file;
    },
    bytesOf: async (id) => {
      if (!workspace.files.has(id)) return null;
      return folder === null ? (inMemory.get(id) ?? null) : await readFile(join(folder, id));
    },
  };
}

/** A file is there whole or not at all, and before the journal tells of it. */
function writeWhole(path: string, bytes: Buffer): void {
  writeFileSync(`${path}.part`, bytes, { mode: 0o600 });
  renameSync(`${path}.part`, path);
}
