// Which settings a deployed function is given, and which names look like a secret's.
import { c2paVariables } from "../../shared/config/c2pa.ts";
import { mailSecrets } from "../../shared/config/mail.ts";
import { moderationSecrets } from "../../shared/config/moderation.ts";
import { paymentSecrets } from "../../shared/config/payments.ts";
import { variables } from "../../shared/config/variables.ts";
import { vendorVariables } from "../../shared/config/vendors.ts";

/** Of no use to a function in its cloud, each for its reason. */
const notPassed: Readonly<Record<string, readonly string[]>> = {
  "the platform calls the function, and says where": ["HOST", "PORT", "PUBLIC_URL"],
  "come together in VENDOR_KEYS": Object.keys({
    ...vendorVariables,
    ...c2paVariables,
    ...moderationSecrets,
    ...paymentSecrets,
    ...mailSecrets,
  }),
  "nothing lies on the machine": ["DATA_DIR"],
  "follow from PLATFORM": ["STORAGE_PROVIDER", "TABLE_PROVIDER"],
  "the manifest's own timers fire": ["TIMER_SECONDS"],
  "the cloud has one address for each": ["OSS_ENDPOINT", "S3_ENDPOINT", "DYNAMODB_ENDPOINT"],
  "the function's role gives them": [
    ...["OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SECURITY_TOKEN"],
    ...["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", "S3_SESSION_TOKEN"],
    ...["TABLESTORE_ACCESS_KEY_ID", "TABLESTORE_ACCESS_KEY_SECRET", "TABLESTORE_SECURITY_TOKEN"],
  ],
};

const ofCloud = {
  aws: ["S3_BUCKET", "JWT_SECRET", "VENDOR_KEYS"],
  // AWS_REGION is what the others default to, and Lambda sets it, with the keys of the function's role.
  unneeded: [
    ...["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    ...["S3_REGION", "DYNAMODB_REGION"],
  ],
  // `s` would read a ${…} in a secret itself.
  aliyun: [
    ...["OSS_BUCKET", "OSS_REGION", "OSS_INTERNAL", "OSS_CNAME", "TABLESTORE_ENDPOINT", "TABLESTORE_INSTANCE"],
    ...["JWT_SECRET_ENCODED", "VENDOR_KEYS_ENCODED"],
  ],
};

/** The variables that a function on that cloud has to be given, in alphabetical order: all that config knows but those above. */
export function settingsFor(cloud: "aws" | "aliyun"): string[] {
  const others = [
    ...ofCloud.unneeded,
    ...ofCloud[cloud === "aws" ? "aliyun" : "aws"],
    ...Object.values(notPassed).flat(),
  ];
  return Object.keys(variables)
    .filter((name) => !others.includes(name))
    .sort();
}

export function looksSecret(name: string): boolean {
  return /SECRET|KEY|TOKEN|PASSWORD|CREDENTIAL/i.test(name);
}
