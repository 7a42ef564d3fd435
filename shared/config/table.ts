// Which table is used, and what its adapter has to know.
import type { ConfigProblem } from "./config-error.ts";
import { matching, oneOf, trimmed, type Values } from "./setting.ts";

export interface TablestoreConfig {
  readonly provider: "tablestore";
  /** Absolute, without a slash at the end. */
  readonly endpoint: string;
  readonly instance: string;
  readonly tableName: string;
  /** Null, with its secret: a function's role gives keys with each request. */
  readonly accessKeyId: string | null;
  readonly accessKeySecret: string | null;
  /** Of temporary credentials; null without. */
  readonly securityToken: string | null;
}

export interface DynamodbConfig {
  readonly provider: "dynamodb";
  readonly region: string;
  /** Null: the region's. */
  readonly endpoint: string | null;
  readonly tableName: string;
  /** Of the function's role, as Lambda tells them. Null, with its secret: searched for as the tools of AWS do. */
  readonly accessKeyId: string | null;
  readonly accessKeySecret: string | null;
  /** Of temporary credentials; null without. */
  readonly securityToken: string | null;
}

/** `sqlite`: a file in DATA_DIR. */
export type TableConfig = { readonly provider: "sqlite" } | TablestoreConfig | DynamodbConfig;

/** Names that DynamoDB takes; those of Tablestore have neither hyphen nor dot. */
const TABLE_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{2,200}$/;

export const tableVariables = {
  TABLE_PROVIDER: oneOf(["sqlite", "tablestore", "dynamodb"], "must be sqlite, tablestore, dynamodb or unset").default(
    "sqlite" as const,
  ),
  TABLE_NAME: matching(TABLE_NAME, "must be 3 to 201 letters, digits, _, - and ., such as dream_factory").default(
    "dream_factory",
  ),
  TABLESTORE_ENDPOINT: endpoint("https://dreams.cn-hangzhou.ots.aliyuncs.com"),
  TABLESTORE_INSTANCE: matching(
    /^[A-Za-z0-9-]{3,16}$/,
    "must be an instance's name: 3 to 16 letters, digits and -",
  ).optional(),
  TABLESTORE_ACCESS_KEY_ID: trimmed().optional(),
  TABLESTORE_ACCESS_KEY_SECRET: trimmed().optional(),
  TABLESTORE_SECURITY_TOKEN: trimmed().optional(),
  DYNAMODB_REGION: matching(/^[a-z0-9-]{3,32}$/, "must be a region, such as eu-central-1").optional(),
  AWS_REGION: trimmed().optional(),
  AWS_ACCESS_KEY_ID: trimmed().optional(),
  AWS_SECRET_ACCESS_KEY: trimmed().optional(),
  AWS_SESSION_TOKEN: trimmed().optional(),
  DYNAMODB_ENDPOINT: endpoint("http://127.0.0.1:8000"),
};

type TableSettings = Values<typeof tableVariables>;

/** Whether what is needed is there is said by `tableProblems`. */
export function tableConfigOf(set: TableSettings): TableConfig {
  const { TABLE_PROVIDER: provider, TABLE_NAME: tableName } = set;
  if (provider === "sqlite") return { provider };
  if (provider === "dynamodb") {
    const region = set.DYNAMODB_REGION ?? set.AWS_REGION ?? "";
    return {
      ...{ provider, region, endpoint: set.DYNAMODB_ENDPOINT ?? null, tableName },
      accessKeyId: set.AWS_ACCESS_KEY_ID ?? null,
      accessKeySecret: set.AWS_SECRET_ACCESS_KEY ?? null,
      securityToken: set.AWS_SESSION_TOKEN ?? null,
    };
  }
  return {
    provider,
    endpoint: set.TABLESTORE_ENDPOINT ?? "",
    instance: set.TABLESTORE_INSTANCE ?? "",
    tableName,
    accessKeyId: set.TABLESTORE_ACCESS_KEY_ID ?? null,
    accessKeySecret: set.TABLESTORE_ACCESS_KEY_SECRET ?? null,
    securityToken: set.TABLESTORE_SECURITY_TOKEN ?? null,
  };
}

/** One problem for each variable that the chosen table needs and that is not there. */
export function tableProblems(given: Readonly<Record<string, string | undefined>>): ConfigProblem[] {
  const provider = given.TABLE_PROVIDER?.trim();
  const required = `is required with TABLE_PROVIDER=${provider}:`;
  if (provider === "dynamodb") {
    if ((given.DYNAMODB_REGION ?? given.AWS_REGION) !== undefined) return [];
    return [{ variable: "DYNAMODB_REGION", message: `${required} the table's region, such as eu-central-1` }];
  }
  if (provider !== "tablestore") return [];
  const isKey = (variable: string) => variable.startsWith("TABLESTORE_ACCESS_KEY_");
  const hasRole = given.PLATFORM?.trim() === "aliyun" && !Object.keys(given).some(isKey);
  const isForeign = /[.-]/.test(given.TABLE_NAME ?? "");
  const foreign = { variable: "TABLE_NAME", message: "must be letters, digits and _ with TABLE_PROVIDER=tablestore" };
  const missing = Object.entries(tablestoreNeeds).flatMap(([variable, advice]) =>
    given[variable] !== undefined || (isKey(variable) && hasRole)
      ? []
      : [{ variable, message: `${required} ${advice}` }],
  );
  return isForeign ? [...missing, foreign] : missing;
}

const tablestoreNeeds = {
  TABLESTORE_ENDPOINT: "the instance's address, such as https://dreams.cn-hangzhou.ots.aliyuncs.com",
  TABLESTORE_INSTANCE: "the instance's name, as the console shows it",
  TABLESTORE_ACCESS_KEY_ID: "the id of an AccessKey that may use the instance",
  TABLESTORE_ACCESS_KEY_SECRET: "the secret of that AccessKey",
};

/** `example`: how one looks. */
function endpoint(example: string) {
  const error = `must be an http(s) URL without a path, such as ${example}`;
  return trimmed(isEndpoint, error)
    .transform((url) => url.replace(/\/+$/, ""))
    .optional();
}

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/+$/, "");
}
