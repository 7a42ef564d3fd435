// npm run create-table: makes the configured table in its cloud, with its index and what protects it. Run again, it adds what is missing.
// What it did goes to stdout, one sentence a line. Exit code 0: the table is ready; 1: it could not be made; 2: the settings are wrong.
import { readConfig } from "../shared/config/config.ts";
import { ConfigError } from "../shared/config/config-error.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import { placeOfTable, prepareTable } from "../shared/runtime/adapters/table.ts";

try {
  const config = readConfig({ ...processEnvironment(), NODE_ENV: undefined, JWT_SECRET: undefined });
  console.error(`Preparing ${placeOfTable(config)}.`);
  await prepareTable(config, (sentence) => console.log(sentence));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}
