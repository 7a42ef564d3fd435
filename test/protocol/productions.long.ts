// The production protocol, explored with two interruptions of each way and a death at each write.
import { exploreProductions } from "./productions.ts";

exploreProductions(Number(process.env.EXPLORE_SWITCHES ?? 2));
