// PORT=0: a free port is looked for first, for everything has to know its address, and listened on when all is ready.
import { createServer, Server } from "node:net";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { startProduct } from "../api/local.ts";

afterEach(() => vi.restoreAllMocks());

test("a free port that another program takes before it is listened on is looked for once more", async () => {
  const others: Server[] = [];
  const close = Server.prototype.close;
  vi.spyOn(Server.prototype, "close").mockImplementationOnce(function (this: Server, ...given) {
    const address = this.address();
    const port = typeof address === "object" ? address?.port : undefined;
    this.once("close", () => others.push(createServer().listen(port, "127.0.0.1")));
    return close.apply(this, given);
  });
  const product = await startProduct();
  onTestFinished(() => product.close());
  expect(others.map((other) => other.listening)).toEqual([true]);
  expect((await fetch(`${product.url}/api/v1/health`)).status).toBe(200);
  for (const other of others) other.close();
});
