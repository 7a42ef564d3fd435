// The whole contract of refusals, against each store that is reached over a network.
import { remoteStoreContract } from "../contracts/remote-store.ts";
import { remoteStores } from "./remote-stores.ts";

for (const [name, { open, stated }] of Object.entries(remoteStores)) remoteStoreContract(name, open, stated);
