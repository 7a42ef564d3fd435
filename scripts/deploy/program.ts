// Programs that do the deploying itself, as processes of their own: what they write is shown as it comes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";
import type { Environment } from "../../shared/config/config.ts";
import { type Step, todo } from "./steps.ts";

export interface Surroundings {
  root: string;
  environment: Environment;
  /** What programs write goes to stderr: stdout is for the one answer. */
  isJson: boolean;
}

export interface Program {
  name: string;
  command: string;
  args: readonly string[];
  /** Over the surroundings' own. */
  environment?: Environment;
  /** What it means when it ends with another code than 0. */
  failed: string;
}

/** A step that is taken each time. */
export function programStep(around: Surroundings, program: Program): Step {
  const line = [program.command, ...program.args].join(" ").replace(`${process.execPath} `, "node ");
  return {
    name: program.name,
    look: async () => todo(line),
    async make() {
      const code = await runProgram(around, program);
      if (code !== 0) throw new Error(`${line} ended with ${code}. ${program.failed}`);
      return line;
    },
  };
}

/** A script of this repository. */
export function scriptOf(
  { root }: Surroundings,
  path: string,
  args: readonly string[],
): Pick<Program, "command" | "args"> {
  return { command: process.execPath, args: [join(root, path), ...args] };
}

/** Before the deployment. `cloud`: as `npm run build` names it. */
export function zipsStep(around: Surroundings, cloud: string): Step {
  return programStep(around, {
    ...{ name: "zips", ...scriptOf(around, "scripts/build.ts", [cloud]) },
    failed: "Nothing was deployed.",
  });
}

/** Behind the deployment. `endpoints`: what `npm run endpoints` is told. */
export function closingSteps(around: Surroundings, endpoints: readonly string[]): Step[] {
  return [
    programStep(around, {
      ...{ name: "endpoints", ...scriptOf(around, "scripts/endpoints.ts", endpoints) },
      failed: "It is deployed; only endpoints.json lacks.",
    }),
    programStep(around, {
      ...{ name: "doctor", ...scriptOf(around, "scripts/doctor.ts", ["--endpoints", "endpoints.json"]) },
      failed: "It is deployed, and not well: see what is WRONG above.",
    }),
  ];
}

/** The exit code; a signal that ends this process ends it, too. */
export async function runProgram(
  { root, environment, isJson }: Surroundings,
  { command, args, environment: own }: Program,
) {
  const path = [environment.PATH, join(root, "node_modules", ".bin")].filter(Boolean).join(delimiter);
  const child = spawn(command, args, {
    cwd: root,
    env: { ...environment, ...own, PATH: path },
    stdio: ["ignore", isJson ? process.stderr : "inherit", "inherit"],
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGTERM", forward).on("SIGINT", forward);
  try {
    const [code, signal] = await once(child, "close");
    return (code ?? signal) as number | NodeJS.Signals;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new Error(`There is no program ${command}: npm ci brings it.`);
    throw error;
  } finally {
    process.off("SIGTERM", forward).off("SIGINT", forward);
  }
}
