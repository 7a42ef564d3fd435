// The keys that Function Compute gives with each request: those of the function's role, for a day and a half.
import { AppError } from "../../errors/app-error.ts";

export interface AliyunKey {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken: string | undefined;
}

/** Answers the newest key. */
export type AliyunRole = () => Promise<AliyunKey>;

/** Where nobody gives any. */
export const noRole: AliyunRole = async () => {
  const message = "There are no keys: neither in the settings, nor from a role of the function.";
  throw new AppError("unavailable", { message });
};

/** `give`: what came with the request that is about to be served. */
export function createAliyunRole(): { role: AliyunRole; give(key: AliyunKey): void } {
  let newest: AliyunKey | null = null;
  return {
    role: async () => newest ?? noRole(),
    give(key) {
      newest = key;
    },
  };
}
