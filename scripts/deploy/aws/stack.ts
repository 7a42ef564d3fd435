// The stack as an earlier deployment left it, and what it needs to be deployed over again.

import { setTimeout as pause } from "node:timers/promises";
import {
  ContinueUpdateRollbackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  type StackEvent,
} from "@aws-sdk/client-cloudformation";
import { type Looked, type Step, stop, there, todo } from "../steps.ts";
import type { AwsAccount } from "./account.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes */
const neverBegan = new Set(["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"]);

/** It has a change set that nobody has executed: a deployment was ended in that moment. `serverless` would refuse to deploy over it. */
const notBegun = "REVIEW_IN_PROGRESS";

export function healStack(account: AwsAccount, name: string, everyMs = 3000): Step {
  return {
    name: "stack",
    async look() {
      const status = await statusOf(account, name);
      if (status === null) return there(`there is no ${name} yet`);
      if (status === notBegun) return leftBefore(account, name);
      if (isUnderWay(status)) return stop(`${name} is ${status}: somebody deploys. Wait until it is done`);
      const why = (await failuresOf(account, name)).map((line) => `\n          ${line}`).join("");
      if (status === "UPDATE_ROLLBACK_FAILED")
        return todo(`${name} is ${status}: going back would be tried again, leaving out what cannot.${why}`);
      if (neverBegan.has(status))
        return todo(`${name} is ${status}: its first deployment failed, and it would be removed.${why}`);
      return there(`${name} is ${status}${/ROLLBACK/.test(status) ? `, after a deployment that failed.${why}` : ""}`);
    },
    async make() {
      const status = await statusOf(account, name);
      if (status === "UPDATE_ROLLBACK_FAILED") {
        await account.stacks.send(new ContinueUpdateRollbackCommand({ StackName: name }));
        await settled(account, name, everyMs);
        const now = await statusOf(account, name);
        if (now === "UPDATE_ROLLBACK_COMPLETE") return `${name} went back`;
        throw new Error(`${name} is ${now}: see its events in the console, and skip what it cannot undo there.`);
      }
      if (status === null) return `${name} is gone`;
      // Whoever began meanwhile is left alone.
      if (status !== notBegun && !neverBegan.has(status))
        throw new Error(`${name} is ${status} by now: somebody deploys. Wait until it is done.`);
      await account.stacks.send(new DeleteStackCommand({ StackName: name }));
      await settled(account, name, everyMs);
      const now = await statusOf(account, name);
      if (now === null) return `what was left of ${name} was removed`;
      throw new Error(`${name} could not be removed, and is ${now}: see its events in the console.`);
    },
  };
}

function isUnderWay(status: string | null): boolean {
  return status !== null && status !== notBegun && status.endsWith("_IN_PROGRESS");
}

async function leftBefore(account: AwsAccount, name: string): Promise<Looked> {
  const held = await heldBy(account, name);
  if (held.length === 0)
    return todo(
      `${name} is ${notBegun}: a deployment ended before it began, and it would be removed; it holds nothing`,
    );
  return stop(`${name} is ${notBegun} and holds ${held.map(({ id }) => id).join(", ")}: look at it in the console`);
}

/** Null: there is none. */
export async function statusOf({ stacks }: AwsAccount, name: string): Promise<string | null> {
  try {
    const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName: name }));
    const status = Stacks?.[0]?.StackStatus ?? null;
    return status === "DELETE_COMPLETE" ? null : status;
  } catch (error) {
    if (error instanceof Error && error.name === "ValidationError" && /does not exist/.test(error.message)) return null;
    throw error;
  }
}

/** The physical ids of what the stack holds, whatever of it works. */
export async function holdingsOf(account: AwsAccount, name: string): Promise<Set<string>> {
  if ((await statusOf(account, name)) === null) return new Set();
  return new Set((await heldBy(account, name)).map(({ physical }) => physical));
}

async function heldBy({ stacks }: AwsAccount, name: string): Promise<{ id: string; physical: string }[]> {
  const held: { id: string; physical: string }[] = [];
  for await (const page of paginateListStackResources({ client: stacks }, { StackName: name }))
    for (const {
      LogicalResourceId: id = "",
      PhysicalResourceId: physical,
      ResourceStatus,
    } of page.StackResourceSummaries ?? [])
      if (physical && ResourceStatus !== "DELETE_COMPLETE") held.push({ id, physical });
  return held;
}

/** Why the latest deployment failed: of each resource that failed by itself, not of those that were called off with it. */
export async function failuresOf({ stacks }: AwsAccount, name: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client: stacks }, { StackName: name })) {
    for (const event of StackEvents) {
      if (isBeginning(event, name)) return lines;
      const { ResourceStatus = "", ResourceStatusReason = "", LogicalResourceId } = event;
      if (ResourceStatus.endsWith("_FAILED") && !/cancelled/i.test(ResourceStatusReason))
        lines.unshift(`${LogicalResourceId} ${ResourceStatus}: ${ResourceStatusReason}`);
    }
  }
  return lines;
}

/** Of the operation that the newest events belong to; going back is a part of it. */
function isBeginning({ LogicalResourceId, ResourceStatus, ResourceType }: StackEvent, name: string): boolean {
  const isOfStack = LogicalResourceId === name && ResourceType === "AWS::CloudFormation::Stack";
  return isOfStack && (ResourceStatus === "CREATE_IN_PROGRESS" || ResourceStatus === "UPDATE_IN_PROGRESS");
}

/** CloudFormation itself gives up after an hour. */
async function settled(account: AwsAccount, name: string, everyMs: number): Promise<void> {
  for (;;) {
    const status = await statusOf(account, name);
    if (!isUnderWay(status)) return;
    await pause(everyMs);
  }
}
