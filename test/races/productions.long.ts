import { it } from "vitest";
import { ownerWakesInTheNextRound, twoRuntimesMakeOneFilm } from "./productions.ts";

it("two runtimes, one of which thinks that the other one's leases have ended, make one film, by 120 seeds", () =>
  twoRuntimesMakeOneFilm(120));

it("an owner that stops at any call and wakes in the next round changes nothing in it", () =>
  ownerWakesInTheNextRound(1));
