// What serverless-offline does otherwise than Lambda's own front doors, whatever a function says.
import type { KnownDifferences } from "./api-asking.ts";
import type { Elsewhere } from "./api-cases.ts";
import { differences } from "./api-differences.ts";

export const FRONT = "serverless-offline";

const ownHeaders = {
  "accept-ranges": "it offers ranges of everything that it answers",
  vary: "it could compress what it answers",
  "content-type": "it adds a charset, and a type where there is none",
  "access-control-allow-credentials": "it answers for CORS itself, although the manifest asks for none",
  "access-control-allow-origin": "as above",
  "access-control-allow-methods": "as above",
  "access-control-expose-headers": "as above",
  "access-control-max-age": "as above",
};

const preflight = { status: 200, why: "a 204 has no body, and it makes a 200 of that" };

/** By the title of the case. */
const elsewhere: Readonly<Record<string, Omit<Elsewhere, "front">>> = {
  "a body without a content type is refused": { status: 400, why: "it says that a body without a type is JSON" },
  "two tokens are no token": { status: 200, why: "of two headers of one name it tells the last one alone" },
  "a browser is told the methods of both": preflight,
  "an allowed origin's preflight names methods and headers": preflight,
  "a foreign origin's does not": preflight,
  "a query whose encoding is broken is refused": { status: 400, why: "it mends the query before the function sees it" },
  "a path whose encoding is broken is refused": { status: 400, why: "it refuses that path itself, in its own words" },
  "a page may be asked for whatever is accepted": { status: 200, why: "it compresses the page" },
  "a slash at the end makes another path": { status: 200, why: "it leaves that slash out" },
};

export const known: KnownDifferences = {
  headers: [
    ...differences.filter(({ front }) => front === undefined),
    ...Object.entries(ownHeaders).map(([header, why]) => ({ header, why, front: [FRONT] })),
  ],
  elsewhere: ({ title }) => (elsewhere[title] ? { front: FRONT, ...elsewhere[title] } : undefined),
};
