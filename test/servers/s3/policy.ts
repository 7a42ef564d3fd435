// Bucket policies, as far as they make objects public: https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html.
import type { S3Bucket } from "./bucket.ts";

interface Statement {
  Effect: string;
  Principal: string | { AWS: string };
  Action: string | string[];
  Resource: string | string[];
}

/** Whether anybody may read this object. `BlockPublicPolicy` and `RestrictPublicBuckets` are on in every new bucket, and win. */
export function isPublic(bucket: S3Bucket, operation: string, key: string): boolean {
  const block = bucket.settings.get("publicAccessBlock") ?? "";
  const isAllowed = /<BlockPublicPolicy>false</.test(block) && /<RestrictPublicBuckets>false</.test(block);
  const document = bucket.settings.get("policy");
  if (!isAllowed || document === undefined || (operation !== "GetObject" && operation !== "HeadObject")) return false;
  const { Statement: statements }: { Statement: Statement[] } = JSON.parse(document);
  return statements.some(({ Effect, Principal, Action, Resource }) => {
    const isForAll = Principal === "*" || (typeof Principal === "object" && Principal.AWS === "*");
    const resources = [Resource].flat().map((resource) => patternOf(resource));
    const isMeant = resources.some((pattern) => pattern.test(`arn:aws:s3:::${bucket.name}/${key}`));
    return Effect === "Allow" && isForAll && [Action].flat().includes("s3:GetObject") && isMeant;
  });
}

/** `*` stands for any characters, slashes too. */
function patternOf(resource: string): RegExp {
  return new RegExp(
    `^${resource
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  );
}
