// What every part is given.

export interface Bench {
  /** Of the product that is measured: this repository, or the other commit. */
  root: string;
  /** On the disk that is measured; removed at the end. */
  folder: string;
  /** Further arguments for the product's Node. */
  nodeArguments: string[];
  /** How often each deployed function is started. */
  rounds: number;
  /** Names of those of them that are built and started; all when there is none. */
  functions: string[];
  /** How many times faster than a real one the vendor of `vendors` is. */
  scale: number;
  /** To be awaited before each round: when two products are measured, the other one has its round meanwhile. */
  turn(): Promise<void>;
  /** Aborts when the part has run out of time; processes that `processes.ts` watches are killed then. */
  signal: AbortSignal;
}
