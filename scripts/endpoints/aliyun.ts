// Where a deployment on Function Compute answers: under a custom domain as far as it leads to our functions, else each at its HTTP trigger.
import type { Declaration, HttpDeclaration } from "../../shared/events/declaration.ts";
import { domainRoutes } from "../../shared/events/domain-routes.ts";
import { isHttp, type Places, pathOf } from "./document.ts";
import type { CustomDomain, FunctionComputeApi, HttpTriggerFound } from "./function-compute.ts";
import { leadsTo } from "./routes.ts";

export interface AliyunDeployment {
  region: string;
  /** Before each function's name in the cloud. */
  prefix: string;
}

interface Found {
  places: Places;
  /** Sentences for the operator, about what was left aside. */
  notes: string[];
}

/** Throws an Error of one sentence when a function is not deployed, or nobody on the internet could call it. */
export async function aliyunPlaces(
  api: FunctionComputeApi,
  declarations: readonly Declaration[],
  { region, prefix }: AliyunDeployment,
): Promise<Found> {
  const http = declarations.filter(isHttp);
  await expectDeployed(api, http, { region, prefix });
  const { domain, led, notes } = bestDomain(await api.customDomains(), http, prefix);
  if (domain !== null && led.size === http.length) return { places: { base: domain, own: {} }, notes };
  const own: Record<string, string> = {};
  const closed: string[] = [];
  for (const { name } of http) {
    const url = led.has(name) ? domain : publicUrl(await api.httpTriggers(prefix + name));
    if (url === null) closed.push(prefix + name);
    else own[name] = url;
  }
  if (closed.length > 0) {
    throw new Error(
      `Without a custom domain that leads to them or an HTTP trigger that is open to the internet: ${several(closed)}.`,
    );
  }
  return { places: { base: null, own }, notes };
}

async function expectDeployed(api: FunctionComputeApi, http: HttpDeclaration[], { region, prefix }: AliyunDeployment) {
  const deployed = new Set(await api.functionNames(prefix));
  const missing = http.map(({ name }) => prefix + name).filter((name) => !deployed.has(name));
  if (missing.length === 0) return;
  const advice = "Deploy s.yaml to its end, or say --region or --prefix.";
  throw new Error(`Function Compute has in ${region} no ${several(missing)}. ${advice}`);
}

/** The https domain that leads to most of our functions; a name with a star is no address. */
function bestDomain(domains: CustomDomain[], http: HttpDeclaration[], prefix: string) {
  const ours = domains
    .map((domain) => ({ ...domain, led: new Set(http.filter(isLed(domain, http, prefix)).map(({ name }) => name)) }))
    .filter(({ led, name }) => led.size > 0 && !name.includes("*"))
    .sort((one, other) => other.led.size - one.led.size || (one.name < other.name ? -1 : 1));
  const best = ours.find(({ isHttps }) => isHttps);
  const notes = ours
    .filter(({ isHttps }) => !isHttps)
    .map(({ name }) => `The custom domain ${name} is left aside: it has no HTTPS.`);
  if (!best) return { domain: null, led: new Set<string>(), notes };
  if (best.led.size < http.length) {
    const others = http.filter(({ name }) => !best.led.has(name)).map(({ name }) => name);
    notes.push(
      `The custom domain ${best.name} does not lead to ${several(others)}, which get the URLs of their triggers.`,
    );
  }
  return { domain: `https://${best.name}`, led: best.led, notes };
}

/** The front of the first function of a domain's route serves the others behind it as well. */
function isLed({ routes }: CustomDomain, http: readonly HttpDeclaration[], prefix: string) {
  const groups = domainRoutes(http).map(({ functions }) => functions);
  return (each: HttpDeclaration) => {
    const [first = each] = groups.find((group) => group.includes(each)) ?? [];
    const lead = ({ name }: HttpDeclaration) => leadsTo(routes, each.trigger.method, pathOf(each), prefix + name);
    return lead(first) || lead(each);
  };
}

/** A trigger of a version or an alias may call older code. */
function publicUrl(triggers: HttpTriggerFound[]): string | null {
  const open = triggers.filter(({ url }) => url !== null);
  return (open.find(({ qualifier }) => qualifier === "LATEST") ?? open[0])?.url ?? null;
}

function several(names: string[]): string {
  const rest = names.length - 3;
  return rest > 1 ? `${names.slice(0, 3).join(", ")} and ${rest} more` : names.join(", ");
}
