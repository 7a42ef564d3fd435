// Where vendors are told to call.
import { expect, test } from "vitest";
import { callbackBaseOf, callbackUrlMaker } from "../../shared/runtime/callbacks.ts";

test.each([
  ["nowhere, when nobody knows a public address", null, null, null],
  ["nowhere, where this machine alone can be reached", null, "http://127.0.0.1:3000", null],
  ["nowhere, where a function only knows what it listens on", null, "http://0.0.0.0:9000", null],
  ["nowhere, where one network alone can", null, "http://192.168.0.7:3000", null],
  ["nowhere, where a name is one of this network", null, "http://studio.local", null],
  ["below the public address", null, "https://api.example.com/dream", "https://api.example.com/dream"],
  ["where the operator says, whatever it looks like", "http://10.0.0.5", "https://api.example.com", "http://10.0.0.5"],
])("%s", (_, callbackUrl, publicUrl, base) => {
  expect(callbackBaseOf({ callbackUrl, publicUrl })).toBe(base);
});

test("an address names provider and attempt below the API's path, and there is none without a base", () => {
  const attempt = {
    userId: "01900000-0000-7000-8000-00000000aaaa",
    jobId: "01900000-0000-7abc-9def-0123456789ab",
    attempt: 1,
  };
  const make = callbackUrlMaker("https://api.example.com", "a secret of at least thirty-two bytes");
  expect(make?.("fal", attempt)).toMatch(/^https:\/\/api\.example\.com\/api\/v1\/webhooks\/fal\/[\w-]{70}$/);
  expect(callbackUrlMaker(null, "a secret of at least thirty-two bytes")).toBeUndefined();
});
