// What stands in for S3's notifications and EventBridge's schedules, shown with packages of a few lines.
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, onTestFinished, test } from "vitest";
import { createS3Store } from "../../shared/stores/s3/store.ts";
import { eventually } from "../patience.ts";
import { createDeliveries } from "../servers/delivery.ts";
import type { LambdaFunction } from "../servers/lambda/instance.ts";
import { deliverS3Events } from "../servers/lambda/s3-events.ts";
import { startSchedule } from "../servers/lambda/schedule.ts";
import { type S3Server, startS3Server, testKey } from "../servers/s3/server.ts";
import { lambdaOf, plain } from "./lambda-functions.ts";
import { postForm } from "./signed-form.ts";

describe("events of S3", () => {
  const consumer = `
    let failures = 2;
    export const handler = async ({ Records: [{ s3 }] }) => {
      if (s3.object.key.includes("bad")) throw new Error("never");
      if (s3.object.key.includes("third") && failures-- > 0) throw new Error("not yet");
    };`;

  async function bucketWith(prefix: string) {
    const server = await startS3Server({ vendor: "aws", minPartBytes: 1 });
    const target = await lambdaOf(consumer);
    const deliveries = deliverS3Events(server, [{ target, prefix }]);
    onTestFinished(async () => {
      await deliveries.stop();
      await server.close();
    });
    const client = new S3Client({ endpoint: server.endpoint, region: server.region, credentials: testKey });
    const Bucket = server.bucketName;
    const put = (Key: string) => client.send(new PutObjectCommand({ Bucket, Key, Body: "body" }));
    return { server, target, deliveries, client, Bucket, put };
  }

  test("tell of each way to make an object below the prefix, in the documented shape", async () => {
    const { server, deliveries, client, Bucket, put } = await bucketWith("in/");
    await put("in/red flower.jpg");
    await put("out/not");
    // For S3 the adapter signs PUTs; this preset signs the forms that S3 takes as well.
    await postForm(createS3Store({ ...placeOf(server), preset: "cos", access: "private" }), "in/form");
    await client.send(new CopyObjectCommand({ Bucket, Key: "in/copy", CopySource: `${Bucket}/out/not` }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "in/parts" }));
    const part = { Bucket, Key: "in/parts", UploadId, PartNumber: 1 };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: "part" }));
    const Parts = [{ ETag, PartNumber: 1 }];
    await client.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload: { Parts } }));
    await deliveries.settled();
    const records = deliveries.attempts.flatMap(({ event }) => event.event.Records);
    expect(records.find(({ eventName }) => eventName === "ObjectCreated:Put")).toEqual({
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: server.region,
      eventTime: expect.any(String),
      eventName: "ObjectCreated:Put",
      userIdentity: { principalId: expect.any(String) },
      requestParameters: { sourceIPAddress: "127.0.0.1" },
      responseElements: { "x-amz-request-id": expect.any(String), "x-amz-id-2": expect.any(String) },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId: expect.any(String),
        bucket: { name: Bucket, ownerIdentity: expect.anything(), arn: `arn:aws:s3:::${Bucket}` },
        object: {
          key: "in/red+flower.jpg",
          size: 4,
          eTag: "841a2d689ad86bd1611447453c22c6fc",
          sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
        },
      },
    });
    const told = records.map(({ eventName, s3 }) => [eventName, s3.object.key]);
    expect(told.sort()).toEqual([
      ["ObjectCreated:CompleteMultipartUpload", "in/parts"],
      ["ObjectCreated:Copy", "in/copy"],
      ["ObjectCreated:Post", "in/form"],
      ["ObjectCreated:Put", "in/red+flower.jpg"],
    ]);
  });

  test("are tried three times, and then put aside", async () => {
    const { deliveries, put } = await bucketWith("");
    await put("bad");
    await deliveries.settled();
    await put("third");
    await deliveries.settled();
    expect(deliveries.attempts.map(({ result }) => result)).toEqual([...Array(5).fill("failed"), "done"]);
    expect(deliveries.deadLetters.map(({ event }) => event.Records[0]?.s3.object.key)).toEqual(["bad"]);
  });

  test("come twice, late, later or never when a test wants it", async () => {
    const { deliveries, put } = await bucketWith("");
    const seen = () => deliveries.attempts.map(({ event: { event } }) => event.Records[0]?.s3.object.key);
    deliveries.disturb("twice");
    await put("a");
    await deliveries.settled();
    expect(seen()).toEqual(["a", "a"]);
    deliveries.disturb("lost");
    await put("b");
    deliveries.disturb("held", 2);
    await put("c");
    await put("d");
    deliveries.disturb({ lateMs: 30 });
    await put("e");
    await deliveries.settled();
    expect(seen()).toEqual(["a", "a", "e"]);
    expect(deliveries.held()).toHaveLength(2);
    deliveries.release();
    await deliveries.settled();
    expect(seen().slice(3).sort()).toEqual(["c", "d"]);
    expect(deliveries.lost).toHaveLength(1);
  });

  test("refuse rules that overlap", async () => {
    const server = await startS3Server({ vendor: "aws" });
    onTestFinished(() => server.close());
    const rules = (...prefixes: string[]) => prefixes.map((prefix) => ({ prefix, target: {} as LambdaFunction }));
    expect(() => deliverS3Events(server, rules("a/", "a/b/"))).toThrow("overlap");
    expect(() => deliverS3Events(server, rules("a/", "b/"))).not.toThrow();
  });
});

test("a schedule fires on command and by itself, with EventBridge's event", async () => {
  const target = await lambdaOf(plain);
  const schedule = startSchedule({ target, ruleName: "sweep" });
  await schedule.fire();
  expect(schedule.deliveries.attempts).toMatchObject([{ result: "done" }]);
  expect(schedule.deliveries.attempts[0]?.event.event).toEqual({
    version: "0",
    id: expect.any(String),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "111122223333",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    region: "eu-central-1",
    resources: ["arn:aws:events:eu-central-1:111122223333:rule/sweep"],
    detail: {},
  });
  await schedule.stop();
  const often = startSchedule({ target, everyMs: 5 });
  await eventually(() => expect(often.deliveries.attempts.length).toBeGreaterThan(1));
  await often.stop();
});

test("an event that is throttled waits without spending an attempt", async () => {
  const results = ["throttled", "throttled", "failed", "failed", "done"] as const;
  let n = 0;
  const deliveries = createDeliveries<string>(async () => results[n++] ?? "done", { retries: 1, delaysMs: [0] });
  await deliveries.send("event");
  expect(deliveries.attempts).toHaveLength(4);
  expect(deliveries.deadLetters).toEqual(["event"]);
});

function placeOf({ endpoint, region, bucketName: bucket }: S3Server) {
  return { endpoint, region, bucket, credentials: async () => testKey };
}
