// The contract of refusals, against each store that is reached over a network. Two that speak the language of S3, the one that can do most
// and the one that can do least, answer for the others, but for the proof, which names what each is counted on for; the rest: `.long.ts`.
import { remoteStoreContract } from "../contracts/remote-store.ts";
import { remoteStores } from "./remote-stores.ts";

for (const [name, { open, stated }] of Object.entries(remoteStores)) {
  const isAnsweredFor = name === "s3: r2" || name === "s3: minio";
  remoteStoreContract(name, open, stated, isAnsweredFor ? ["proof"] : undefined);
}
