// What the functions are told by their environment, and that no secret is among it.
import { describe, expect, test } from "vitest";
import { readConfig } from "../../../shared/config/config.ts";
import { vendorVariables } from "../../../shared/config/vendors.ts";
import { looksSecret, settingsFor } from "../settings.ts";
import type { Deployed } from "./deployed.ts";

/** `vendorKeys`: the secret that holds them; null where no vendor was named. */
export function environmentOnAws(deployed: Deployed, vendorKeys: string | null): void {
  const environments = [...deployed.functions].map(([name, { Environment }]) => {
    return [name, (Environment as { Variables: Record<string, string> }).Variables] as const;
  });

  describe("the environment on AWS", () => {
    test("is the same for all, with every setting that a function there can have", () => {
      for (const [, variables] of environments) expect(Object.keys(variables).sort()).toEqual(settingsFor("aws"));
      expect(new Set(environments.map(([, variables]) => JSON.stringify(variables))).size).toBe(1);
    });

    test("says production on AWS", () => {
      for (const [, variables] of environments)
        expect(variables).toMatchObject({ PLATFORM: "aws", NODE_ENV: "production" });
    });

    test("is all that the configuration needs there, once Lambda and Secrets Manager have said theirs", () => {
      const said = {
        AWS_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "ASIA",
        AWS_SECRET_ACCESS_KEY: "s",
        AWS_SESSION_TOKEN: "t",
      };
      const [, variables] = environments[0] ?? [];
      const secrets = { JWT_SECRET: "x".repeat(32), VENDOR_KEYS: '{"FAL_API_KEY":"key"}' };
      const config = readConfig({
        ...variables,
        ...said,
        ...secrets,
        CALLBACK_URL: "https://abc.execute-api.eu-central-1.amazonaws.com",
      });
      expect(config).toMatchObject({ platform: "aws", storage: "s3", isProduction: true });
      expect(config.table).toMatchObject({ provider: "dynamodb", region: "eu-central-1" });
    });

    test("leaves room, in the 4 KB that Lambda has for all of it, for a key, an address and a token of each vendor, and of one server of language models", () => {
      const others = Object.entries(environments[0]?.[1] ?? {}).flat();
      const keys = Object.fromEntries(
        Object.keys(vendorVariables)
          .filter((name) => !/^(OPENAI_CHAT|LOCAL_QWEN)_/.test(name))
          .map((name) => [name, "x".repeat(60)]),
      );
      const size = Buffer.byteLength([...others, JSON.stringify(keys), "x".repeat(64)].join(""));
      expect(size).toBeLessThan(4096 - 800);
    });

    test("refers to Secrets Manager for whatever looks like a secret", () => {
      const secrets = environments
        .flatMap(([, variables]) => Object.entries(variables))
        .filter(([name]) => looksSecret(name));
      expect(new Set(secrets.map(([name]) => name))).toEqual(new Set(["JWT_SECRET", "VENDOR_KEYS"]));
      const ofVendors = vendorKeys === null ? "" : `{{resolve:secretsmanager:${vendorKeys}:SecretString}}`;
      for (const [, { VENDOR_KEYS }] of environments) expect(VENDOR_KEYS).toBe(ofVendors);
      for (const [, value] of secrets.filter(([, value]) => value !== ""))
        expect(value).toMatch(/^\{\{resolve:secretsmanager:[\w/-]+:SecretString\}\}$/);
    });
  });
}
