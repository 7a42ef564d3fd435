// What is used of @contentauth/c2pa-node 0.8.0. Its parts are imported one by one: its main file also loads what only an installation needs.

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

  export interface FileAsset {
    path: string;
    mimeType: string;
  }

  export class Reader {
    /** Null: there is no manifest. Rejects with an Error whose name is that of c2pa-rs. `settings`: JSON. */
    static fromAsset(asset: FileAsset | { buffer: Buffer; mimeType: string }, settings: string): Promise<Reader | null>;
    json(): ManifestStore;
  }
}

declare module "@contentauth/c2pa-node/dist/binary.js" {
  /** Throws where the machine code cannot be loaded: another machine's, an older C library. */
  export function getNeonBinary(): object;
}

declare module "@contentauth/c2pa-node/dist/Signer.js" {
  export type SigningAlgorithm = "es256" | "es384" | "es512" | "ps256" | "ed25519";

  export interface CallbackSignerConfig {
    alg: SigningAlgorithm;
    /** PEM: the signer's own first. */
    certs: Buffer[];
    /** Bytes that the signature, its certificates and its time stamp may take. */
    reserveSize: number;
    tsaUrl?: string;
    directCoseHandling: boolean;
  }

  export class CallbackSigner {
    static newSigner(config: CallbackSignerConfig, sign: (data: Buffer) => Promise<Buffer>): CallbackSigner;
    alg(): SigningAlgorithm;
  }
}

declare module "@contentauth/c2pa-node/dist/Builder.js" {
  import type { FileAsset } from "@contentauth/c2pa-node/dist/Reader.js";
  import type { CallbackSigner } from "@contentauth/c2pa-node/dist/Signer.js";

  export class Builder {
    /** `settings`: JSON. */
    static withJson(definition: object, settings: string): Builder;
    /** JSON: `"edit"` asks for the ingredient that was edited, and writes that it was opened. */
    setIntent(intent: unknown): void;
    addIngredient(json: string, asset: FileAsset): Promise<void>;
    /** Resolves to the manifest; writes the signed file, and does not look whether it is valid. */
    signAsync(signer: CallbackSigner, input: FileAsset, output: FileAsset): Promise<Buffer>;
  }
}
