// Simple Log Service's own protocol: https://www.alibabacloud.com/help/en/sls/developer-reference/request-signatures
import { createHash, createHmac } from "node:crypto";
import type { Answer, Asked, Fault } from "./server.ts";

const refused = (status: number, errorCode: string, errorMessage = errorCode): Answer => ({
  ...{ status, body: { errorCode, errorMessage } },
});
const fine: Answer = { status: 200, body: {} };

export const logs = {
  reasonAgainst({ server: { key }, method, headers, url, body }: Asked): string | null {
    const own = Object.entries(headers)
      .filter(([name]) => /^x-(log|acs)-/.test(name))
      .map(([name, value]) => `${name}:${value}`);
    const type = headers["content-type"] ?? "";
    const lines = [method, headers["content-md5"] ?? "", type, headers.date, ...own.sort(), url.pathname];
    const right = createHmac("sha256", key.accessKeySecret).update(lines.join("\n")).digest("base64");
    const isBody = body === "" || headers["content-md5"] === createHash("md5").update(body).digest("hex").toUpperCase();
    const isRight = headers.authorization === `LOG ${key.accessKeyId}:${right}`;
    return isBody && isRight && headers["x-acs-security-token"] === key.securityToken ? null : "SignatureNotMatch";
  },
  /** The project stands before the host. */
  answer({ server, method, url, headers, body }: Asked): Answer {
    const [project = ""] = (headers.host ?? "").split(".");
    const given = body === "" ? {} : JSON.parse(body);
    if (method === "POST" && url.pathname === "/") {
      if (server.projects.has(given.projectName)) return refused(400, "ProjectAlreadyExist");
      server.projects.add(given.projectName);
      return fine;
    }
    if (!server.projects.has(project)) return refused(404, "ProjectNotExist");
    const [, , store = "", part] = url.pathname.split("/");
    if (method === "POST" && store === "") {
      if (server.logstores.has(`${project}/${given.logstoreName}`)) return refused(400, "LogStoreAlreadyExist");
      server.logstores.add(`${project}/${given.logstoreName}`);
      return fine;
    }
    if (store === "") return fine;
    const place = `${project}/${store}`;
    if (!server.logstores.has(place)) return refused(404, "LogStoreNotExist");
    if (part !== "index") return fine;
    if (method === "GET") return server.indexes.has(place) ? fine : refused(404, "IndexConfigNotExist");
    if (server.indexes.has(place)) return refused(400, "IndexAlreadyExist");
    server.indexes.set(place, given);
    return fine;
  },
  failure: ({ status, code, message }: Pick<Fault, "status" | "code" | "message">) => refused(status, code, message),
};
