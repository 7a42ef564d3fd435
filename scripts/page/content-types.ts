// What the page's few kinds of files are served as.
import { extname } from "node:path";

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
};

export function contentTypeOfPage(name: string): string {
  return contentTypes[extname(name)] ?? "application/octet-stream";
}
