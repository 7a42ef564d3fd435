// Setting up a bucket or a table: step by step, each told as it is done, and what failed by name.
import { AppError } from "../errors/app-error.ts";
import { wordsOf } from "../errors/words-of.ts";

/** Can be repeated: what is there already stays. */
export interface SetUpStep {
  /** What it is about, such as "the expiry of temporary files". */
  name: string;
  /** The product works without it: a service that does not know it at all is no failure. */
  isOptional?: true;
  /** The others need it: they are not tried when it fails. */
  isFoundation?: true;
  /** Does it, and answers the sentence that says what was done or found. Throws `conflict` for what is not ours: then nothing more is done. */
  act(): Promise<string>;
}

export interface SetUpTold {
  /** Hears the sentence of each step that was done, as it is done. */
  say(sentence: string): void;
  /** Hears of each step that was not, and why. */
  warn?(sentence: string): void;
}

/** The service does not know what was asked of it. */
export class NotSupported extends Error {
  override readonly name = "NotSupported";
}

/** Takes all of them, also when one fails; throws at the end when one did, with the names of those that lack. */
export async function takeSteps(steps: readonly SetUpStep[], { say, warn = () => {} }: SetUpTold): Promise<void> {
  const failed: string[] = [];
  for (const { name, isOptional, isFoundation, act } of steps) {
    try {
      say(await act());
    } catch (error) {
      if (error instanceof AppError && error.type === "conflict") throw error;
      if (error instanceof NotSupported && isOptional) {
        warn(`Left out: ${name}. This service does not have it, and the product works without: ${wordsOf(error)}`);
        continue;
      }
      failed.push(name);
      warn(`Failed: ${name}: ${wordsOf(error) ?? error}`);
      if (isFoundation) break;
    }
  }
  if (failed.length === 0) return;
  const many = `${failed.length} of ${steps.length} steps failed: ${failed.join(", ")}`;
  throw new Error(`${many}. What was done stays: mend what is said above, and run this again to complete it.`);
}
