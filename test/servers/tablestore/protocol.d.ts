// The messages of Tablestore's protocol, as the SDK's package has compiled them.
declare module "tablestore/lib/protocol/tablestore_compiled_proto.js" {
  interface Message {
    decode(bytes: Uint8Array): Record<string, unknown>;
    encode(message: object): { finish(): Uint8Array };
  }
  const Protocol: {
    main: { proto: Record<string, Message> };
    filter: { proto: Record<string, Message> };
  };
  export = Protocol;
}
