// The main job, with Lambda, S3 and DynamoDB.
import { deployOnAws } from "./deployments/aws.ts";
import { mainJobOn } from "./main-job.ts";

mainJobOn("on Lambda, S3 and DynamoDB", deployOnAws);
