// S3's event notifications, from the server of test/servers/s3 to Lambda functions.
import { randomBytes } from "node:crypto";
import type { S3Event } from "aws-lambda";
import type { Deliveries, DeliveryOptions } from "../delivery.ts";
import { applies, type NotificationRule, refuseOverlap } from "../notification-rules.ts";
import type { S3Created, S3Server } from "../s3/server.ts";
import { type AsyncInvocation, invokeAsync } from "./async-invocation.ts";
import type { LambdaFunction } from "./instance.ts";

/** Events are named like `ObjectCreated:Put`, `ObjectCreated:*`. */
export type S3Rule = NotificationRule<LambdaFunction>;

/** Each object that is made from now on is told to the functions whose rules it fits, until `stop`. Throws when rules overlap. */
export function deliverS3Events(
  server: S3Server,
  rules: readonly S3Rule[],
  options: Partial<DeliveryOptions> = {},
): Deliveries<AsyncInvocation<S3Event>> {
  refuseOverlap(rules);
  const deliveries = invokeAsync<S3Event>(options);
  const forget = server.onCreated((created) => {
    const event = s3Event(created, server.region);
    for (const rule of rules) {
      if (applies(rule, `ObjectCreated:${created.kind}`, created.key))
        void deliveries.send({ target: rule.target, event });
    }
  });
  return {
    ...deliveries,
    stop() {
      forget();
      return deliveries.stop();
    },
  };
}

let sequence = 0;

/** Version 2.1 of https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html: "red flower.jpg" becomes "red+flower.jpg". */
export function s3Event({ kind, bucket, key, size, etag, at }: S3Created, region: string): S3Event {
  const encoded = encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+");
  // Hexadecimal, of the same length: the greater one is the later event for a key.
  const sequencer = (BigInt(at) * 1_000_000n + BigInt(sequence++)).toString(16).toUpperCase().padStart(18, "0");
  const principalId = "A3NL1KOZZKExample";
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: region,
        eventTime: new Date(at).toISOString(),
        eventName: `ObjectCreated:${kind}`,
        userIdentity: { principalId: `AWS:${principalId}` },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: {
          "x-amz-request-id": randomBytes(8).toString("hex").toUpperCase(),
          "x-amz-id-2": randomBytes(57).toString("base64"),
        },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: "created",
          bucket: { name: bucket, ownerIdentity: { principalId }, arn: `arn:aws:s3:::${bucket}` },
          object: { key: encoded, size, eTag: etag, sequencer },
        },
      },
    ],
  };
}
