// The project, the store and the index of logs, over Simple Log Service's own protocol: https://www.alibabacloud.com/help/en/sls/developer-reference/request-signatures
import { createHash, createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Step, there, todo } from "../steps.ts";
import { type AliyunAccount, AliyunRefusal, answerOf } from "./account.ts";

export interface LogPlace {
  project: string;
  store: string;
  days: number;
}

export function logs(account: AliyunAccount, root: string, { project, store, days }: LogPlace): Step {
  const ofProject = `${project}.${account.region}.log.aliyuncs.com`;
  const parts = [
    {
      what: `the project ${project}`,
      at: ofProject,
      path: "/",
      make: () =>
        sls(account, `${account.region}.log.aliyuncs.com`, "POST", "/", {
          projectName: project,
          description: "dream-factory",
        }),
    },
    {
      what: `the logstore ${store}`,
      at: ofProject,
      path: `/logstores/${store}`,
      make: () => sls(account, ofProject, "POST", "/logstores", { logstoreName: store, ttl: days, shardCount: 2 }),
    },
    {
      what: "its index",
      at: ofProject,
      path: `/logstores/${store}/index`,
      make: async () => sls(account, ofProject, "POST", `/logstores/${store}/index`, await indexIn(root)),
    },
  ];
  const lacking = async () => {
    const found = [];
    // Where there is no project, there is nothing in it.
    for (const part of parts) if (found.length > 0 || !(await isThere(account, part.at, part.path))) found.push(part);
    return found;
  };
  return {
    name: "logs",
    async look() {
      const all = await lacking();
      return all.length === 0 ? there(`${project}, ${store}`) : todo(`${said(all)} would be made`);
    },
    async make() {
      const all = await lacking();
      for (const part of all) await made(part.make());
      return `${said(all)} were made`;
    },
  };
}

const said = (parts: readonly { what: string }[]) => parts.map(({ what }) => what).join(", ");

async function indexIn(root: string): Promise<object> {
  return JSON.parse(await readFile(join(root, "docs", "sls-index.json"), "utf8"));
}

/** What is there already is well. */
async function made(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof AliyunRefusal && /AlreadyExists?$/.test(error.code))) throw error;
  }
}

async function isThere(account: AliyunAccount, host: string, path: string): Promise<boolean> {
  try {
    await sls(account, host, "GET", path);
    return true;
  } catch (error) {
    if (error instanceof AliyunRefusal && error.status === 404) return false;
    throw error;
  }
}

function sls(account: AliyunAccount, host: string, method: string, path: string, body?: object) {
  const { key } = account;
  const text = body === undefined ? "" : JSON.stringify(body);
  const type = text === "" ? "" : "application/json";
  const md5 = text === "" ? "" : createHash("md5").update(text).digest("hex").toUpperCase();
  const date = new Date().toUTCString();
  const own: Record<string, string> = {
    ...(key.securityToken !== null && { "x-acs-security-token": key.securityToken }),
    "x-log-apiversion": "0.6.0",
    "x-log-bodyrawsize": String(Buffer.byteLength(text)),
    "x-log-signaturemethod": "hmac-sha256",
  };
  const lines = Object.entries(own).map(([name, value]) => `${name}:${value}`);
  const signature = createHmac("sha256", key.accessKeySecret)
    .update([method, md5, type, date, ...lines, path].join("\n"))
    .digest("base64");
  const headers = {
    ...own,
    ...(md5 !== "" && { "content-md5": md5, "content-type": type }),
    ...{ date, authorization: `LOG ${key.accessKeyId}:${signature}` },
  };
  return answerOf(`${method} of the logs (${path})`, urlOf(account, host, path), { method, headers, text });
}

/** At one address for all, the project stands before it as it would before the vendor's. */
function urlOf(account: AliyunAccount, host: string, path: string): URL {
  const url = new URL(path, account.at(host));
  const [project] = host.split(`.${account.region}.log.`);
  if (!url.host.endsWith("aliyuncs.com") && host.split(".").length > 4) url.hostname = `${project}.${url.hostname}`;
  return url;
}
