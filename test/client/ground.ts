// The whole product, a crooked proxy before it, and a client that knows only the proxy.
import { type Client, createClient } from "../../clients/js/src/index.ts";
import { type Product, type ProductOptions, startProduct } from "../api/local.ts";
import { type CrookedProxy, startCrookedProxy } from "../servers/crooked-proxy.ts";

export interface Ground {
  product: Product;
  proxy: CrookedProxy;
  /** As a new user. */
  newClient(): Promise<Client>;
  close(): Promise<void>;
}

export async function startGround(options: ProductOptions = {}): Promise<Ground> {
  const product = await startProduct(options);
  const proxy = await startCrookedProxy(product.url);
  return {
    product,
    proxy,
    async newClient() {
      const { token } = await product.register();
      return createClient({ baseUrl: proxy.url, token });
    },
    async close() {
      await proxy.close();
      await product.close();
    },
  };
}
