// Where settings come from: the process's environment, and a `.env` file for what that leaves open.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import type { Environment } from "./config.ts";

/** `environment` over the file's variables; a variable that is blank in it is left open. A file that is not there says nothing. */
export function readDotEnv(path: string, environment: Environment): Environment {
  return { ...parseEnv(readIfThere(path)), ...onlySet(environment) };
}

/** A value that is empty, or nothing but spaces, is the same as none: here, and where the manifests take it from (deploy/aws/set.cjs). */
export function onlySet(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
}

/** The environment of this process over the `.env` of its working directory. */
export function processEnvironment(): Environment {
  return readDotEnv(".env", process.env);
}

/** Both apart: what `.env` has, and what this process was given. */
export function environmentByPlace(): { file: Environment; own: Environment } {
  return { file: readDotEnv(".env", {}), own: process.env };
}

/** The environment of a deployed function: it has no file beside it. */
export function deployedEnvironment(): Environment {
  return process.env;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
