// Packages that go beside a bundle as they are: machine code for the clouds' Linux, and a font.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const OS = "linux";
const CPU = "x64";

interface Package {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

/** The files of these packages and of all that they need, by the path that they have below a function's folder. */
export function filesOfPackages(root: string, names: readonly string[]): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const name of closureOf(root, names)) {
    const folder = join(root, "node_modules", name);
    for (const path of globSync("**/*", { cwd: folder, withFileTypes: true })) {
      if (!path.isFile()) continue;
      const inside = join(path.parentPath, path.name).slice(folder.length + 1);
      if (isOfUse(name, inside)) files[`node_modules/${name}/${inside}`] = readFileSync(join(folder, inside));
    }
  }
  return files;
}

function closureOf(root: string, names: readonly string[]): string[] {
  const found = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    const { dependencies = {}, optionalDependencies = {} } = read(root, name);
    found.add(name);
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
  return JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
}

/** Of the fonts only the one that is drawn with; of the rest nothing that only people or compilers read. */
function isOfUse(name: string, path: string): boolean {
  if (name.startsWith("@expo-google-fonts/")) return path === "package.json" || path.startsWith("500Medium/");
  return !/\.(d\.ts|md|map|h|cc)$|^(install|src)\//.test(path);
}
