// npm run build: a zip for each function and cloud, in .build/{aws,aliyun}/, and the studio page, in dist/web/. With a name behind `--`, that one alone.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { declarations } from "../functions/declarations.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import { moderationServices } from "../shared/config/moderation.ts";
import { chatIds, type VendorId, vendorIds, withVendorKeys } from "../shared/config/vendors.ts";
import { type Built, buildCloud } from "./build/build.ts";
import { type Adapters, adaptersOf, clouds } from "./build/plan.ts";
import { answerHelp } from "./help.ts";
import { writePage } from "./page/write-page.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
answerHelp(
  "Builds each function's zip for the clouds, and the studio page; or one of them.",
  "  npm run build [-- aws|aliyun|page] [--json]",
);

const isJson = process.argv.includes("--json");
const asked = process.argv.slice(2).filter((each) => each !== "--json");
const chosen = clouds.filter((cloud) => asked.length === 0 || asked.includes(cloud));

const wantsPage = asked.length === 0 || asked.includes("page");
if (asked.some((name) => name !== "page" && !clouds.some((cloud) => cloud === name))) {
  console.error(`Usage: npm run build [-- ${[...clouds, "page"].join(" | ")}] [--json]`);
  process.exit(2);
}

try {
  const all = [];
  const page = wantsPage ? { folder: "dist/web", ...(await writePage(join(root, "dist/web"))) } : null;
  if (page && !isJson)
    console.log(`dist/web/: ${page.files} files of the studio page, ${(page.bytes / 1e3).toFixed(0)} kB`);
  for (const cloud of chosen) {
    const adapters = withChoice(adaptersOf[cloud], withVendorKeys(processEnvironment()));
    const built = await buildCloud({ root, outDir: join(root, ".build"), cloud, declarations, adapters });
    const total = built.reduce((sum, { bytes }) => sum + bytes, 0);
    const others = [...adapters.vendors, ...(adapters.signs ? ["signing"] : [])];
    const vendors = others.length > 0 ? `, with ${others.join(", ")}` : "";
    const moderation = adapters.moderation === undefined ? "" : `, checked by ${adapters.moderation}`;
    all.push({ cloud, folder: `.build/${cloud}`, ...adapters, bytes: total, zips: built.map(shown) });
    if (isJson) continue;
    console.log(
      `.build/${cloud}/: ${built.length} zips for ${adapters.table} and ${adapters.store}${vendors}${moderation}, ${(total / 1e6).toFixed(1)} MB`,
    );
  }
  if (isJson) console.log(JSON.stringify({ clouds: all, page }, null, 2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

/** What its code was made of is nothing for whoever asks what was built. */
function shown({ name, path, bytes }: Built) {
  return { name, path, bytes };
}

/**
 * An operator who keeps files elsewhere says so in the same settings as everywhere; what only one machine has is not for a cloud. Vendors are those
 * whose keys are set here, or that VENDORS names where the keys are not for whoever builds. Whoever has the certificate, which is no secret, signs.
 */
function withChoice(own: Adapters, environment: Record<string, string | undefined>): Adapters {
  const { TABLE_PROVIDER, STORAGE_PROVIDER, VENDORS, C2PA_CERTIFICATE, MODERATION } = environment;
  const isLocal = (name: string | undefined) => !name || name === "sqlite" || name === "folder";
  return {
    table: isLocal(TABLE_PROVIDER) ? own.table : (TABLE_PROVIDER ?? own.table),
    store: isLocal(STORAGE_PROVIDER) ? own.store : (STORAGE_PROVIDER ?? own.store),
    vendors: vendorIds.filter((id) => named(VENDORS).includes(id) || isSet(environment, id)),
    signs: Boolean(C2PA_CERTIFICATE?.trim()),
    moderation: moderationOf(MODERATION?.trim()),
  };
}

/** Throws for what is no service. */
function moderationOf(name = "none"): string | undefined {
  if (name === "none") return undefined;
  const service = moderationServices.find((each) => each === name);
  if (!service)
    throw new Error(`MODERATION: there is no service "${name}". There is: none, ${moderationServices.join(", ")}.`);
  return service;
}

/** A server of language models may be the operator's own, without a key. */
function isSet(environment: Record<string, string | undefined>, id: VendorId): boolean {
  const isChat = chatIds.some((chat) => chat === id);
  const parts = isChat ? ["API_KEY", "BASE_URL"] : ["API_KEY"];
  return parts.some((part) => environment[`${id.toUpperCase()}_${part}`]?.trim());
}

/** Throws for what is no vendor. */
function named(list = ""): string[] {
  const ids = list.split(",").flatMap((id) => id.trim() || []);
  const unknown = ids.find((id) => !vendorIds.some((known) => known === id));
  if (unknown !== undefined)
    throw new Error(`VENDORS: there is no vendor "${unknown}". There is: ${vendorIds.join(", ")}.`);
  return ids;
}
