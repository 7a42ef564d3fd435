// Deaths in the middle of creates, as many as a quick test can have; crash/moments.test.ts has the others.
import { test } from "vitest";
import { survivesKilledCreates } from "./killed-creates.ts";

test("F01: 12 deaths at random moments of a create: per key one job and one charge, or neither, and the repeat gets the same", () =>
  survivesKilledCreates(12));
