// Makes the table in DynamoDB with all that belongs to it, or adds what is missing.
import { setTimeout as sleep } from "node:timers/promises";
import {
  ContinuousBackupsUnavailableException,
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBServiceException,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { AppError } from "../../errors/app-error.ts";
import { NotSupported, type SetUpTold, takeSteps } from "../../ports/set-up.ts";
import { createAttempts } from "../attempts.ts";
import { judgeDynamodbError } from "./errors.ts";
import { attributeDefinitions, attributes, DUE_INDEX, dueIndex, tableInput } from "./schema.ts";
import { createDynamodbSdk, type DynamodbSdk, type SdkOptions } from "./sdk.ts";

export interface PrepareOptions extends SetUpTold {
  /** Resolves after that many milliseconds. */
  pause?: (ms: number) => Promise<unknown>;
}

const LOOK_EVERY_MS = 2000;
/** An index over a large table takes its time. */
const MAX_LOOKS = 1800;

/**
 * Can be repeated. Throws `conflict` when a table of that name is not ours, and nothing is done to it; else throws at the end when a step failed
 * or the table is not ready within an hour. DynamoDB Local knows no backups: what is optional and not known there is told, and left out.
 */
export async function prepareDynamodb(
  { tableName, ...options }: SdkOptions & { tableName: string },
  { pause = sleep, ...told }: PrepareOptions,
): Promise<void> {
  const client = createDynamodbSdk(options);
  const steps = createSteps(client, tableName, pause);
  try {
    await takeSteps(
      [
        { name: `the table ${tableName}`, isFoundation: true, act: steps.makeTable },
        { name: `the index ${DUE_INDEX}`, act: steps.addIndex },
        { name: "the protection from deletion", isOptional: true, act: steps.protect },
        { name: "the point-in-time recovery", isOptional: true, act: steps.keepBackups },
        { name: "the expiry of items", isOptional: true, act: steps.expire },
        { name: "that table and index are ready", act: steps.beReady },
      ],
      told,
    );
  } finally {
    client.close();
  }
}

/** Each answers the sentence that says what it did. */
function createSteps({ send }: DynamodbSdk, tableName: string, pause: (ms: number) => Promise<unknown>) {
  const TableName = tableName;
  const attempt = createAttempts(judgeDynamodbError);
  const call: DynamodbSdk["send"] = async (command) => {
    try {
      return (await attempt(() => send(command))).answer;
    } catch (error) {
      if (!isUnknown(error)) throw error;
      throw new NotSupported(`${error.name}: ${error.message}`, { cause: error });
    }
  };

  async function describe(): Promise<TableDescription | null> {
    try {
      return (await call(new DescribeTableCommand({ TableName }))).Table ?? null;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  }

  /** Changes are only taken while table and index are at rest. */
  async function ready(): Promise<TableDescription> {
    for (let look = 1; look < MAX_LOOKS; look++) {
      const table = await describe();
      const states = [
        table?.TableStatus,
        ...(table?.GlobalSecondaryIndexes ?? []).map(({ IndexStatus }) => IndexStatus),
      ];
      if (table && states.every((state) => state === "ACTIVE")) return table;
      await pause(LOOK_EVERY_MS);
    }
    throw new Error(`The table ${tableName} is not ready yet. Run this again later.`);
  }

  /** A new table has no backups for some seconds: UpdateContinuousBackups is refused until then. */
  async function onceBackedUp(request: () => Promise<unknown>): Promise<void> {
    for (let look = 1; ; look++) {
      try {
        await request();
        return;
      } catch (error) {
        if (!(error instanceof ContinuousBackupsUnavailableException) || look === MAX_LOOKS) throw error;
      }
      await pause(LOOK_EVERY_MS);
    }
  }

  return {
    async makeTable() {
      const isThere = (await describe()) !== null;
      if (!isThere) await call(new CreateTableCommand(tableInput(tableName))).catch(ignoreExisting);
      checkKeys(await ready());
      return isThere ? `The table ${tableName} is there already.` : `Made the table ${tableName}, paid by request.`;
    },

    async addIndex() {
      const { GlobalSecondaryIndexes = [] } = await ready();
      if (GlobalSecondaryIndexes.some(({ IndexName }) => IndexName === DUE_INDEX))
        return `It has the index ${DUE_INDEX}.`;
      const update = {
        GlobalSecondaryIndexUpdates: [{ Create: dueIndex }],
        AttributeDefinitions: attributeDefinitions,
      };
      await call(new UpdateTableCommand({ TableName, ...update }));
      await ready();
      return `Added the index ${DUE_INDEX}, of what the table holds already too.`;
    },

    async protect() {
      if ((await ready()).DeletionProtectionEnabled) return "It is protected from deletion.";
      await call(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
      await ready();
      return "Protected it from deletion.";
    },

    async keepBackups() {
      const { ContinuousBackupsDescription: backups } = await call(new DescribeContinuousBackupsCommand({ TableName }));
      const status = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
      if (status === "ENABLED") return "It can be restored to any moment of the last days.";
      const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
      await onceBackedUp(() =>
        call(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification })),
      );
      return "Switched on its point-in-time recovery.";
    },

    async expire() {
      const { TimeToLiveDescription: found } = await call(new DescribeTimeToLiveCommand({ TableName }));
      if (found?.TimeToLiveStatus === "ENABLED" || found?.TimeToLiveStatus === "ENABLING") {
        return `Items expire by ${found.AttributeName}.`;
      }
      const TimeToLiveSpecification = { AttributeName: attributes.expiresAt, Enabled: true };
      await call(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
      return `Switched on the expiry of items by ${attributes.expiresAt}.`;
    },

    async beReady() {
      const { GlobalSecondaryIndexes = [] } = await ready();
      if (!GlobalSecondaryIndexes.some(({ IndexName }) => IndexName === DUE_INDEX)) {
        throw new Error(`The table ${tableName} lacks its index ${DUE_INDEX}.`);
      }
      return `The table ${tableName} and its index are ready.`;
    },
  };
}

function checkKeys({ TableName, KeySchema = [] }: TableDescription): void {
  const keys = KeySchema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join(", ");
  if (keys === `HASH ${attributes.partition}, RANGE ${attributes.sort}`) return;
  const message = `There is a table ${TableName} already, and it is not one of ours (${keys}). Set another TABLE_NAME.`;
  throw new AppError("conflict", { message });
}

/** DynamoDB Local, and others that speak its language, do not know every operation. */
function isUnknown(error: unknown): error is DynamoDBServiceException {
  if (!(error instanceof DynamoDBServiceException)) return false;
  return error.name === "UnknownOperationException" || error.$metadata.httpStatusCode === 501;
}

/** Somebody else who prepares the same table was faster. */
function ignoreExisting(error: unknown): void {
  if (!(error instanceof ResourceInUseException)) throw error;
}
