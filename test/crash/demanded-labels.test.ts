// Deaths where a label is demanded: whoever takes over finds the labelled file, or makes the very same one. The other gaps are passed with the
// labels that are on by default (`generation.ts`, `checkFiles`).
import { describe, test } from "vitest";
import type { GapName } from "./gaps.ts";
import { generated, lackingOnce, type Row, sketch, survives, twoFiles } from "./generation.ts";

const environment = { LABEL_PROFILE: "all", LABEL_PRODUCER_CODE: "001191110000XXXXXXXXXX10001" };

const rows: readonly (readonly [GapName, Row])[] = [
  ["transfer: inside a file that is drawn", sketch],
  ["transfer: after a file, before its record", twoFiles],
  ["transfer: after the record of the first of two files", twoFiles],
  ["persist: after the copy", generated("a lake")],
  ["persist: before the completing write", generated("a lake")],
  ["closing: before the outputs of an earlier attempt go", lackingOnce],
];

describe.concurrent("with LABEL_PROFILE=all, a process that dies", () => {
  test.for(rows)("%s: the job ends with the same labelled files, charged once", ([gap, row]) =>
    // The vendor's pictures have a pixel, and no room for a label that one sees.
    survives(gap, { ...row, environment: row === sketch ? environment : { ...environment, LABEL_VISIBLE: "off" } }),
  );
});
