// As protocol-alibaba-cloud.test.ts, on more ways.
process.env.CLOUDS_WAYS = "12";

await import("./protocol-alibaba-cloud.test.ts");
