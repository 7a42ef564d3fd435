// Attempts that a provider may have taken without our ever knowing. Their users have their credits back; the provider may have charged you.
// Look for the reference, or the time, in the provider's own records.
import { finishNote, type UncertainNote, uncertainNotes } from "../../shared/jobs/moving/uncertain-notes.ts";
import { realClock } from "../../shared/runtime/real.ts";
import { parsed, type Subcommand, say, UsageError, withTable } from "../subcommands.ts";

/** As `npm run uncertain` and as a part of `npm run jobs`. */
export const listUncertain: Subcommand = {
  usage: "[--json]",
  about: "Attempts that a provider may have taken and charged without our knowing, one a line.",
  async run(args) {
    const { isJson } = parsed(args, {});
    await withTable(async (table, where) => {
      const notes: UncertainNote[] = [];
      for await (const note of uncertainNotes(table)) notes.push(note);
      say(isJson, notes.map(lineOf), notes);
      console.error(
        notes.length === 0 ? `Nothing is uncertain in ${where}.` : `${notes.length} uncertain in ${where}.`,
      );
    });
  },
};

export const finishUncertain: Subcommand = {
  usage: "<reference> [--json]",
  about: "You have looked at it, and it is not shown any more.",
  async run(args) {
    const { positionals, isJson } = parsed(args, {}, 2);
    const [reference, ...more] = positionals;
    if (!reference || more.length > 0) throw new UsageError("One reference is needed.");
    const note = await withTable((table) => finishNote({ table, clock: realClock }, reference));
    if (!note) throw new Error(`There is no note of ${reference}.`);
    say(isJson, [`${reference} of ${note.provider} is done.`], note);
  },
};

function lineOf({ at, provider, reference, jobId, userId }: UncertainNote): string {
  return `${new Date(at).toISOString()} ${provider} ${reference} job ${jobId} user ${userId}`;
}
