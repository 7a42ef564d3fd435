// Tables in memory, sorted by their keys; indexes follow them with a lag.
import { checkCondition } from "./conditions.ts";
import type { IndexMeta, Requests, RowCondition } from "./messages.ts";
import { OtsError } from "./ots-error.ts";
import { type Cell, infMax, infMin, readRow, type Value } from "./plain-buffer.ts";

export interface StoredRow {
  key: Cell[];
  columns: Cell[];
}

export interface StoredTable {
  name: string;
  keys: { name: string; type: number }[];
  definedColumns: { name: string; type: number }[];
  indexes: IndexMeta[];
  /** In the order of their keys. */
  rows: StoredRow[];
  /** How often it must still be asked about until it can be used. */
  looksUntilReady: number;
}

export interface Tables {
  create(request: Requests["CreateTable"]): void;
  createIndex(request: Requests["CreateIndex"]): void;
  /** Throws 404 for one that is not there, or not ready. */
  open(name: string): StoredTable;
  describe(name: string): StoredTable;
  put(request: Requests["PutRow"]): void;
  delete(request: Requests["DeleteRow"]): void;
  /** Lets the indexes follow by so many changes; Infinity: entirely. */
  follow(changes: number): void;
}

const LOOKS_UNTIL_READY = 2;

export function createTables(): Tables {
  const tables = new Map<string, StoredTable>();
  const behind: (() => void)[] = [];

  function find(name: string): StoredTable {
    const table = tables.get(name);
    if (!table) throw new OtsError(404, "OTSObjectNotExist", `Requested table does not exist: ${name}.`);
    return table;
  }

  function open(name: string): StoredTable {
    const table = find(name);
    if (table.looksUntilReady > 0) throw new OtsError(404, "OTSTableNotReady", "Table is not ready.");
    return table;
  }

  function change(tableName: string, key: Cell[], condition: RowCondition, columns: Cell[] | null): void {
    const table = open(tableName);
    checkKey(table, key);
    const { index, found } = search(table, key);
    checkCondition(condition, found ? found.columns : null);
    const row = columns && { key, columns };
    table.rows.splice(index, found ? 1 : 0, ...(row ? [row] : []));
    for (const meta of table.indexes) behind.push(() => reindex(find(meta.name), found, row));
  }

  function addIndex(table: StoredTable, meta: IndexMeta): void {
    const columns = new Map([...table.definedColumns, ...table.keys].map((column) => [column.name, column.type]));
    const names = [...new Set([...meta.primaryKey, ...table.keys.map(({ name }) => name)])];
    if (names.length > 4 || names.some((name) => !columns.has(name)))
      throw invalid(`the index ${meta.name} has no such columns`);
    // Defined columns count 1 for integers and 4 for strings; key columns 1 and 2.
    const keys = names.map((name) => ({ name, type: columns.get(name) === 4 ? 2 : (columns.get(name) ?? 0) }));
    const { looksUntilReady } = table;
    tables.set(meta.name, { name: meta.name, keys, definedColumns: [], indexes: [], rows: [], looksUntilReady });
    table.indexes.push(meta);
  }

  return {
    create({ tableMeta: { tableName, primaryKey, definedColumn }, indexMetas }) {
      if (tables.has(tableName)) throw new OtsError(409, "OTSObjectAlreadyExist", "Requested table already exists.");
      const table = { name: tableName, keys: primaryKey, definedColumns: definedColumn, indexes: [], rows: [] };
      tables.set(tableName, { ...table, looksUntilReady: LOOKS_UNTIL_READY });
      for (const meta of indexMetas) addIndex(find(tableName), meta);
    },

    createIndex({ mainTableName, indexMeta, includeBaseData }) {
      const table = find(mainTableName);
      if (tables.has(indexMeta.name)) throw new OtsError(409, "OTSObjectAlreadyExist", "The index already exists.");
      addIndex(table, indexMeta);
      const index = find(indexMeta.name);
      index.looksUntilReady = LOOKS_UNTIL_READY;
      if (includeBaseData) for (const row of table.rows) reindex(index, null, row);
    },

    open,

    describe(name) {
      const table = find(name);
      for (const each of [table, ...table.indexes.map((index) => find(index.name))]) {
        each.looksUntilReady = Math.max(0, each.looksUntilReady - 1);
      }
      return table;
    },

    put({ tableName, row, condition }) {
      const { key, columns, isDeletion } = readRow(row);
      if (isDeletion) throw invalid("a put that deletes");
      change(tableName, key, condition, columns);
    },

    delete({ tableName, primaryKey, condition }) {
      const { key, isDeletion } = readRow(primaryKey);
      if (!isDeletion) throw invalid("a deletion without its mark");
      change(tableName, key, condition, null);
    },

    follow(changes) {
      for (const apply of behind.splice(0, changes)) apply();
    },
  };
}

/** A row that lacks a column of the index's key is not in it. */
function reindex(index: StoredTable, before: StoredRow | null, after: StoredRow | null): void {
  const old = before && indexKey(index, before);
  const entry = old && search(index, old);
  if (entry?.found) index.rows.splice(entry.index, 1);
  const key = after && indexKey(index, after);
  if (key) index.rows.splice(search(index, key).index, 0, { key, columns: [] });
}

function indexKey(index: StoredTable, row: StoredRow): Cell[] | null {
  const cells = new Map([...row.key, ...row.columns].map((cell) => [cell.name, cell]));
  const key = index.keys.flatMap(({ name }) => cells.get(name) ?? []);
  return key.length === index.keys.length ? key : null;
}

/** By halves: where the key stands, or would stand. */
export function search({ rows }: StoredTable, key: Cell[]): { index: number; found: StoredRow | null } {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(rows[middle]?.key ?? [], key) < 0) low = middle + 1;
    else high = middle;
  }
  const row = rows[low];
  return { index: low, found: row && compareKeys(row.key, key) === 0 ? row : null };
}

export function compareKeys(a: readonly Cell[], b: readonly Cell[]): number {
  for (const [i, { value }] of a.entries()) {
    const order = compareValues(value, b[i]?.value ?? infMin);
    if (order !== 0) return order;
  }
  return 0;
}

/** Strings by their bytes. */
function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === infMin || b === infMax) return -1;
  if (a === infMax || b === infMin) return 1;
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

/** A key column takes up to 1 KB. */
export function checkKey({ keys }: StoredTable, key: readonly Cell[]): void {
  const fits = keys.every(({ name, type }, i) => {
    const { name: given, value } = key[i] ?? {};
    const isEnd = value === infMin || value === infMax;
    const hasType =
      type === 1 ? typeof value === "bigint" : typeof value === "string" && Buffer.byteLength(value) <= 1024;
    return given === name && (isEnd || hasType);
  });
  if (!fits || key.length !== keys.length) throw new OtsError(400, "OTSInvalidPK", "Validate PK failed.");
}

function invalid(message: string): OtsError {
  return new OtsError(400, "OTSParameterInvalid", message);
}
