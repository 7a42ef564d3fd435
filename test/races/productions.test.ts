// `productions.long.ts` has more seeds, and every call at which an owner may stop.
import { it } from "vitest";
import { inFolder } from "../crash/productions/folder.ts";
import { scenarios } from "../productions/scenarios.ts";
import { oneEndOfCancelAndCompletion, ownerWakesInTheNextRound, twoRuntimesMakeOneFilm } from "./productions.ts";

it("two runtimes, one of which thinks that the other one's leases have ended, make one film, by 30 seeds", () =>
  twoRuntimesMakeOneFilm(30));

it("two processes on one folder make one film", () =>
  inFolder(async (folder) => {
    await folder.isPlayedBy("a film with a node that fails", 2);
    await folder.comesOut(scenarios["a film with a node that fails"], 0);
  }));

it("a cancel at any call while the last node completes: one end, decided by one write, and each node that was made is paid for", () =>
  oneEndOfCancelAndCompletion());

it("an owner that stops at one of three calls and wakes in the next round changes nothing in it", () =>
  ownerWakesInTheNextRound(3));
