// What a deployment says: a line for each step as it is done, or all of it at once for programs.
import { Found, say } from "../subcommands.ts";
import { type Done, isWell, type Step, takeSteps } from "./steps.ts";

export interface Deployment {
  cloud: "aws" | "aliyun";
  account: string;
  region: string;
  stage: string;
  steps: readonly Step[];
  /** Where it answers, once it is deployed. */
  address(): Promise<string | null>;
  /** What no step could do. */
  notes: readonly string[];
}

export interface Wish {
  isJson: boolean;
  /** Without it nothing is made. */
  isWanted: boolean;
}

const marks: Readonly<Record<Done["state"], string>> = {
  there: "there  ",
  todo: "to do  ",
  made: "done   ",
  stopped: "STOP   ",
  failed: "FAILED ",
  "not reached": "-      ",
};

/** Throws Found when a step stopped or failed. */
export async function deploy(deployment: Deployment, { isJson, isWanted }: Wish): Promise<void> {
  const { cloud, account, region, stage, steps, notes } = deployment;
  const tell = (line: string) => isJson || console.log(line);
  tell(`${cloud}, account ${account}, ${region}, stage ${stage}`);
  const done = await takeSteps(steps, isWanted, (each) => tell(lineOf(each)));
  const isFine = done.every(isWell);
  const address = isFine && isWanted ? await deployment.address() : null;
  say(isJson, [...notes.map((note) => `note    ${note}`), ending(isFine, isWanted, address)], {
    ...{ cloud, account, region, stage, isFine, isDone: isFine && isWanted, address, steps: done, notes },
  });
  if (!isFine) throw new Found();
}

function ending(isFine: boolean, isWanted: boolean, address: string | null): string {
  if (!isFine) return "Not deployed. What is done stays: say the same line again once that is well.";
  return isWanted ? `Deployed. It answers at ${address}` : "Nothing was made: with --yes it is.";
}

function lineOf({ name, state, said }: Done): string {
  return `${marks[state]} ${name}: ${said}`;
}
