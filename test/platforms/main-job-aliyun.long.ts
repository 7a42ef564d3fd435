// The main job, with Function Compute, OSS and Tablestore.
import { deployOnAliyun } from "./deployments/aliyun.ts";
import { mainJobOn } from "./main-job.ts";

mainJobOn("on Function Compute, OSS and Tablestore", deployOnAliyun);
