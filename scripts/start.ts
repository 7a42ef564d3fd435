// npm start: the whole product on this machine, in the foreground, until a signal ends it.
import { flushCompileCache } from "node:module";
import { declarations } from "../functions/declarations.ts";
import { readConfig } from "../shared/config/config.ts";
import { ConfigError } from "../shared/config/config-error.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import { AppError } from "../shared/errors/app-error.ts";
import { type Local, startLocal } from "../shared/runtime/local/local.ts";
import { answerHelp } from "./help.ts";
import { loadPage } from "./page/load-page.ts";

/** Then a shutdown that hangs is cut off; what was under way is taken up again at the next start. */
const EXIT_AFTER_MS = 9500;

answerHelp(
  "The whole product on this machine, in the foreground, until a signal ends it. .env.example lists its settings.",
  "  npm start",
  "Exit code 0: it was stopped; 1: it could not start, and says why.",
);

try {
  const local = await startLocal(readConfig(processEnvironment()), declarations, { page: loadPage });
  handleSignals(local);
  greet(local);
  // Not only at the end: a process that is killed leaves it too. Without a cache (`start/compile-cache.mjs`) nothing happens.
  flushCompileCache();
} catch (error) {
  console.error(describe(error));
  process.exit(1);
}

function handleSignals(local: Local): void {
  let isStopping = false;
  // Both come more than once: npm passes on what its process group has got already.
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(0), EXIT_AFTER_MS).unref();
    await local.close();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // A rejection that nobody waits for is a defect of one call; the others go on.
  process.on("unhandledRejection", (error) => local.runtime.log.error({ error }, "a rejection was not handled"));
}

function greet({ url }: Local): void {
  const body = '{"username":"you","email":"you@example.com","password":"correct horse"}';
  console.log(`Dream Factory listens on ${url}

The studio, to make something at once: ${url}/
The reference, with calls to copy: ${url}/api/v1/docs

Register, and get a token:

curl -X POST ${url}/api/v1/auth/register -H 'Content-Type: application/json' -d '${body}'
`);
}

function describe(error: unknown): string {
  if (error instanceof AppError) return error.forOperator ?? error.message;
  if (error instanceof ConfigError) return error.message;
  if (error instanceof Error && "syscall" in error && error.syscall === "listen") {
    return `${error.message}. Choose another HOST or PORT, or stop the program that uses it.`;
  }
  return error instanceof Error ? error.message : String(error);
}
