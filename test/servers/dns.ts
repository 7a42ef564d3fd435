// A name server on 127.0.0.1 that answers questions for addresses as it is told.
import { createSocket } from "node:dgram";
import { once } from "node:events";

export type DnsAnswer = string[] | "unknown" | "broken" | "silent";

export interface DnsQuestion {
  name: string;
  type: "A" | "AAAA";
  /** How often this name was asked for with this type before. */
  before: number;
}

export interface DnsServer {
  /** For `Resolver.setServers`. */
  address: string;
  /** What was asked, in order. */
  questions: DnsQuestion[];
  close(): Promise<void>;
}

/** `answer` gives the addresses of the type that was asked for: none means that the name exists without them. */
export async function startDnsServer(answer: (question: DnsQuestion) => DnsAnswer): Promise<DnsServer> {
  const socket = createSocket("udp4");
  const questions: DnsQuestion[] = [];
  socket.on("message", (message, peer) => {
    const { name, type, end } = readQuestion(message);
    const before = questions.filter((asked) => asked.name === name && asked.type === type).length;
    questions.push({ name, type, before });
    const reply = answer({ name, type, before });
    if (reply !== "silent") socket.send(encode(message, end, reply), peer.port, peer.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    async close() {
      socket.close();
      await once(socket, "close");
    },
  };
}

function readQuestion(message: Buffer): DnsQuestion & { end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  const type = message.readUInt16BE(at + 1) === 28 ? "AAAA" : "A";
  return { name: labels.join("."), type, before: 0, end: at + 5 };
}

/** RFC 1035, 4.1: header, the question as it came, and the answers, each naming the question by a pointer. */
function encode(question: Buffer, end: number, reply: Exclude<DnsAnswer, "silent">): Buffer {
  const addresses = Array.isArray(reply) ? reply : [];
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(0x8180 | (reply === "unknown" ? 3 : reply === "broken" ? 2 : 0), 2);
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, question.subarray(12, end), ...addresses.map(record)]);
}

function record(address: string): Buffer {
  const data = bytesOf(address);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(data.length === 4 ? 1 : 28, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function bytesOf(address: string): Buffer {
  if (!address.includes(":")) return Buffer.from(address.split(".").map(Number));
  // URL spells every IPv6 address as groups of hex with at most one gap.
  const [left = "", right = ""] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => group.padStart(4, "0")));
  const [head, tail] = [groups(left), groups(right)];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0000");
  return Buffer.from([...head, ...zeros, ...tail].join(""), "hex");
}
