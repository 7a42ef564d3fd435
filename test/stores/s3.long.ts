// The whole contract of object stores, against each store that speaks the language of S3 and is not S3.
import { objectStoreContract } from "../contracts/object-store.ts";
import { openS3, otherVendors } from "./s3-fixture.ts";

for (const [vendor, limits] of otherVendors) objectStoreContract(`s3: ${vendor}`, () => openS3(vendor), limits);
