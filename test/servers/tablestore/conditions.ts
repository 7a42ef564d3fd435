// Conditions of a write: existence of the row, and filters over its columns.
import { decodeStrictly, type RowCondition } from "./messages.ts";
import { OtsError } from "./ots-error.ts";
import { type Cell, readVariant } from "./plain-buffer.ts";

/** Throws 403 OTSConditionCheckFail unless the row (null: none) is as demanded. */
export function checkCondition({ rowExistence, columnCondition }: RowCondition, columns: Cell[] | null): void {
  const isThere = columns !== null;
  const existenceHolds = rowExistence === 0 || isThere === (rowExistence === 1);
  const filter = columnCondition?.length ? columnCondition : null;
  const holds = existenceHolds && (filter === null || passes(filter, columns ?? []));
  if (!holds) throw new OtsError(403, "OTSConditionCheckFail", "Condition check failed.");
}

/** filter.proto: Filter { type, filter }. */
function passes(bytes: Buffer, columns: Cell[]): boolean {
  const { type, filter } = decodeStrictly("filter", "Filter", bytes);
  return filterPasses(Number(type), asBuffer(filter), columns);
}

function filterPasses(type: number, filter: Buffer, columns: Cell[]): boolean {
  if (type === 1) return singlePasses(decodeStrictly("filter", "SingleColumnValueFilter", filter), columns);
  if (type !== 2) throw new OtsError(400, "OTSParameterInvalid", `filters of type ${type} are not allowed here`);
  const { combinator, subFilters } = decodeStrictly("filter", "CompositeColumnValueFilter", filter);
  if (combinator !== 2) throw new OtsError(400, "OTSParameterInvalid", "only AND is expected");
  return (subFilters as { type: number; filter: Uint8Array }[]).every((sub) =>
    filterPasses(sub.type, asBuffer(sub.filter), columns),
  );
}

/** `filterIfMissing` is what the SDK calls the opposite of passIfMissing. */
function singlePasses(filter: Record<string, unknown>, columns: Cell[]): boolean {
  if (filter.comparator !== 1) throw new OtsError(400, "OTSParameterInvalid", "only EQUAL is expected");
  const column = columns.find(({ name }) => name === filter.columnName);
  if (!column) return filter.filterIfMissing === false;
  return column.value === readVariant(asBuffer(filter.columnValue));
}

function asBuffer(bytes: unknown): Buffer {
  if (!(bytes instanceof Uint8Array)) throw new OtsError(400, "OTSParameterInvalid", "bytes are missing");
  return Buffer.from(bytes);
}
