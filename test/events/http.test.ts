import { expect, test } from "vitest";
import { parseQuery } from "../../shared/events/http.ts";

test("a query keeps all values of a name, in their order, decoded", () => {
  expect({ ...parseQuery("a=1&b=%E5%B0%8F+x&a=2&c&d=") }).toEqual({ a: ["1", "2"], b: ["小 x"], c: [""], d: [""] });
});

test("no name in a query reaches a prototype", () => {
  const query = parseQuery("__proto__=1&constructor=2");
  expect(Object.entries(query ?? {})).toEqual([
    ["__proto__", ["1"]],
    ["constructor", ["2"]],
  ]);
  expect(Object.getPrototypeOf(query)).toBeNull();
});

test.each(["a=%", "a=%zz", "%ff=1", "a=%e5%b0"])("the broken encoding of %s is null", (text) => {
  expect(parseQuery(text)).toBeNull();
});
