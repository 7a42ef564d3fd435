// What the stack makes is what `npm run create-bucket` and `npm run create-table` make.
import { describe, expect, test } from "vitest";
import { setUpS3Bucket } from "../../../shared/stores/s3/bucket.ts";
import { attributes, tableInput } from "../../../shared/tables/dynamodb/schema.ts";
import { startS3Server } from "../../servers/s3/server.ts";
import { connectionTo } from "../../stores/s3-fixture.ts";
import type { Deployed } from "./deployed.ts";

interface Expected {
  access: "public" | "private";
  corsOrigins: string[];
  bucket: string;
  table: string;
}

export function bucketAndTableOnAws(deployed: Deployed, { access, corsOrigins, bucket, table }: Expected): void {
  describe(`bucket and table on AWS, ${access}`, () => {
    test("the bucket has what the script sets: lifecycle, origins, and who may read", async () => {
      const server = await startS3Server({ vendor: "aws", isEmpty: true });
      await setUpS3Bucket({ ...connectionTo(server, "aws"), access, corsOrigins }, { say: () => {} });
      const made = server.bucket().settings;
      await server.close();
      const { properties, policy } = bucketOf(deployed);
      expect(lifecycleOf(properties)).toEqual(lifecycleMade(made.get("lifecycle")));
      expect(corsOf(properties)).toEqual(corsMade(made.get("cors")));
      expect(readers(policy, bucket)).toEqual(readersMade(made.get("policy"), server.bucketName));
      expect(properties.PublicAccessBlockConfiguration).toEqual(publicBlockMade(made.get("publicAccessBlock")));
    });

    test("without TLS nobody gets anything from the bucket", () => {
      const { policy } = bucketOf(deployed);
      expect(policy.find(({ Effect }) => Effect === "Deny")).toMatchObject({
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
    });

    test("the bucket keeps no versions, has the functions' name, and outlives the stack", () => {
      const { properties } = bucketOf(deployed);
      expect(properties.BucketName).toBe(bucket);
      expect(properties).not.toHaveProperty("VersioningConfiguration");
      expect(deployed.one("Bucket")).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
    });

    test("the table is the script's, with its index, its protection, its expiry and a way back", () => {
      expect(deployed.one("Table")).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
      const { Tags: _, ...properties } = deployed.one("Table").Properties ?? {};
      expect(properties).toEqual({
        ...tableInput(table),
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: attributes.expiresAt, Enabled: true },
      });
    });
  });
}

interface Statement {
  Effect: string;
  Principal: unknown;
  Action: string;
  Resource: string[];
}

function bucketOf(deployed: Deployed) {
  const properties = deployed.one("Bucket").Properties ?? {};
  const { PolicyDocument } = deployed.one("BucketPolicy").Properties as { PolicyDocument: { Statement: Statement[] } };
  return { properties, policy: PolicyDocument.Statement };
}

interface Rule {
  Id: string;
  Status: string;
  Prefix?: string;
  ExpirationInDays?: number;
  AbortIncompleteMultipartUpload?: { DaysAfterInitiation: number };
}

function lifecycleOf({ LifecycleConfiguration }: Record<string, unknown>) {
  const { Rules } = LifecycleConfiguration as { Rules: Rule[] };
  return Rules.map(
    ({ Id, Status, Prefix = "", ExpirationInDays: days, AbortIncompleteMultipartUpload: unfinished }) => ({
      ...{ id: Id, status: Status, prefix: Prefix },
      ...{ days: days ?? null, unfinishedDays: unfinished?.DaysAfterInitiation ?? null },
    }),
  );
}

function lifecycleMade(xml = "") {
  return elements(xml, "Rule").map((rule) => ({
    ...{ id: elements(rule, "ID")[0], status: elements(rule, "Status")[0], prefix: elements(rule, "Prefix")[0] ?? "" },
    days: numberOf(elements(rule, "Days")[0]),
    unfinishedDays: numberOf(elements(rule, "DaysAfterInitiation")[0]),
  }));
}

function corsOf({ CorsConfiguration }: Record<string, unknown>) {
  if (!CorsConfiguration) return [];
  const { CorsRules } = CorsConfiguration as { CorsRules: Record<string, string[] | number>[] };
  return CorsRules.map(({ AllowedOrigins, AllowedMethods, AllowedHeaders, ExposedHeaders, MaxAge }) => ({
    ...{ origins: AllowedOrigins, methods: AllowedMethods, headers: AllowedHeaders, exposed: ExposedHeaders },
    seconds: MaxAge,
  }));
}

function corsMade(xml = "") {
  return elements(xml, "CORSRule").map((rule) => ({
    ...{ origins: elements(rule, "AllowedOrigin"), methods: elements(rule, "AllowedMethod") },
    ...{ headers: elements(rule, "AllowedHeader"), exposed: elements(rule, "ExposeHeader") },
    seconds: numberOf(elements(rule, "MaxAgeSeconds")[0]),
  }));
}

function readers(policy: Statement[], bucket: string) {
  return policy.filter(({ Effect }) => Effect === "Allow").map((each) => withoutBucket(each, bucket));
}

function readersMade(json = '{"Statement":[]}', bucket: string) {
  return (JSON.parse(json) as { Statement: Statement[] }).Statement.map((each) => withoutBucket(each, bucket));
}

function withoutBucket(statement: Statement, bucket: string): Statement {
  return { ...statement, Resource: statement.Resource.map((resource) => resource.replace(bucket, "")) };
}

/** The script leaves a private bucket as new ones are: everything blocked. */
function publicBlockMade(xml?: string) {
  const names = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
  const isSet = (name: string) => xml === undefined || elements(xml, name)[0] === "true";
  return Object.fromEntries(names.map((name) => [name, isSet(name)]));
}

function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "gs"))].map(([, content = ""]) => content);
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
