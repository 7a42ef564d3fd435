// The HTTP functions alone behind the local server, as a program: what they leave to do is left, as it is behind the clouds' front doors.
import { declarations } from "../../functions/declarations.ts";
import { readConfig } from "../../shared/config/config.ts";
import { processEnvironment } from "../../shared/config/environment.ts";
import { startLocal } from "../../shared/runtime/local/local.ts";

const served = declarations.filter(({ trigger }) => trigger.type === "http");
const { url } = await startLocal(readConfig(processEnvironment()), served);
console.log(`listens on ${url}`);
