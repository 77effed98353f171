// Makes the app package that is uploaded to Teams: a zip with the manifest and the icons, which are drawn here.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { strToU8, zipSync } from "fflate";
import { pngOf } from "../../picture/png.ts";
import { appManifest, ICONS, type AppDetails } from "./manifest.ts";

/** The bytes of the zip; the same for the same details. */
export async function appPackage(details: AppDetails): Promise<Uint8Array> {
  const manifest = `${JSON.stringify(appManifest(details), null, 2)}\n`;
  const files = {
    "manifest.json": strToU8(manifest),
    [ICONS.color]: await drawn("color.svg"),
    [ICONS.outline]: await drawn("outline.svg"),
  };
  return zipSync(files, { mtime: FIRST_DAY, level: 9 });
}

/** Nothing of when or where it was made: 1980 is the first year that a zip knows, by this machine's clock. */
const FIRST_DAY = new Date(1980, 0, 2);

/** The same place from src/ and from dist/. */
const DRAWINGS = new URL("../../../../src/chat/teams/app/", import.meta.url);

async function drawn(name: string): Promise<Uint8Array> {
  return pngOf(await readFile(fileURLToPath(new URL(name, DRAWINGS)), "utf8"), 1);
}
