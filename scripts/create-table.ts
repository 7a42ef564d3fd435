// npm run create-table: makes the configured table in its cloud, with its index and what protects it. Run again, it adds what is missing.
// Each step is told as it is done, on stdout; what could not be done, and why, on stderr. Exit code 0: the table is ready; 1: a step failed, and
// the others were taken all the same; 2: the settings are wrong. What a service such as DynamoDB Local does not know at all and the product
// can do without is told, and is no failure.
import { readConfig } from "../shared/config/config.ts";
import { ConfigError } from "../shared/config/config-error.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import { placeOfTable, prepareTable } from "../shared/runtime/adapters/table.ts";
import { answerHelp } from "./help.ts";
import { toldSetUp } from "./told-set-up.ts";

answerHelp(
  "Makes the configured table in its cloud, with its index and what protects it; run again, it adds what is missing.",
  "  npm run create-table [-- --json]",
  "Exit code 0: the table is ready; 1: a step failed; 2: the settings are wrong.",
);

const told = toldSetUp(process.argv.slice(2));
try {
  const config = readConfig({ ...processEnvironment(), NODE_ENV: undefined, JWT_SECRET: undefined });
  console.error(`Preparing ${placeOfTable(config)}.`);
  await prepareTable(config, told);
  told.end(placeOfTable(config), null);
} catch (error) {
  told.end(null, error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}
