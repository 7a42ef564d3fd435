// Whether the account lets a bucket be public at all, where files are meant to be.
import { type Step, stop, there } from "../steps.ts";
import { type AwsAccount, AwsRefusal } from "./account.ts";

export function storeAccess(account: AwsAccount, access: string | undefined): Step {
  return {
    name: "access to files",
    async look() {
      if (access !== "public") return there(`${access}: signed URLs`);
      const blocks = await blocksOf(account);
      return blocks.length === 0
        ? there("public, by the bucket's own policy")
        : stop(
            `STORE_ACCESS is public, and the account blocks that (${blocks.join(", ")}): say private, or change the account's "Block Public Access"`,
          );
    },
    make: async () => "",
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html */
async function blocksOf(account: AwsAccount): Promise<string[]> {
  try {
    const xml = await (await account.call("s3-control", "GET", "/v20180820/configuration/publicAccessBlock")).text();
    return ["BlockPublicPolicy", "RestrictPublicBuckets"].filter((name) => xml.includes(`<${name}>true</${name}>`));
  } catch (error) {
    if (error instanceof AwsRefusal && error.status === 404) return [];
    throw error;
  }
}
