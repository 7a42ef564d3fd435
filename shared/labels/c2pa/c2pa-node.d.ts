// What is used of @contentauth/c2pa-node 0.8.0. Its parts are imported one by one: its main file also loads what only a command line needs.

interface C2paFile {
  path: string;
  mimeType: string;
}

declare module "@contentauth/c2pa-node/dist/Reader.js" {
  interface Status {
    code: string;
    explanation?: string;
  }

  interface Statuses {
    failure?: Status[];
  }

  interface Assertion {
    label: string;
    data: unknown;
  }

  export interface StoredManifest {
    claim_generator?: string;
    claim_generator_info?: { name: string; version?: string }[];
    assertions?: Assertion[];
    signature_info?: { issuer?: string; common_name?: string; time?: string };
  }

  export interface ManifestStore {
    active_manifest?: string;
    manifests?: Record<string, StoredManifest>;
    validation_state?: "Trusted" | "Valid" | "Invalid";
    validation_results?: {
      activeManifest?: Statuses;
      ingredientDeltas?: { validationDeltas?: Statuses }[];
    };
  }

  export class Reader {
    /** Null: there is no manifest. Rejects with an Error that ends in the name of one of c2pa-rs. */
    static fromAsset(asset: C2paFile | { buffer: Buffer; mimeType: string }, settings: string): Promise<Reader | null>;
    json(): ManifestStore;
  }
}
