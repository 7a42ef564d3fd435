// Names of settings that nobody reads: in `.env`, where every name is meant for us, and in the environment those that look like one of ours.
import type { Environment } from "../../shared/config/config.ts";
import { variables } from "../../shared/config/variables.ts";
import { distance, nearest } from "./nearest.ts";

const known: ReadonlySet<string> = new Set(Object.keys(variables));

/** Read by the manifests, the build, or the tools that run them. */
const readElsewhere: ReadonlySet<string> = new Set([
  ...[
    "APP_NAME",
    "CERT_ID",
    "DEAD_LETTER_QUEUE",
    "DOMAIN_NAME",
    "FFMPEG_LAYER",
    "LOG_PROJECT",
    "LOG_STORE",
    "S_ACCESS",
    "VENDORS",
  ],
  ...["FORCE_COLOR", "NO_COLOR", "TZ", "UV_THREADPOOL_SIZE"],
]);
const ofOthers = /^(AWS|ALIBABA_CLOUD|NODE|npm|SERVERLESS|SSL|HTTPS?|NO)_|^(https?|no)_proxy$/i;

/** `file`: what `.env` has. `environment`: what the process was given. A warning each; a name is shown, never its value. */
export function unknownNames(file: Environment, environment: Environment): string[] {
  const isKnown = (name: string) => known.has(name) || readElsewhere.has(name) || ofOthers.test(name);
  const inFile = Object.keys(file).filter((name) => !isKnown(name));
  const nearby = Object.keys(environment).filter((name) => !isKnown(name) && !(name in file) && isMisspelt(name));
  return [
    ...inFile.map((name) => `.env has ${name}, which nobody reads${meant(name)}`),
    ...nearby.map((name) => `${name} is set, which nobody reads${meant(name)}`),
  ];
}

function meant(name: string): string {
  const word = nearest(name.toUpperCase(), known);
  return word === null ? "" : `: did you mean ${word}?`;
}

/** The environment is full of others' names: one is ours only when it is long, and hardly another one. */
function isMisspelt(name: string): boolean {
  const word = name.length < 7 ? null : nearest(name, known);
  return word !== null && distance(name, word) <= 2;
}
