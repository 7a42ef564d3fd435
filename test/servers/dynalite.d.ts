// DynamoDB's operations on a LevelDB in memory; the package brings no types.
declare module "dynalite" {
  import type { Server } from "node:http";

  interface Options {
    /** How long a table is on its way, in milliseconds. */
    createTableMs?: number;
    updateTableMs?: number;
    deleteTableMs?: number;
  }
  function dynalite(options?: Options): Server;
  export = dynalite;
}
