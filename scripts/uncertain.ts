// npm run uncertain: attempts that a provider may have taken without our ever knowing. Their users have their credits back; the provider may
// have charged you. One a line: when, provider, reference, job, user. Look for the reference, or the time, in the provider's own records.
// npm run uncertain -- done <reference>: you have looked, and it is not shown any more.
import { parseArgs } from "node:util";
import { finishNote, type UncertainNote, uncertainNotes } from "../shared/jobs/moving/uncertain-notes.ts";
import type { Table } from "../shared/ports/table.ts";
import { realClock } from "../shared/runtime/real.ts";
import { runSubcommand, UsageError, withTable } from "./subcommands.ts";

await runSubcommand(
  "npm run uncertain --",
  {
    list: {
      usage: "",
      async run(args) {
        parseArgs({ args });
        await withTable(list);
      },
    },
    done: {
      usage: "<reference>",
      async run(args) {
        const { positionals } = parseArgs({ args, allowPositionals: true });
        const [reference, ...more] = positionals;
        if (!reference || more.length > 0) throw new UsageError("One reference is needed.");
        await withTable((table) => finish(table, reference));
      },
    },
  },
  "list",
);

async function list(table: Table, where: string): Promise<void> {
  let count = 0;
  for await (const note of uncertainNotes(table)) {
    console.log(lineOf(note));
    count += 1;
  }
  console.error(count === 0 ? `Nothing is uncertain in ${where}.` : `${count} uncertain in ${where}.`);
}

async function finish(table: Table, reference: string): Promise<void> {
  const note = await finishNote({ table, clock: realClock }, reference);
  if (!note) throw new Error(`There is no note of ${reference}.`);
  console.log(`${reference} of ${note.provider} is done.`);
}

function lineOf({ at, provider, reference, jobId, userId }: UncertainNote): string {
  return `${new Date(at).toISOString()} ${provider} ${reference} job ${jobId} user ${userId}`;
}
