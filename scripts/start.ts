// npm start: the whole product on this machine, in the foreground, until a signal ends it.
import { declarations } from "../functions/declarations.ts";
import { readConfig } from "../shared/config/config.ts";
import { ConfigError } from "../shared/config/config-error.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import { AppError } from "../shared/errors/app-error.ts";
import { type Local, startLocal } from "../shared/runtime/local.ts";

/** Then a shutdown that hangs is cut off; what was under way is taken up again at the next start. */
const EXIT_AFTER_MS = 9500;

try {
  const local = await startLocal(readConfig(processEnvironment()), declarations);
  handleSignals(local);
  greet(local);
} catch (error) {
  console.error(describe(error));
  process.exit(1);
}

function handleSignals(local: Local): void {
  const stop = async () => {
    setTimeout(() => process.exit(0), EXIT_AFTER_MS).unref();
    await local.close();
    process.exit(0);
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // A rejection that nobody waits for is a defect of one call; the others go on.
  process.on("unhandledRejection", (error) => local.runtime.log.error({ error }, "a rejection was not handled"));
}

function greet({ url }: Local): void {
  const body = '{"username":"you","email":"you@example.com","password":"correct horse"}';
  console.log(`Dream Factory listens on ${url}

Register, and get a token:

curl -X POST ${url}/api/v1/auth/register -H 'Content-Type: application/json' -d '${body}'
`);
}

function describe(error: unknown): string {
  if (error instanceof ConfigError || error instanceof AppError) return error.message;
  const isPortTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  if (isPortTaken) return `${error.message}. Stop the other program, or choose another PORT.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
