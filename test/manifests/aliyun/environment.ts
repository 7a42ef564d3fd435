// What the functions are told by their environment; that nothing is left open, and nothing secret said.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../../shared/config/config.ts";
import { isObject } from "../aws/template.ts";
import { looksSecret, settingsFor } from "../settings.ts";
import type { FunctionProps, Previewed } from "./preview.ts";

export function environmentOnAlibabaCloud(plain: Previewed<FunctionProps>): void {
  const all = Object.values(plain.resources).map(({ props }) => props);

  describe("the environment on Alibaba Cloud", () => {
    test("is the same for all, with every setting that a function there can have", () => {
      const names = [...settingsFor("aliyun"), "PATH"].sort();
      for (const { environmentVariables } of all) expect(Object.keys(environmentVariables).sort()).toEqual(names);
      expect(new Set(all.map(({ environmentVariables }) => JSON.stringify(environmentVariables))).size).toBe(1);
    });

    test("says production on Alibaba Cloud, and goes through the internal network", () => {
      expect(all[0]?.environmentVariables).toMatchObject({
        ...{ PLATFORM: "aliyun", NODE_ENV: "production", OSS_INTERNAL: "1" },
        TABLESTORE_ENDPOINT: "https://set-instance.cn-hangzhou.vpc.tablestore.aliyuncs.com",
      });
    });

    test("with a secret is all that the configuration needs there: keys come with each request", () => {
      const config = readConfig({ ...all[0]?.environmentVariables, JWT_SECRET: "x".repeat(32) });
      expect(config).toMatchObject({
        platform: "aliyun",
        storage: "oss",
        isProduction: true,
        host: "0.0.0.0",
        port: 9000,
      });
      expect(config.table).toMatchObject({ provider: "tablestore", instance: "set-instance" });
    });

    test("with nothing said, everything is resolved, and only settings are empty", () => {
      for (const { environmentVariables: _, ...props } of all) expect(emptyStrings(props)).toEqual([]);
      expect(JSON.stringify(plain.resources)).not.toContain("${");
    });

    test("holds no secret: whatever looks like one comes from who deploys", () => {
      const secrets = readFileSync("s.yaml", "utf8").matchAll(/^\s*([A-Z_]+): (.*)$/gm);
      const open = [...secrets]
        .filter(([, name = ""]) => looksSecret(name))
        .map(([, name, value]) => `${name}: ${value}`);
      expect(open).toEqual([
        `JWT_SECRET_ENCODED: \${env('JWT_SECRET', '').replaceAll('%', '%25').replaceAll('$', '%24')}`,
        `VENDOR_KEYS_ENCODED: \${env('VENDOR_KEYS', '').replaceAll('%', '%25').replaceAll('$', '%24')}`,
      ]);
      const resolved = all.flatMap(({ environmentVariables }) => Object.entries(environmentVariables));
      expect(resolved.filter(([name, value]) => looksSecret(name) && value !== "")).toEqual([]);
    });
  });
}

/** Places of empty texts; a suffix may be empty, and says that any will do. */
function emptyStrings(value: unknown, at = ""): string[] {
  if (value === "" && !at.endsWith(".suffix")) return [at];
  if (Array.isArray(value)) return value.flatMap((each, index) => emptyStrings(each, `${at}[${index}]`));
  return isObject(value) ? Object.entries(value).flatMap(([key, each]) => emptyStrings(each, `${at}.${key}`)) : [];
}
