// Fails where the tables in src/store/schema.ts and the migrations in drizzle/ have grown apart. drizzle-kit's own check does
// not see that, and its generator ends with success whatever it did; so it generates into a copy, and must find nothing to do.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "belfry-drift-"));
try {
  cpSync(join(root, "drizzle"), folder, { recursive: true });
  const command = join(root, "node_modules", "drizzle-kit", "bin.cjs");
  const options = ["--dialect=postgresql", "--schema=./src/store/schema.ts", "--casing=snake_case"];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [command, "generate", ...options, `--out=${relative(root, folder)}`],
    { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  );
  if (!stdout.includes("No schema changes")) {
    process.stderr.write(
      `${stdout}${stderr}\nsrc/store/schema.ts has no migration yet: run \`npm run migrations\`.\n`,
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
