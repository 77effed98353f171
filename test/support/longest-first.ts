// In which order the test files run: first those that have a process of their own, then those that share one; of each the
// longest first, so that no worker is left alone with one at the end.
import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes more than some seconds, longest first; a file that grew, or is missing here, only runs later than it should. */
const LONGEST: readonly string[] = [
  ...["e2e/sandbox", "chaos/chaos", "faults/dies", "faults/database", "main/start", "faults/backlog"],
  ...["store/embedded", "faults/slack-fails", "faults/revoked", "store/outbox", "store/store", "main/teams"],
  ...["faults/teams", "model/page-model", "store/postgres", "faults/full-disk", "faults/flood"],
  ...["stories/both-platforms", "core/clock-laws", "chat/teams/everything", "stories/replaying"],
  ...["chat/teams/render", "chat/teams/listen", "core/coverage", "stories/storm", "core/ticket-laws"],
  ...["core/roster", "cli/replay", "stories/a-weekend", "stories/page-in-hands"],
].map((name) => `test/${name}.test.ts`);

/** Vitest's own order, which knows only how long the files are, or how long they took where it ran before. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ project, moduleId }: TestSpecification): number {
  const place = LONGEST.indexOf(relative(project.vitest.config.root, moduleId));
  const isLong = place >= 0;
  return (project.config.isolate ? 0 : 2 * LONGEST.length) + (isLong ? place : LONGEST.length);
}
