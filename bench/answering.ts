// The other side of processes.ts: how a program of the bench hears what it is asked.
import type { Reply } from "./processes.ts";

/** Answers one question after the other until whoever asks has gone. */
export function answering<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  process.on("message", async (question) => reply(await settle(() => answer(question as Question))));
  process.once("disconnect", () => process.exit());
}

async function settle<Answer>(act: () => Promise<Answer>): Promise<Reply<Answer>> {
  try {
    return { answer: await act() };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function reply(message: Reply<unknown>): void {
  process.send?.(message);
}
