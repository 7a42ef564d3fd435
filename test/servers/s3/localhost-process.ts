// For a process of its own that reaches a bucket under bucket.localhost: `--import` of this lets its system's resolver not matter.
import { useLocalhostNames } from "./localhost-names.ts";

useLocalhostNames();
