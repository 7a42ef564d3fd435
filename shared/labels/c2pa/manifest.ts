// What a manifest of ours says: which system made the file, when, and of what kind it is. Never the prompt.

export interface Statement {
  /** The output's name for ever. */
  title: string;
  systemName: string;
  /** The version of the system: the model that has made it. */
  model: string;
  /** A whole URI of IPTC's news codes. */
  digitalSourceType: string;
  /** Epoch milliseconds. */
  madeAt: number;
  /** True: somebody has signed the file before, and it goes along as that from which this one was made. */
  hasParent: boolean;
}

/**
 * As c2pa-rs takes it. C2PA 2.2, 18.14.2: the first action says that a file was created, or that another one was opened; the latter is written by
 * the library, with the file that was opened.
 */
export function manifestOf({ title, systemName, model, digitalSourceType, madeAt, hasParent }: Statement): object {
  const action = {
    action: hasParent ? "c2pa.edited" : "c2pa.created",
    when: new Date(madeAt).toISOString(),
    softwareAgent: { name: systemName, version: model },
    digitalSourceType,
  };
  return {
    claim_generator_info: [{ name: systemName }],
    title,
    // `created`: who signs says so, and has not only heard it.
    assertions: [{ label: "c2pa.actions.v2", data: { actions: [action] }, created: true }],
  };
}
