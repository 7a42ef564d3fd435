// A deployment on AWS, step by step.
import type { Environment } from "../../../shared/config/config.ts";
import { ffmpegSettings, type LayerZip, readLayerZip } from "../ffmpeg-layer.ts";
import { closingSteps, programStep, type Surroundings, zipsStep } from "../program.ts";
import type { Step } from "../steps.ts";
import { storeAccess } from "./access.ts";
import type { AwsAccount } from "./account.ts";
import { ffmpegLayer } from "./layer.ts";
import { remainsOf } from "./remains.ts";
import { tokenSecret, vendorSecret } from "./secrets.ts";
import { healStack } from "./stack.ts";

export interface AwsWish extends Surroundings {
  stage: string;
  reserves: boolean;
  budget: { amount: string; email: string } | null;
  vendorKeys: string | null;
  ffmpeg: { place: string; sha256: string | null } | null;
}

/** As serverless.yml names them. */
const service = "dream-factory";

export function awsSteps(account: AwsAccount, wish: AwsWish): Step[] {
  const { stage, environment } = wish;
  const stack = `${service}-${stage}`;
  // What later steps find out goes to the programs behind them.
  const settings: Record<string, string | undefined> = { ...environment, AWS_REGION: account.region };
  const around = { ...wish, environment: settings };
  const region = ["--region", account.region];
  const endpoints = ["aws", "--stack", stack, ...region];
  return [
    storeAccess(account, environment.STORE_ACCESS),
    tokenSecret(account, `${service}/${stage}/jwt-secret`),
    ...(readsKeys(environment) ? [vendorSecret(account, `${service}/${stage}/vendor-keys`, wish.vendorKeys)] : []),
    healStack(account, stack),
    remainsOf(account, {
      stack,
      table: environment.TABLE_NAME ?? `dream_factory_${stage}`,
      bucket: environment.S3_BUCKET ?? `${service}-${stage}-${account.id}-${account.region}`,
      logGroups: [`/aws/lambda/${stack}-`, `/aws/http-api/${stack}`],
    }),
    ...ffmpegSteps(account, wish, settings),
    zipsStep(around, "aws"),
    programStep(around, {
      ...{ name: "deployment", command: "serverless" },
      args: ["deploy", "--stage", stage, ...region, ...params(wish)],
      environment: { SLS_TELEMETRY_DISABLED: "1", SLS_NOTIFICATIONS_MODE: "off" },
      failed: `What it left, and why it failed: npm run deploy:aws -- --stage ${stage} --region ${account.region}`,
    }),
    ...closingSteps(around, endpoints),
  ];
}

/** The condition HasKeys of deploy/aws/conditions.yml. */
function readsKeys(environment: Environment): boolean {
  const { VENDORS, MODERATION = "none", C2PA_CERTIFICATE, SMTP_HOST, CREDIT_PACKS } = environment;
  return Boolean(VENDORS || C2PA_CERTIFICATE || SMTP_HOST || CREDIT_PACKS || MODERATION !== "none");
}

function params({ reserves, budget }: AwsWish): string[] {
  const said = [
    ...(reserves ? ["reserve=true"] : []),
    ...(budget ? [`budget=${budget.amount}`, `budgetEmail=${budget.email}`] : []),
  ];
  return said.flatMap((each) => ["--param", each]);
}

function ffmpegSteps(account: AwsAccount, { ffmpeg }: AwsWish, settings: Record<string, string | undefined>): Step[] {
  if (ffmpeg === null) return [];
  let read: Promise<LayerZip> | null = null;
  const zip = () => {
    read ??= readLayerZip(ffmpeg.place, ffmpeg.sha256);
    return read;
  };
  return [ffmpegLayer(account, zip, (arn) => Object.assign(settings, ffmpegSettings(arn, settings)))];
}
