// The production protocol, explored with one interruption of each way and a death at each write.
import { exploreProductions } from "./productions.ts";

exploreProductions(1);
