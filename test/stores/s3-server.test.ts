// The server that the adapter is tested against: what it refuses, and what it tells of new objects.

import { Readable } from "node:stream";
import {
  DeleteObjectsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { S3PresetName } from "../../shared/stores/s3/presets.ts";
import { type S3Event, type S3Server, startS3Server, testKey } from "../servers/s3/server.ts";

const events: S3Event[] = [];
const servers: S3Server[] = [];
let server: S3Server;

beforeAll(async () => {
  server = await start("aws");
});
afterAll(() => Promise.all(servers.map((each) => each.close())));

async function start(vendor: S3PresetName): Promise<S3Server> {
  const started = await startS3Server({ vendor, onEvent: (event) => events.push(event) });
  servers.push(started);
  return started;
}

/** As the SDK comes, with its own checksums and chunks. */
function client({ endpoint, region }: S3Server, config: object = {}): S3Client {
  return new S3Client({ endpoint, region, credentials: testKey, maxAttempts: 1, ...config });
}

test("takes a stream as the SDK sends it by itself: aws-chunked, with a checksum behind it", async () => {
  const Body = Readable.from([Buffer.alloc(100_000, 1), Buffer.alloc(50_000, 2)]);
  await client(server).send(
    new PutObjectCommand({ Bucket: server.bucketName, Key: "stream", Body, ContentLength: 150_000 }),
  );
  expect(server.bucket().objects.get("stream")?.size).toBe(150_000);
});

test.each(["r2", "cos"] as const)("plays a store that does not know aws-chunked: %s", async (vendor) => {
  const other = await start(vendor);
  const command = new PutObjectCommand({
    Bucket: other.bucketName,
    Key: "stream",
    Body: Readable.from(["x"]),
    ContentLength: 1,
  });
  await expect(client(other).send(command)).rejects.toMatchObject({ name: "NotImplemented" });
});

test("refuses what nobody documents: a header, a query, an operation", async () => {
  const put = new PutObjectCommand({ Bucket: server.bucketName, Key: "key", Body: "x", Metadata: { colour: "red" } });
  await expect(client(server).send(put)).rejects.toMatchObject({ name: "InvalidArgument" });
  const parts = new ListPartsCommand({ Bucket: server.bucketName, Key: "key", UploadId: "none" });
  await expect(client(server).send(parts)).rejects.toMatchObject({ name: "NoSuchUpload" });
});

test("refuses a request without a signature, with another secret, for another region, and with another body", async () => {
  const base = server.endpoint.replace("//", `//${server.bucketName}.`);
  expect((await fetch(`${base}/key`)).status).toBe(403);
  const put = () => new PutObjectCommand({ Bucket: server.bucketName, Key: "key", Body: "x" });
  const wrong = { credentials: { ...testKey, secretAccessKey: "another" } };
  await expect(client(server, wrong).send(put())).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  await expect(client(server, { region: "us-west-2" }).send(put())).rejects.toMatchObject({
    name: "AuthorizationHeaderMalformed",
  });
  const changed = client(server);
  changed.middlewareStack.add(
    (next) => (args) => {
      (args.request as { body: unknown }).body = Buffer.from("y");
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  await expect(changed.send(put())).rejects.toMatchObject({ name: "XAmzContentSHA256Mismatch" });
  expect(server.bucket().objects.has("key")).toBe(false);
});

test("refuses a part of an upload that there is not", async () => {
  const part = { Bucket: server.bucketName, Key: "key", UploadId: "none", PartNumber: 1, Body: "x" };
  await expect(client(server).send(new UploadPartCommand(part))).rejects.toMatchObject({ name: "NoSuchUpload" });
});

test("deletes many at once, when the request is summed in a way that it knows", async () => {
  const [other, command] = [await start("cos"), { Delete: { Objects: [{ Key: "a" }] } }];
  const deleting = (of: S3Server) => new DeleteObjectsCommand({ Bucket: of.bucketName, ...command });
  expect((await client(server).send(deleting(server))).Deleted).toEqual([{ Key: "a" }]);
  await expect(client(other).send(deleting(other))).rejects.toMatchObject({ name: "NotImplemented" });
});

test("tells of a new object in the shape of S3's events, its key encoded", async () => {
  events.splice(0);
  await client(server).send(new PutObjectCommand({ Bucket: server.bucketName, Key: "temp/a b+c", Body: "x" }));
  expect(events).toEqual([
    {
      Records: [
        expect.objectContaining({
          eventVersion: "2.1",
          eventName: "ObjectCreated:Put",
          s3: {
            bucket: { name: server.bucketName },
            object: expect.objectContaining({ key: "temp/a+b%2Bc", size: 1 }),
          },
        }),
      ],
    },
  ]);
});
