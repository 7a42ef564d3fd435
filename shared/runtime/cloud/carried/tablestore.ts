// Alibaba Cloud's Tablestore, in a bundle.
import type { Table } from "../../../ports/table.ts";
import { createTablestoreTable } from "../../../tables/tablestore/table.ts";
import { tablestoreOptions } from "../../adapters/table-options.ts";
import type { Carried } from "../prepare.ts";
import { refuse } from "./refuse.ts";

export const table: Carried<Table> = {
  name: "tablestore",
  open: ({ table: config }, role) =>
    config.provider === "tablestore"
      ? createTablestoreTable(tablestoreOptions(config, role))
      : refuse("TABLE_PROVIDER"),
};
