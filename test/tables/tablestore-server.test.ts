// The test server itself: it takes nothing that the real one would not take.
import { expect, test } from "vitest";
import { encode, readRequest } from "../servers/tablestore/messages.ts";
import { OtsError } from "../servers/tablestore/ots-error.ts";
import { readRow, writeRows } from "../servers/tablestore/plain-buffer.ts";
import { startTablestore } from "../servers/tablestore/server.ts";

test("a request without a signature is refused with 403 and a protobuf error", async () => {
  const server = await startTablestore();
  const answer = await fetch(`${server.endpoint}/DescribeTable`, { method: "POST", body: "" });
  const body = Buffer.from(await answer.arrayBuffer());
  await server.close();
  expect([answer.status, body]).toEqual([
    403,
    encode("Error", { code: "OTSAuthFailed", message: "The AccessKeyID does not exist." }),
  ]);
});

test("a field that the protocol does not have is refused with 400", () => {
  const known = encode("DescribeTableRequest", { tableName: "t" });
  expect(readRequest("DescribeTable", known)).toEqual({ tableName: "t" });
  const unknown = Buffer.concat([known, Buffer.of(0x98, 0x06, 0x01)]);
  expect(() => readRequest("DescribeTable", unknown)).toThrow(OtsError);
});

test("a row with a flipped bit is refused", () => {
  const key = [{ name: "partition", value: "p" }];
  const row = writeRows([{ key, columns: [] }], 1n);
  expect(readRow(row)).toEqual({ key, columns: [], isDeletion: false });
  for (let i = 0; i < row.length; i++) {
    const broken = Buffer.from(row);
    broken[i] = (broken[i] ?? 0) ^ 1;
    expect(() => readRow(broken)).toThrow();
  }
});
