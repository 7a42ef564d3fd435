// The instance of Tablestore: by CU, which costs nothing while nobody asks, and reachable from the internet until its table is made.
// https://www.alibabacloud.com/help/en/tablestore/developer-reference/api-tablestore-2020-12-09-createinstance
import { setTimeout as pause } from "node:timers/promises";
import { type Step, stop, there, todo } from "../steps.ts";
import { type AliyunAccount, AliyunRefusal, type Json } from "./account.ts";

/** "3 to 16 characters": letters, digits and dashes, not with a dash at the end, and none of these words. */
const allowed = /^(?!.*(?:ali|ay|ots|taobao|admin))[a-z][a-z0-9-]{1,14}[a-z0-9]$/i;
const MOST_LOOKS = 40;

export function instance(account: AliyunAccount, name: string, everyMs = 3000): Step {
  return {
    name: "Tablestore",
    async look() {
      if (!allowed.test(name))
        return stop(
          `${name} is no name of an instance: 3 to 16 letters, digits and dashes, without ali, ay, ots, taobao, admin. Set TABLESTORE_INSTANCE`,
        );
      const found = await instanceOf(account, name);
      if (found === null) return todo(`the instance ${name} would be made, high-performance, by CU`);
      if (!isReachable(found))
        return stop(
          `the instance ${name} cannot be reached from the internet, and the table is made from here: allow it in the console, "Network Management"`,
        );
      return there(name);
    },
    async make() {
      await tablestore(account, "CreateInstance", "POST", "createinstance", {
        ...{ InstanceName: name, ClusterType: "SSD", InstanceDescription: "dream-factory" },
        NetworkTypeACL: ["INTERNET", "VPC", "CLASSIC"],
      });
      for (let look = 0; look < MOST_LOOKS; look++) {
        const found = await instanceOf(account, name);
        if (found?.InstanceStatus === "normal") return `the instance ${name} was made`;
        await pause(everyMs);
      }
      throw new Error(`The instance ${name} was made, and is not ready yet: say the same line again in some minutes.`);
    },
  };
}

function isReachable({ NetworkTypeACL }: Json): boolean {
  return !Array.isArray(NetworkTypeACL) || NetworkTypeACL.includes("INTERNET");
}

async function instanceOf(account: AliyunAccount, name: string): Promise<Json | null> {
  try {
    return await tablestore(account, "GetInstance", "GET", "getinstance", { InstanceName: name });
  } catch (error) {
    const isMissing = error instanceof AliyunRefusal && (error.status === 404 || /NotExist|NotFound/.test(error.code));
    if (isMissing) return null;
    throw error;
  }
}

function tablestore(account: AliyunAccount, action: string, method: "GET" | "POST", path: string, input: object) {
  const given = method === "GET" ? { query: input as Record<string, string> } : { body: input };
  return account.roa(`tablestore.${account.region}.aliyuncs.com`, "2020-12-09", action, {
    ...{ method, path: `/v2/openapi/${path}`, ...given },
  });
}
