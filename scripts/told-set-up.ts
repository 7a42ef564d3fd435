// What making a bucket or a table tells: each step as it is done, what could not be done on stderr; or, for programs, all of it once at the end.
import type { SetUpTold } from "../shared/ports/set-up.ts";

export interface ToldSetUp extends SetUpTold {
  /** `place`: what is ready, or null. `problem`: what could not be done, or null. */
  end(place: string | null, problem: string | null): void;
}

/** `args`: of the command, which understands `--json` and nothing else; for anything else the process ends with 2. */
export function toldSetUp(args: readonly string[]): ToldSetUp {
  const unknown = args.find((each) => each !== "--json");
  if (unknown !== undefined) {
    console.error(`${JSON.stringify(unknown)} is not understood: there is --json, and --help.`);
    process.exit(2);
  }
  if (args.length === 0)
    return {
      say: (sentence) => console.log(sentence),
      warn: (sentence) => console.error(sentence),
      end: (_, problem) => problem !== null && console.error(problem),
    };
  const [done, warnings]: [string[], string[]] = [[], []];
  return {
    say: (sentence) => void done.push(sentence),
    warn: (sentence) => void warnings.push(sentence),
    end: (place, problem) =>
      console.log(JSON.stringify({ isDone: problem === null, place, done, warnings, problem }, null, 2)),
  };
}
