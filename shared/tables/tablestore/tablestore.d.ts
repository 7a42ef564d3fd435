// The part of the package `tablestore` 5.6 that is used here, and of rows what tests compare our own client with; it brings no types.
declare module "tablestore" {
  import type { Agent as HttpAgent, IncomingMessage } from "node:http";
  import type { Agent as HttpsAgent } from "node:https";

  namespace TableStore {
    /** A 64-bit integer; `toString` is exact. */
    export interface Int64 {
      toNumber(): number;
      toString(): string;
    }

    /** An end of a range that stands before or behind every value. */
    export interface Unbounded {
      readonly __unbounded?: never;
    }

    export type KeyValue = string | Int64 | Unbounded;
    export type KeyColumn = Record<string, KeyValue>;

    export interface Attribute {
      columnName: string;
      columnValue: string | Int64 | number | boolean | Buffer;
      timestamp: Int64;
    }

    /** An absent row has neither. */
    export interface ReadRow {
      primaryKey?: { name: string; value: string | Int64 }[];
      attributes?: Attribute[];
    }

    export interface IndexMeta {
      name: string;
      primaryKey: string[];
      definedColumn: string[];
      indexType: number;
      indexUpdateMode: number;
    }

    export interface TableDescription {
      tableMeta: {
        tableName: string;
        primaryKey: { name: string; type: number }[];
        definedColumn: { name: string; type: number }[];
      };
      tableOptions: { timeToLive: number; maxVersions: number };
      /** 1: active. */
      tableStatus: number;
      indexMetas: { name: string; primaryKey: string[]; indexSyncPhase: string }[];
    }

    export interface Operations {
      getRow: { params: { tableName: string; primaryKey: KeyColumn[]; maxVersions: 1 }; answer: { row: ReadRow } };
      putRow: {
        params: {
          tableName: string;
          condition: object;
          primaryKey: KeyColumn[];
          attributeColumns: Record<string, string | Int64>[];
        };
        answer: object;
      };
      deleteRow: { params: { tableName: string; condition: object; primaryKey: KeyColumn[] }; answer: object };
      getRange: {
        params: {
          tableName: string;
          direction: string;
          inclusiveStartPrimaryKey: KeyColumn[];
          exclusiveEndPrimaryKey: KeyColumn[];
          maxVersions: 1;
          limit: number;
        };
        answer: { rows: ReadRow[]; nextStartPrimaryKey: { name: string; value: string | Int64 }[] | null };
      };
      createTable: {
        params: {
          tableMeta: {
            tableName: string;
            primaryKey: { name: string; type: string }[];
            definedColumn: { name: string; type: number }[];
          };
          reservedThroughput: { capacityUnit: { read: number; write: number } };
          tableOptions: { timeToLive: number; maxVersions: number };
          indexMetas: IndexMeta[];
        };
        answer: object;
      };
      createIndex: {
        params: { mainTableName: string; includeBaseData: boolean; indexMeta: IndexMeta };
        answer: object;
      };
      describeTable: { params: { tableName: string }; answer: TableDescription };
    }

    export interface ClientOptions {
      accessKeyId: string;
      secretAccessKey: string;
      stsToken?: string;
      endpoint: string;
      instancename: string;
      maxRetries: number;
      httpOptions: { agent: HttpAgent | HttpsAgent };
    }

    export interface RunningRequest {
      /** Of `httpRequest.stream`, while there is one. */
      httpRequest: { stream?: { destroy(): void } };
      on(
        event: "httpHeaders",
        listener: (status: number, headers: object, response: { httpResponse: { stream: IncomingMessage } }) => void,
      ): void;
    }

    export class Client {
      constructor(options: ClientOptions);
      /** Sends one request of the operation and returns it. */
      makeRequest<Name extends keyof Operations>(
        operation: Name,
        params: Operations[Name]["params"],
        callback: (error: Error | null, answer: Operations[Name]["answer"]) => void,
      ): RunningRequest;
    }

    export class Condition {
      constructor(rowExistence: number, columnCondition: SingleColumnCondition | CompositeCondition | null);
    }

    export class SingleColumnCondition {
      constructor(
        columnName: string,
        columnValue: string | Int64,
        comparator: number,
        passIfMissing: boolean,
        latestVersionOnly: boolean,
      );
    }

    export class CompositeCondition {
      constructor(combinator: number);
      addSubCondition(condition: SingleColumnCondition): void;
    }

    export const Long: { fromNumber(value: number): Int64 };
    export const INF_MIN: Unbounded;
    export const INF_MAX: Unbounded;
    export const RowExistenceExpectation: { IGNORE: 0; EXPECT_EXIST: 1; EXPECT_NOT_EXIST: 2 };
    export const ComparatorType: { EQUAL: number };
    export const LogicalOperator: { AND: number };
    export const Direction: { FORWARD: string; BACKWARD: string };
    export const DefinedColumnType: { DCT_INTEGER: number; DCT_STRING: number };
    export const IndexType: { IT_GLOBAL_INDEX: number };
    export const IndexUpdateMode: { IUM_ASYNC_INDEX: number };
  }
  export = TableStore;
}
