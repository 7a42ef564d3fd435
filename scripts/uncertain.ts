// npm run uncertain: attempts that a provider may have taken without our ever knowing; npm run uncertain -- done <reference>: you have looked.
import { finishUncertain, listUncertain } from "./jobs/uncertain.ts";
import { runSubcommand } from "./subcommands.ts";

await runSubcommand("npm run uncertain --", { list: listUncertain, done: finishUncertain }, "list");
