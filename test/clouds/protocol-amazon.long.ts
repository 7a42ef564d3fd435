// As protocol-amazon.test.ts, on more ways.
process.env.CLOUDS_WAYS = "12";

await import("./protocol-amazon.test.ts");
