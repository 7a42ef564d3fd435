// As s3-request-store.test.ts, against each store that speaks the language of S3.
process.env.S3_VENDORS = "aws r2 minio cos qiniu";

await import("./s3-request-store.test.ts");
