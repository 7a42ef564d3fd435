// A whole deployment of the zips: on which servers, by which events, and how its processes can be killed.
import type { declarations } from "../../../functions/declarations.ts";
import type { CloudPlace } from "../../crash/remains.ts";
import type { Disturbance } from "../../servers/delivery.ts";
import type { Passing } from "../../servers/interceptor.ts";

export interface Deployment {
  /** Where `/api/v1` lies. */
  url: string;
  /** Where it lies for the live feed. */
  feedUrl: string;
  place: CloudPlace;
  /** Kills those of the functions that are at work when such a request passes. Resolves when it has happened. */
  killAt(gap: WireGap): Promise<void>;
  /** Of the next events, so many. */
  disturb(how: Disturbance, times: number): void;
  /** Delivers what was held back. */
  release(): void;
  /** Each timer once, now, unless several of them are still under way; it is not waited for. */
  fireTimers(): void;
  /** What the functions have printed, by their names. */
  output(): Record<string, string>;
  /** How many processes each function has had. */
  started(): Record<string, number>;
  close(): Promise<void>;
}

/** A place between two writes, as one sees it from outside of the process. */
export interface WireGap {
  on: "table" | "store";
  moment: "before" | "after";
  matches(passing: Passing): boolean;
  nth?: number;
  /** Whose processes die; all that are at work. */
  dies: readonly string[];
}

/** Of the functions: those that this needs, and no others. */
export const deployed = [
  "register",
  "generate-image",
  "get-job",
  "job-events",
  "list-jobs",
  "get-credits",
  "list-transactions",
  "retry-job",
  "cancel-job",
  "run-job",
  "persist-output",
  "poll-tasks",
] as const;

export interface DeployOptions {
  /** Vendors that the zips carry. */
  vendors?: readonly string[];
  /** A folder with other zips. */
  zips?: string;
  /** Beside what every deployment is told. */
  environment?: Readonly<Record<string, string>>;
  /** Further functions. */
  functions?: readonly (typeof declarations)[number]["name"][];
}

/** Where nobody answers. */
export const nobody = "127.0.0.1:9";

/** What an operator would set, and leases so short that nobody waits. */
export const settings = {
  NODE_ENV: "production",
  JWT_SECRET: "the secret of a deployment that is a test",
  LEASE_SECONDS: "2",
  LOG_LEVEL: "info",
  RATE_LIMIT_PER_MINUTE: "0",
  REGISTRATIONS_PER_HOUR: "0",
  STORE_ACCESS: "private",
  TRUSTED_HOSTS: nobody,
};

const MOST_TIMERS = 3;

/** The clouds fire each minute; tests do so each second, and on a busy machine more and more of them would be under way. */
export function fewAtOnce(fire: () => Promise<unknown>): () => void {
  let underWay = 0;
  return () => {
    if (underWay >= MOST_TIMERS) return;
    underWay += 1;
    void fire().finally(() => {
      underWay -= 1;
    });
  };
}
