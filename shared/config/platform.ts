// What follows from the platform: settings that nobody has to write there, and those that make no sense there.
import type { ConfigProblem } from "./config-error.ts";

type Given = Readonly<Record<string, string | undefined>>;

export const platforms = ["local", "aliyun", "aws"] as const;

export type Platform = (typeof platforms)[number];

/** Null on one machine, and where what is written is none of them. */
export function cloudOf({ PLATFORM }: Given): "aliyun" | "aws" | null {
  const platform = PLATFORM?.trim();
  return platform === "aliyun" || platform === "aws" ? platform : null;
}

/** The settings with those that the platform implies. What is written goes before. */
export function withPlatform(given: Given): Given {
  const cloud = cloudOf(given);
  if (cloud === "aliyun") return { ...functionCompute, ...given };
  if (cloud === "aws") return { ...lambda, ...lambdaEnvironment(given), ...given };
  return given;
}

/** A function's disk goes with its instance. */
export function platformProblems(given: Given): ConfigProblem[] {
  const cloud = cloudOf(given);
  if (cloud === null) return [];
  const lost = { STORAGE_PROVIDER: "folder", TABLE_PROVIDER: "sqlite" };
  return Object.entries(lost)
    .filter(([variable, value]) => given[variable]?.trim() === value)
    .map(([variable, value]) => ({
      variable,
      message: `must not be ${value} with PLATFORM=${cloud}: it would be lost`,
    }));
}

const functionCompute: Given = {
  STORAGE_PROVIDER: "oss",
  TABLE_PROVIDER: "tablestore",
  // "Custom runtimes": the server listens on all addresses, and on this port unless the function says otherwise.
  HOST: "0.0.0.0",
  PORT: "9000",
  // Only the platform reaches an instance, from its own network, and tells whom it speaks for.
  TRUSTED_PROXIES: "127.0.0.0/8,10.0.0.0/8,100.64.0.0/10,172.16.0.0/12,192.168.0.0/16",
};

const lambda: Given = { STORAGE_PROVIDER: "s3", TABLE_PROVIDER: "dynamodb" };

/** Lambda tells its region and the keys of its role by variables. Keys of another store are not Lambda's. */
function lambdaEnvironment(given: Given): Given {
  const storage = given.STORAGE_PROVIDER?.trim() ?? "s3";
  if (storage !== "s3" || given.S3_ACCESS_KEY_ID) return {};
  const own = {
    S3_REGION: given.AWS_REGION,
    S3_ACCESS_KEY_ID: given.AWS_ACCESS_KEY_ID,
    S3_SECRET_ACCESS_KEY: given.AWS_SECRET_ACCESS_KEY,
    S3_SESSION_TOKEN: given.AWS_SESSION_TOKEN,
  };
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
}
