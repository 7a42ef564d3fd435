// Ports of one process, every call of which goes through a test's hands: so a process dies, or another one is faster, at an exact line.
import type { Job } from "../../shared/jobs/job.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import type { Provider } from "../../shared/ports/provider.ts";
import type { NewItem, Table } from "../../shared/ports/table.ts";

export interface Ports {
  table: Table;
  store: ObjectStore;
  provider: Provider;
}

export interface Call {
  port: keyof Ports;
  name: string;
  args: readonly unknown[];
}

/** Makes the call by `act`, or does otherwise. */
export type Around = (call: Call, act: () => Promise<unknown>) => Promise<unknown>;

export function intercepted(ports: Ports, around: Around): Ports {
  return {
    table: through("table", ports.table, around),
    store: through("store", ports.store, around),
    provider: through("provider", ports.provider, around),
  };
}

/** Dies at the first call for which `at` says when: before the call is made, or right after it. Nothing reaches anything from then on. */
export function dying(at: (call: Call) => "before" | "after" | null): { around: Around; isDead(): boolean } {
  let isDead = false;
  return {
    isDead: () => isDead,
    async around(call, act) {
      const moment = isDead ? "before" : at(call);
      isDead ||= moment === "before";
      if (isDead) throw new Error("this process is dead");
      const answer = await act();
      isDead ||= moment === "after";
      if (isDead) throw new Error("this process is dead");
      return answer;
    },
  };
}

/** The item that the call puts into the table; null for any other call. */
export function itemPut(call: Call): NewItem | null {
  return call.port === "table" && call.name === "put" ? (call.args[0] as NewItem) : null;
}

/** The job that the call writes; null for any other call. */
export function jobPut(call: Call): Job | null {
  const item = itemPut(call);
  return item?.sort.startsWith("job#") ? (item.data as unknown as Job) : null;
}

/** The key of the object that the call of this name is about; null for any other call. For a copy, where it goes to. */
export function objectOf(call: Call, name: "put" | "copy" | "delete" | "get"): string | null {
  return call.port === "store" && call.name === name ? String(call.args[name === "copy" ? 1 : 0]) : null;
}

/** The keys of the objects that the call removes at once; null for any other call. */
export function objectsOf(call: Call): readonly string[] | null {
  return call.port === "store" && call.name === "deleteMany" ? (call.args[0] as string[]) : null;
}

function through<T extends object>(port: keyof Ports, target: T, around: Around): T {
  return new Proxy(target, {
    get(owner, name) {
      const member: unknown = Reflect.get(owner, name);
      if (typeof member !== "function" || name === "validate") return member;
      return (...args: unknown[]) =>
        around({ port, name: String(name), args }, async () => Reflect.apply(member, owner, args));
    },
  });
}
