// What the server refuses: "Error responses" of OSS, an XML document with a code, a request id and an EC.

export class OssFault extends Error {
  override readonly name = "OssFault";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message = code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function faultXml({ code, message }: OssFault, requestId: string): string {
  return xml("Error", {
    Code: code,
    Message: message,
    RequestId: requestId,
    HostId: "bucket.oss-cn-hangzhou.aliyuncs.com",
    EC: "0000-00000000",
  });
}

export function xml(root: string, elements: Record<string, string | number | boolean>, more = ""): string {
  const inner = Object.entries(elements).map(([name, value]) => `<${name}>${escaped(String(value))}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${inner.join("")}${more}</${root}>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
