// Credentials rotate: a client for each key, made once, because clients are slow to make and hold a key for their lifetime.

export interface AccessKey {
  accessKeyId: string;
  accessKeySecret: string;
  /** Of temporary credentials. */
  securityToken?: string | undefined;
}

/** Keys that are in use at once: the present one, and the one before it in requests that are still running. */
const MAX_CLIENTS = 4;

/** Answers the client of the present key; `credentials` is asked each time, and should remember what it knows. */
export function createClientsByKey<Client>(
  credentials: () => Promise<AccessKey>,
  create: (key: AccessKey) => Client,
): () => Promise<Client> {
  const clients = new Map<string, Client>();
  return async () => {
    const key = await credentials();
    // A token may be renewed under the same key.
    const id = `${key.accessKeyId} ${key.securityToken ?? ""}`;
    const client = clients.get(id) ?? create(key);
    clients.delete(id);
    clients.set(id, client);
    const [oldest] = clients.keys();
    if (clients.size > MAX_CLIENTS && oldest !== undefined) clients.delete(oldest);
    return client;
  };
}
