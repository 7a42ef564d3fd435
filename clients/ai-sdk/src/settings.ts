// What the provider is told once.

export interface DreamFactorySettings {
  /** Of the API, such as `https://api.example.com/api/v1`. */
  baseURL: string;
  /** The token that logging in gives; a function is asked before each call. */
  apiKey: string | (() => string | Promise<string>);
  /** Sent with each call to the API; never to the store. */
  headers?: Record<string, string>;
  fetch?: typeof globalThis.fetch;
}

/** What `providerOptions` are known by, and the metadata of results. */
export const PROVIDER = "dreamFactory";
