// What a deployment that failed, or was removed, leaves beside the stack: a table, a bucket, log groups. The stack would fail on each of them. What is
// empty is removed; what holds something is the operator's to decide about.

import { setTimeout as pause } from "node:timers/promises";
import { type Step, stop, there, todo } from "../steps.ts";
import { type AwsAccount, AwsRefusal } from "./account.ts";
import { holdingsOf } from "./stack.ts";

export interface Remains {
  stack: string;
  table: string;
  bucket: string;
  /** With how the names of their log groups begin: `/aws/lambda/dream-factory-dev-`. */
  logGroups: string[];
}

interface Left {
  what: string;
  isEmpty: boolean;
  /** How the operator goes on when it is not. */
  advice: string;
  remove(): Promise<void>;
}

export function remainsOf(account: AwsAccount, remains: Remains, everyMs = 2000): Step {
  const left = async (): Promise<Left[]> => {
    const held = await holdingsOf(account, remains.stack);
    const found = [
      held.has(remains.table) ? null : await tableLeft(account, remains.table, everyMs),
      held.has(remains.bucket) ? null : await bucketLeft(account, remains.bucket),
      ...(await groupsLeft(account, remains.logGroups, held)),
    ];
    return found.flatMap((each) => each ?? []);
  };
  return {
    name: "remains",
    async look() {
      const all = await left();
      const full = all.filter(({ isEmpty }) => !isEmpty);
      if (full.length > 0)
        return stop(
          full
            .map(({ what, advice }) => `${what}, which the stack does not own, holds something: ${advice}`)
            .join("; "),
        );
      if (all.length === 0) return there("nothing is in the stack's way");
      return todo(`an earlier deployment left ${all.map(({ what }) => what).join(", ")}: empty, and would be removed`);
    },
    async make() {
      const all = await left();
      for (const each of all) {
        if (!each.isEmpty) throw new Error(`${each.what} is not empty any more: ${each.advice}.`);
        await each.remove();
      }
      return `removed: ${all.map(({ what }) => what).join(", ")}`;
    },
  };
}

const dynamodb = (account: AwsAccount, operation: string, input: object) =>
  account.json("dynamodb", `DynamoDB_20120810.${operation}`, input);

async function tableLeft(account: AwsAccount, name: string, everyMs: number): Promise<Left | null> {
  const described = await orNull(dynamodb(account, "DescribeTable", { TableName: name }), "ResourceNotFoundException");
  if (described === null) return null;
  // DescribeTable counts every six hours only.
  const { Count } = await dynamodb(account, "Scan", { TableName: name, Limit: 1 });
  return {
    what: `the table ${name}`,
    isEmpty: Count === 0,
    advice: `set TABLE_NAME to another name, and npm run copy-table brings its items there`,
    async remove() {
      const { DeletionProtectionEnabled } = described.Table as { DeletionProtectionEnabled?: boolean };
      if (DeletionProtectionEnabled)
        await dynamodb(account, "UpdateTable", { TableName: name, DeletionProtectionEnabled: false });
      await dynamodb(account, "DeleteTable", { TableName: name });
      while (await orNull(dynamodb(account, "DescribeTable", { TableName: name }), "ResourceNotFoundException"))
        await pause(everyMs);
    },
  };
}

async function bucketLeft(account: AwsAccount, name: string): Promise<Left | null> {
  try {
    const listed = await account.call("s3", "GET", `/${name}?list-type=2&max-keys=1`);
    const isEmpty = !(await listed.text()).includes("<Contents>");
    const remove = async () => void (await account.call("s3", "DELETE", `/${name}`));
    return {
      what: `the bucket ${name}`,
      isEmpty,
      remove,
      advice: "set S3_BUCKET to another name, and copy its files there",
    };
  } catch (error) {
    if (error instanceof AwsRefusal && error.status === 404) return null;
    if (error instanceof AwsRefusal && (error.status === 403 || error.status === 301))
      throw new Error(
        `The name ${name} is taken by a bucket that is not yours, or lies elsewhere: set S3_BUCKET. ${error.message}`,
      );
    throw error;
  }
}

async function groupsLeft(
  account: AwsAccount,
  prefixes: readonly string[],
  held: ReadonlySet<string>,
): Promise<Left[]> {
  const found: Left[] = [];
  for (const logGroupNamePrefix of prefixes) {
    let nextToken: unknown;
    do {
      const page = await account.json("logs", "Logs_20140328.DescribeLogGroups", {
        ...{ logGroupNamePrefix, limit: 50 },
        ...(nextToken ? { nextToken } : {}),
      });
      const groups = (page.logGroups ?? []) as { logGroupName: string; storedBytes?: number }[];
      found.push(
        ...groups.filter(({ logGroupName }) => !held.has(logGroupName)).map((group) => leftGroup(account, group)),
      );
      nextToken = page.nextToken;
    } while (nextToken);
  }
  return found;
}

function leftGroup(account: AwsAccount, group: { logGroupName: string; storedBytes?: number }): Left {
  const { logGroupName, storedBytes = 0 } = group;
  return {
    what: `the log group ${logGroupName}`,
    isEmpty: storedBytes === 0,
    advice: `once you need them no more: aws logs delete-log-group --log-group-name ${logGroupName}`,
    async remove() {
      await account.json("logs", "Logs_20140328.DeleteLogGroup", { logGroupName });
    },
  };
}

async function orNull<T>(asked: Promise<T>, code: string): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AwsRefusal && error.code === code) return null;
    throw error;
  }
}
