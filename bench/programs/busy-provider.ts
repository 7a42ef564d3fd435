// A provider that takes everything and is never done.
import type { Provider } from "../../shared/ports/provider.ts";

const running = { state: "running", checkAfterMs: 120_000 } as const;

export const busyProvider: Provider = {
  id: "busy",
  isConfigured: true,
  models: [{ id: "busy", type: "video", operations: ["generate"], price: 1, maxOutputs: 1 }],
  lostSubmit: "restart",
  isSynchronous: false,
  canCancel: true,
  typicalMs: 3_600_000,
  validate: () => [],
  health: async () => ({ status: "up" }),
  start: async (_, { reference }) => ({
    state: "started",
    task: { id: reference },
    checkAfterMs: running.checkAfterMs,
  }),
  check: async () => running,
  cancel: async () => "done",
  lookUp: async () => null,
  async open() {
    throw new Error("There is nothing to open.");
  },
};
