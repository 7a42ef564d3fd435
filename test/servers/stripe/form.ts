// Stripe's form encoding, read: `a[b][0][c]=d`.

export type Tree = { [key: string]: string | Tree };

/** Throws for a name that has no such form, or that is there twice. */
export function readForm(text: string): Tree {
  const tree: Tree = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const [, first = "", rest = ""] = /^([a-z_]+)((?:\[[A-Za-z0-9_]*\])*)$/.exec(name) ?? [];
    if (first === "") throw new Error(`${name} is no name of a parameter`);
    const path = [first, ...[...rest.matchAll(/\[([A-Za-z0-9_]*)\]/g)].map(([, part = ""]) => part)];
    put(tree, path, value);
  }
  return tree;
}

function put(tree: Tree, [name = "", ...rest]: string[], value: string): void {
  const key = name === "" ? String(Object.keys(tree).length) : name;
  if (rest.length === 0) {
    if (key in tree) throw new Error(`${key} is there twice`);
    tree[key] = value;
    return;
  }
  const inner = tree[key] ?? {};
  if (typeof inner === "string") throw new Error(`${key} is a text and an object`);
  tree[key] = inner;
  put(inner, rest, value);
}

export function treeAt(tree: Tree, ...path: string[]): string | Tree | undefined {
  let at: string | Tree | undefined = tree;
  for (const name of path) at = typeof at === "object" ? at[name] : undefined;
  return at;
}
