// The last step of labelling a file that lies on the disk: its signed copy, which is looked through once more.
import { stat } from "node:fs/promises";
import type { Carrier, Examined, Reopen } from "../carrier.ts";
import type { Said } from "../label.ts";
import type { DiskSpool } from "../on-disk.ts";
import { MAX_SIGNED_BYTES, type Signer } from "./sign.ts";

export interface ToSign {
  carrier: Carrier;
  said: Said;
  systemName: string;
  /** Hears of what is missing although there is a signature: nobody else says when it was made. */
  remark(reason: string, cause: unknown): void;
}

export function canSign(carrier: Carrier, bytes: number): boolean {
  return carrier.signedAs !== null && bytes <= MAX_SIGNED_BYTES;
}

export async function sizeOf(spool: DiskSpool, name: string): Promise<number> {
  return (await stat(spool.path(name))).size;
}

/** `found`: what was read in the file `original`, of which `marked` is the copy that carries the mark. Throws as signing does. */
export async function signedCopy(
  signer: Signer,
  spool: DiskSpool,
  found: Examined,
  { carrier, said, systemName, remark }: ToSign,
): Promise<Reopen> {
  const { produceId: title, model, digitalSourceType, madeAt } = said;
  const { path, unstamped } = await signer.sign({
    contentType: carrier.signedAs ?? "",
    input: spool.path("marked"),
    parent: found.hasC2pa ? spool.path("original") : null,
    outputs: { stamped: spool.path("stamped"), plain: spool.path("signed") },
    says: { title, systemName, model, digitalSourceType, madeAt },
  });
  if (unstamped !== null) remark("A file was signed without a time stamp", unstamped);
  return spool.read(path);
}
