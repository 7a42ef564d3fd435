// Packages that go beside a bundle as they are: machine code for the clouds' Linux, and a font.
import { existsSync, globSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { signing } from "./bundle.ts";

const OS = "linux";
const CPU = "x64";

interface Package {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

type Files = Record<string, Uint8Array>;

/** The files of these packages and of all that they need, by the path that they have below a function's folder. */
export function filesOfPackages(root: string, names: readonly string[]): Files {
  return Object.assign({}, ...closureOf(root, names).map((name) => filesOf(root, name)));
}

/** By the folders where they really lie: each is in several zips, and read once. */
const known = new Map<string, Files>();

function filesOf(root: string, name: string): Files {
  const folder = realpathSync(join(root, "node_modules", name));
  const before = known.get(folder);
  if (before) return before;
  const files: Files = {};
  for (const path of globSync("**/*", { cwd: folder, withFileTypes: true })) {
    if (!path.isFile()) continue;
    const inside = join(path.parentPath, path.name).slice(folder.length + 1);
    if (isOfUse(name, inside)) files[`node_modules/${name}/${inside}`] = readFileSync(join(folder, inside));
  }
  known.set(folder, files);
  return files;
}

function closureOf(root: string, names: readonly string[]): string[] {
  const found = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    const { dependencies = {}, optionalDependencies = {} } = read(root, name);
    found.add(name);
    // Its parts that are carried ask for no others: those are for whoever installs it.
    if (name === signing) continue;
    open.push(
      ...Object.keys(dependencies),
      ...Object.keys(optionalDependencies).filter((each) => isForClouds(root, each)),
    );
  }
  return [...found].toSorted();
}

/** Of a package that comes for many machines: the one for the clouds'. */
function isForClouds(root: string, name: string): boolean {
  const isOurs = name.endsWith(`-${OS}-${CPU}`) && !name.includes("musl");
  if (!isOurs) return false;
  try {
    read(root, name);
    return true;
  } catch {
    throw new Error(
      `${name} is not installed, and the clouds need it. Run: npm install --os=${OS} --cpu=${CPU} --libc=glibc`,
    );
  }
}

function read(root: string, name: string): Package {
  if (name === signing && !isForCloudsCode(root))
    throw new Error(
      `${name} is not installed, or not for ${OS}-${CPU}, and C2PA_CERTIFICATE is set. Run with Node 22 or newer: npm install`,
    );
  return JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
}

const ELF = Buffer.from("\x7fELF", "latin1");
const X86_64 = 62;

/** Its package holds the machine code for the clouds; another machine's may have been put into its place. */
function isForCloudsCode(root: string): boolean {
  const path = join(root, "node_modules", signing, "dist/index.node");
  if (!existsSync(path)) return false;
  const code = readFileSync(path);
  return code.subarray(0, 4).equals(ELF) && code.readUInt16LE(18) === X86_64;
}

/** What is imported of it. */
const partsThatSign = /^(package\.json|dist\/((Builder|IdentityAssertion|Reader|Signer|binary)\.js|index\.node))$/;

/** Of the fonts only the one that is drawn with; of the rest nothing that only people or compilers read. */
function isOfUse(name: string, path: string): boolean {
  if (name.startsWith("@expo-google-fonts/")) return path === "package.json" || path.startsWith("500Medium/");
  if (name === signing) return partsThatSign.test(path);
  return !/\.(d\.ts|md|map|h|cc)$|^(install|src)\//.test(path);
}
