// s.domain.yaml: which function a path leads to, where only exact paths and one * at the end can be told apart.
import { describe, expect, test } from "vitest";
import { BASE_PATH, groupsByPath, httpFunctions } from "../declared.ts";
import type { Previewed } from "./preview.ts";

export interface DomainProps {
  region: string;
  domainName: string;
  protocol: string;
  certConfig: { certId: string };
  tlsConfig: { minVersion: string; maxVersion: string; cipherSuites: string[] };
  routeConfig: { routes: { path: string; functionName: string; methods: string[] }[] };
}

export function domainOnAlibabaCloud(plain: Previewed<DomainProps>, settled: Previewed<DomainProps>): void {
  const { component, props } = plain.resources.domain ?? {};

  describe("the custom domain", () => {
    test("leads each path to the first function that was declared there, and the rest to health", () => {
      const expected = [...groupsByPath()].map(([path, [first]]) => [path, `dream-factory-${first?.name}`]);
      const routes = props?.routeConfig.routes.map(({ path, functionName }) => [path, functionName]);
      expect(routes).toEqual([...expected, ["/*", "dream-factory-health"]]);
    });

    test.for(httpFunctions)("the longest route for $trigger.path ends where $name is served", ({ name, trigger }) => {
      const path = `${BASE_PATH}${trigger.path.replaceAll(/\{\w+\}/g, "01890000-0000-7000-8000-000000000001")}`;
      const served = longest(props?.routeConfig.routes ?? [], path)?.functionName.replace("dream-factory-", "");
      const group = [...groupsByPath().values()].find((each) => each.some((one) => one.name === name));
      expect(served).toBe(group?.[0]?.name);
    });

    test("lets every method through: the functions answer what they do not speak", () => {
      for (const { methods } of props?.routeConfig.routes ?? []) {
        expect(methods).toEqual(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
      }
    });

    test("is never without TLS, of 1.2 or newer", () => {
      expect(component).toBe("fc3-domain");
      expect(props).toMatchObject({ protocol: "HTTPS", tlsConfig: { minVersion: "TLSv1.2", maxVersion: "TLSv1.3" } });
      for (const suite of props?.tlsConfig.cipherSuites ?? [])
        expect(suite).toMatch(/^TLS_ECDHE_(ECDSA|RSA)_WITH_AES_\d+_GCM_/);
    });

    test("is whatever domain the operator says, for the functions that they deployed", () => {
      const said = settled.resources.domain?.props;
      expect(said).toMatchObject({
        domainName: "api.example.com",
        certConfig: { certId: "4711" },
        region: "ap-southeast-1",
      });
      expect(said?.routeConfig.routes[0]?.functionName).toBe("dreams-health");
    });
  });
}

function longest<Route extends { path: string }>(routes: readonly Route[], path: string): Route | undefined {
  const matching = routes.filter((route) => {
    return route.path.endsWith("*") ? path.startsWith(route.path.slice(0, -1)) : route.path === path;
  });
  return matching.toSorted((one, other) => other.path.length - one.path.length)[0];
}
