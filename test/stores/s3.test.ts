// The contract of object stores: all of it against AWS, and against each other store that this adapter knows what it does in a way of
// its own. All of it against all of them: `s3.long.ts`.
import { type ContractPart, objectStoreContract } from "../contracts/object-store.ts";
import { openS3, otherVendors } from "./s3-fixture.ts";

/** What a preset decides: conditions, uploads, addresses, and how bodies are summed. Reading and listing are the same at all of them. */
const presetParts: readonly ContractPart[] = [
  ...(["put", "put if absent", "copy", "delete"] as const),
  ...(["url", "downloadUrl", "signUpload", "prove", "probe"] as const),
];

objectStoreContract("s3: aws", () => openS3("aws"));
for (const [vendor, limits] of otherVendors) {
  objectStoreContract(`s3: ${vendor}`, () => openS3(vendor), limits, presetParts);
}
