// Simple Message Queue's own protocol: https://www.alibabacloud.com/help/en/mns/developer-reference/api-createqueue
import { createHmac } from "node:crypto";
import type { Answer, Asked, Fault } from "./server.ts";

const refused = (status: number, code: string, message: string): Answer => ({
  ...{ status, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` },
});

export const queues = {
  reasonAgainst({ server: { key }, method, headers, url }: Asked): string | null {
    const own = Object.entries(headers)
      .filter(([name]) => name.startsWith("x-mns-"))
      .map(([name, value]) => `${name}:${value}`);
    const lines = [
      method,
      headers["content-md5"] ?? "",
      headers["content-type"] ?? "",
      headers.date,
      ...own.sort(),
      url.pathname,
    ];
    const right = createHmac("sha1", key.accessKeySecret).update(lines.join("\n")).digest("base64");
    const isNow = Math.abs(Date.parse(headers.date ?? "") - Date.now()) < 900_000;
    const isRight = headers.authorization === `MNS ${key.accessKeyId}:${right}`;
    return isNow && isRight && headers["security-token"] === key.securityToken ? null : "SignatureDoesNotMatch";
  },
  answer({ server, method, url, body }: Asked): Answer {
    const name = url.pathname.split("/")[2] ?? "";
    const found = server.queues.get(name);
    if (method === "GET")
      return found ? { status: 200, body: found } : refused(404, "QueueNotExist", "The queue does not exist.");
    if (found !== undefined && found !== body)
      return refused(409, "QueueAlreadyExist", "The queue exists, with other attributes.");
    server.queues.set(name, body);
    return { status: found === undefined ? 201 : 204, body: "" };
  },
  failure: ({ status, code, message }: Pick<Fault, "status" | "code" | "message">) => refused(status, code, message),
};
