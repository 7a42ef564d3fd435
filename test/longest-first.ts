// The order of a run's files where nothing is known of an earlier one: by their size, but for the rooms in which a few lines go through whole suites.
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What begins last would be left alone with one processor. */
const longRooms = ["protocol", "platforms", "clouds", "crash"];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => longRooms.some((room) => moduleId.includes(`/test/${room}/`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
