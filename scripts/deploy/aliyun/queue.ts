// The queue of what never succeeded, over Simple Message Queue's own protocol: https://www.alibabacloud.com/help/en/mns/developer-reference/api-createqueue
import { createHmac } from "node:crypto";
import { type Step, there, todo } from "../steps.ts";
import { type AliyunAccount, AliyunRefusal, answerOf } from "./account.ts";

const FOURTEEN_DAYS = 14 * 24 * 3600;

export function queue(account: AliyunAccount, name: string): Step {
  return {
    name: "queue",
    look: async () => ((await isThere(account, name)) ? there(name) : todo(`the queue ${name} would be made: 14 days`)),
    async make() {
      const body = `<?xml version="1.0" encoding="UTF-8"?><Queue xmlns="http://mns.aliyuncs.com/doc/v1/"><MessageRetentionPeriod>${FOURTEEN_DAYS}</MessageRetentionPeriod></Queue>`;
      await mns(account, "PUT", name, body);
      return `the queue ${name} was made`;
    },
  };
}

async function isThere(account: AliyunAccount, name: string): Promise<boolean> {
  try {
    await mns(account, "GET", name, "");
    return true;
  } catch (error) {
    if (error instanceof AliyunRefusal && error.status === 404) return false;
    throw error;
  }
}

/** HMAC-SHA1 over the method, the body's kind, the date, the headers of x-mns- and the path: https://help.aliyun.com/document_detail/27487.html. */
function mns(account: AliyunAccount, method: string, name: string, text: string) {
  const { id, key, region } = account;
  const path = `/queues/${name}`;
  const type = text === "" ? "" : "text/xml;charset=utf-8";
  const date = new Date().toUTCString();
  const own = "x-mns-version:2015-06-06";
  const signature = createHmac("sha1", key.accessKeySecret)
    .update([method, "", type, date, own, path].join("\n"))
    .digest("base64");
  const headers = {
    ...{ date, "x-mns-version": "2015-06-06", authorization: `MNS ${key.accessKeyId}:${signature}` },
    ...(type !== "" && { "content-type": type }),
    ...(key.securityToken !== null && { "security-token": key.securityToken }),
  };
  const url = new URL(path, account.at(`${id}.mns.${region}.aliyuncs.com`));
  return answerOf(`${method} of the queue ${name}`, url, { method, headers, text });
}
