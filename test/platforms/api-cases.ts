// What the API is asked, in order, wherever it runs. `{{name}}` stands for what an earlier answer, or the test itself, has given.
import type { declarations } from "../../functions/declarations.ts";
import { casesOfFaces } from "./api-cases-of-faces.ts";
import { casesOfHttp } from "./api-cases-of-http.ts";
import { casesOfJobs } from "./api-cases-of-jobs.ts";
import { casesOfProjects } from "./api-cases-of-projects.ts";
import { casesOfUsers } from "./api-cases-of-users.ts";

export interface ApiCase {
  title: string;
  /** The function whose own URL is asked where each has one. */
  at: (typeof declarations)[number]["name"];
  /** Method and path, as in a request line. */
  asks: string;
  /** The user whose token goes with it. */
  as?: "ada" | "bob";
  /** Names and values in turn. */
  headers?: readonly string[];
  /** Sent as JSON, with its content type. */
  json?: unknown;
  /** Sent as it is. */
  body?: string | Uint8Array;
  expects: number;
  /** Names for parts of the answer, by their place in it: `data.token`. */
  keeps?: Readonly<Record<string, string>>;
  /** What happens first. */
  before?: Event;
  /** Where a platform allows nothing better: what is answered there instead, and why. */
  elsewhere?: Elsewhere;
}

/** `{ run: "job" }`: the job of that name has been run to its end. */
export type Event = { run: string } | "ada becomes an administrator";

export interface Elsewhere {
  front: string;
  status: number;
  why: string;
}

export const apiCases: readonly ApiCase[] = [
  ...casesOfUsers,
  ...casesOfJobs,
  ...casesOfProjects,
  ...casesOfFaces,
  ...casesOfHttp,
  { title: "signing out ends a token", at: "logout", asks: "POST /api/v1/auth/logout", as: "bob", expects: 200 },
  { title: "for good", at: "logout", asks: "POST /api/v1/auth/logout", as: "bob", expects: 401 },
  { title: "and nobody signs out", at: "logout", asks: "POST /api/v1/auth/logout", expects: 401 },
];
