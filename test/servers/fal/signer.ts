// How fal signs its calls. Vendor documentation, webhooks: Ed25519 over four lines, by a key that it publishes.
import { createHash, generateKeyPairSync, sign } from "node:crypto";

export interface SignedCall {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export function createSigner() {
  let pair = generateKeyPairSync("ed25519");

  return {
    published: () => ({ keys: [pair.publicKey.export({ format: "jwk" })] }),

    rotate(): void {
      pair = generateKeyPairSync("ed25519");
    },

    sign(url: string, requestId: string, body: string, at: number): SignedCall {
      const timestamp = String(Math.floor(at / 1000));
      const digest = createHash("sha256").update(body).digest("hex");
      const message = [requestId, "user-1", timestamp, digest].join("\n");
      const headers = {
        "content-type": "application/json",
        "x-fal-webhook-request-id": requestId,
        "x-fal-webhook-user-id": "user-1",
        "x-fal-webhook-timestamp": timestamp,
        "x-fal-webhook-signature": sign(null, Buffer.from(message), pair.privateKey).toString("hex"),
      };
      return { url, headers, body };
    },
  };
}
