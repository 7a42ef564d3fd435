// A body that is a form with files (RFC 7578), as an object: what came once is a value, what came as `name[]` a list, `name[key]` an object.
import { AppError } from "../errors/app-error.ts";
import { invalidRequest } from "./invalid.ts";
import { parseJsonBody } from "./json.ts";
import type { HttpMiddleware } from "./middleware.ts";

/** A file in a form. What its sender says of its type proves nothing. */
export class FormFile {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

export type FormValue = string | FormFile;
export type FormObject = Record<string, FormValue | FormValue[] | Record<string, FormValue>>;

const MAX_PARTS = 100;

/** For functions that take a form or, as JSON, the same without files. */
export function formOrJsonBody(maxBytes: number): HttpMiddleware {
  return {
    async before({ event, context }) {
      const type = event.headers["content-type"] ?? "";
      if (!/^multipart\/form-data\s*;/i.test(type.trim())) {
        context.body = parseJsonBody(event);
        return;
      }
      const { byteLength } = event.body;
      if (byteLength > maxBytes)
        throw new AppError("too_large", { message: `A form may have ${maxBytes / 1024 ** 2} MB here.` });
      context.body = await readForm(type, event.body);
    },
  };
}

/** Throws `invalid_request`. */
export async function readForm(contentType: string, body: Uint8Array): Promise<FormObject> {
  const read: FormObject = Object.create(null);
  for (const [name, value] of await partsOf(contentType, body)) {
    const [, key = "", inner] = /^([^[\]]+)(?:\[([^[\]]*)\])?$/.exec(name) ?? [];
    if (key === "" || isDangerous(key) || isDangerous(inner)) throw broken("has a field with a name that is not taken");
    add(read, key, inner, value);
  }
  return read;
}

async function partsOf(contentType: string, body: Uint8Array): Promise<[string, FormValue][]> {
  const form = await new Response(body as Uint8Array<ArrayBuffer>, { headers: { "content-type": contentType } })
    .formData()
    .catch(() => {
      throw broken("is not a form that can be read: multipart/form-data with the boundary that its Content-Type names");
    });
  const parts = [...form.entries()];
  if (parts.length > MAX_PARTS) throw broken(`may have at most ${MAX_PARTS} fields`);
  return Promise.all(
    parts.map(async ([name, value]) => [
      name,
      typeof value === "string" ? value : new FormFile(new Uint8Array(await value.arrayBuffer())),
    ]),
  );
}

function add(read: FormObject, key: string, inner: string | undefined, value: FormValue): void {
  const before = read[key];
  if (inner === undefined || inner === "") {
    const isList = inner === "" || before !== undefined;
    if (before !== undefined && !isValue(before) && !Array.isArray(before)) throw mixed(key);
    read[key] = isList ? [...(before === undefined ? [] : [before].flat()), value] : value;
    return;
  }
  if (before !== undefined && (isValue(before) || Array.isArray(before))) throw mixed(key);
  read[key] = { ...before, [inner]: value };
}

function isValue(value: FormObject[string]): value is FormValue {
  return typeof value === "string" || value instanceof FormFile;
}

function isDangerous(name: string | undefined): boolean {
  return name === "__proto__" || name === "constructor" || name === "prototype";
}

function mixed(key: string) {
  return invalidRequest([{ path: key, message: "is given in two ways; send one" }]);
}

function broken(message: string) {
  return invalidRequest([{ path: "body", message }]);
}
