// Protobuf messages read strictly: a field that the protocol does not have is a mistake of the sender.
import protocol from "tablestore/lib/protocol/tablestore_compiled_proto.js";
import * as z from "zod/mini";
import { describe } from "../../../shared/http/issues.ts";
import { OtsError } from "./ots-error.ts";

const bytes = z.pipe(
  z.instanceof(Uint8Array),
  z.transform((array) => Buffer.from(array)),
);
const condition = z.object({ rowExistence: z.literal([0, 1, 2]), columnCondition: z.optional(bytes) });
const indexMeta = z.object({
  name: z.string(),
  primaryKey: z.array(z.string()),
  definedColumn: z.array(z.string()),
  indexUpdateMode: z.literal([0, 1]),
  indexType: z.literal([0, 1]),
});
const named = z.object({ name: z.string(), type: z.number() });

/** What is read of each request; an absent optional bytes field arrives empty. */
export const requests = {
  GetRow: z.object({ tableName: z.string(), primaryKey: bytes, maxVersions: z.literal(1) }),
  PutRow: z.object({ tableName: z.string(), row: bytes, condition }),
  DeleteRow: z.object({ tableName: z.string(), primaryKey: bytes, condition }),
  GetRange: z.object({
    tableName: z.string(),
    direction: z.literal([0, 1]),
    maxVersions: z.literal(1),
    limit: z.int().check(z.positive()),
    inclusiveStartPrimaryKey: bytes,
    exclusiveEndPrimaryKey: bytes,
  }),
  CreateTable: z.object({
    tableMeta: z.object({ tableName: z.string(), primaryKey: z.array(named), definedColumn: z.array(named) }),
    reservedThroughput: z.object({ capacityUnit: z.object({ read: z.number(), write: z.number() }) }),
    tableOptions: z.object({ timeToLive: z.literal(-1), maxVersions: z.literal(1) }),
    indexMetas: z.array(indexMeta),
  }),
  CreateIndex: z.object({ mainTableName: z.string(), indexMeta, includeBaseData: z.boolean() }),
  DescribeTable: z.object({ tableName: z.string() }),
};

export type Operation = keyof typeof requests;
export type Requests = { [Name in Operation]: z.output<(typeof requests)[Name]> };
export type IndexMeta = z.output<typeof indexMeta>;
export type RowCondition = z.output<typeof condition>;

/** Every operation of the protocol has a message of its name. */
export function isOperation(name: string): name is Operation {
  return Object.hasOwn(requests, name);
}

export function readRequest<Name extends Operation>(operation: Name, body: Buffer): Requests[Name] {
  const message = decodeStrictly("main", `${operation}Request`, body);
  const parsed = requests[operation].safeParse(message, { error: describe });
  if (!parsed.success) throw invalid(`${operation}: ${parsed.error.message}`);
  return parsed.data as Requests[Name];
}

export function decodeStrictly(file: "main" | "filter", name: string, body: Buffer): Record<string, unknown> {
  const type = protocol[file].proto[name];
  if (!type) throw invalid(`no message ${name}`);
  const message = decode(type, body);
  // What is unknown is lost when it is written again.
  if (!Buffer.from(type.encode(message).finish()).equals(body))
    throw invalid(`${name} has a field that is not in the protocol`);
  return message;
}

export function encode(name: string, message: object): Buffer {
  const type = protocol.main.proto[name];
  if (!type) throw new Error(`There is no message ${name}.`);
  return Buffer.from(type.encode(message).finish());
}

function decode(type: { decode(bytes: Uint8Array): Record<string, unknown> }, body: Buffer): Record<string, unknown> {
  try {
    return type.decode(body);
  } catch (error) {
    throw invalid(String(error));
  }
}

function invalid(message: string): OtsError {
  return new OtsError(400, "OTSParameterInvalid", message);
}
