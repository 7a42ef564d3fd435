// The order of a run's files where nothing is known of an earlier one: by their size, but for the rooms in which a few lines go through whole suites.
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What begins last would be left alone with one processor. The first one builds what the last of these would all wait for. */
const longRooms = ["platforms/artefacts", "protocol/", "crash/", "clouds/", "platforms/"];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = longRooms.findIndex((room) => moduleId.includes(`/test/${room}`));
  return rank < 0 ? longRooms.length : rank;
}
