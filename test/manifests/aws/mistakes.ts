// Mistakes as they happen in manifests, each put into a good template: the check has to see every one.
import type { Template } from "./template.ts";

interface Mistake {
  name: string;
  /** What the check has to say, in part. */
  says: string;
  make(template: Template): void;
}

export const mistakes: Mistake[] = [
  {
    name: "an unknown property",
    says: "RunDashjobLambdaFunction: nothing is called MemorySise",
    make: (template) => Object.assign(propertiesOf(template, "RunDashjobLambdaFunction"), { MemorySise: 512 }),
  },
  {
    name: "an unknown property further in",
    says: "Table.PointInTimeRecoverySpecification: nothing is called Enabled",
    make: (template) =>
      Object.assign(propertiesOf(template, "Table"), { PointInTimeRecoverySpecification: { Enabled: true } }),
  },
  {
    name: "an unknown property in a list behind a condition",
    says: "Bucket.CorsConfiguration.CorsRules[0]: nothing is called Origins",
    make: (template) => {
      const rules = { CorsRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"], Origins: [] }] };
      propertiesOf(template, "Bucket").CorsConfiguration = { "Fn::If": ["HasOrigins", rules, { Ref: "AWS::NoValue" }] };
    },
  },
  {
    name: "a missing property",
    says: "RunDashjobLambdaFunction: Role is missing",
    make: (template) => {
      delete propertiesOf(template, "RunDashjobLambdaFunction").Role;
    },
  },
  {
    name: "text for a number",
    says: "GetDashjobLambdaFunction.Timeout: must be a integer",
    make: (template) => Object.assign(propertiesOf(template, "GetDashjobLambdaFunction"), { Timeout: "ten" }),
  },
  {
    name: "one value for a list",
    says: "RunDashjobLambdaFunction.Architectures: must be a list",
    make: (template) => Object.assign(propertiesOf(template, "RunDashjobLambdaFunction"), { Architectures: "x86_64" }),
  },
  {
    name: "a value that is not one of those",
    says: "JobDasheventsLambdaFunctionUrl.InvokeMode: must be one of",
    make: (template) =>
      Object.assign(propertiesOf(template, "JobDasheventsLambdaFunctionUrl"), { InvokeMode: "STREAM" }),
  },
  {
    name: "an unknown type",
    says: "Table: there is no AWS::DynamoDB::Tabel",
    make: (template) => Object.assign(resourceOf(template, "Table"), { Type: "AWS::DynamoDB::Tabel" }),
  },
  {
    name: "an unknown attribute of a resource",
    says: "Table: no resource has DeletionPolice",
    make: (template) => Object.assign(resourceOf(template, "Table"), { DeletionPolice: "Retain" }),
  },
  {
    name: "a reference to nothing",
    says: "names DeadLetter, which is not there",
    make: (template) => Object.assign(propertiesOf(template, "BucketPolicy"), { Bucket: { Ref: "DeadLetter" } }),
  },
  {
    name: "an attribute that the resource has not",
    says: "wants Url of DeadLetters",
    make: (template) =>
      Object.assign(propertiesOf(template, "BucketPolicy"), { Bucket: { "Fn::GetAtt": ["DeadLetters", "Url"] } }),
  },
  {
    name: "a reference to nothing inside of a text",
    says: "names Buckett, which is not there",
    make: (template) => {
      propertiesOf(template, "RunJobMayBeCalled").SourceArn = { "Fn::Sub": `arn:aws:s3:::\${Buckett}` };
    },
  },
  {
    name: "a condition that is not there",
    says: "the condition IsPublick is not there",
    make: (template) => {
      propertiesOf(template, "Bucket").BucketName = { "Fn::If": ["IsPublick", "one", "other"] };
    },
  },
  {
    name: "a bucket that waits for who waits for it",
    says: "these wait for each other",
    make: (template) => {
      propertiesOf(template, "RunJobMayBeCalled").SourceArn = { "Fn::GetAtt": ["Bucket", "Arn"] };
    },
  },
];

function resourceOf(template: Template, id: string) {
  const resource = template.Resources[id];
  if (!resource) throw new Error(`the template has no ${id}`);
  return resource;
}

function propertiesOf(template: Template, id: string): Record<string, unknown> {
  const resource = resourceOf(template, id);
  resource.Properties ??= {};
  return resource.Properties;
}
