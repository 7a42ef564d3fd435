// The XMP packet that carries a mark, and what a foreign one says. XMP is read as text: nothing in it is followed or expanded.
import { aigcText } from "./aigc-text.ts";
import type { Mark } from "./mark.ts";

/** Larger packets are not looked into, and none is written. */
export const MAX_XMP_BYTES = 65_536;

/** `withAigc`: where the file has no other place for the label. */
export function xmpPacket({ aigc, digitalSourceType, system }: Mark, { withAigc }: { withAigc: boolean }): string {
  const properties = [
    ...(withAigc && aigc ? [element("TC260:AIGC", aigcText(aigc))] : []),
    ...(digitalSourceType === null ? [] : [element("Iptc4xmpExt:DigitalSourceType", digitalSourceType)]),
    ...(system === null ? [] : [element("Iptc4xmpExt:AISystemUsed", system.name)]),
    ...(system === null ? [] : [element("Iptc4xmpExt:AISystemVersionUsed", system.version)]),
  ];
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"',
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">',
    ...properties,
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>',
  ].join("");
}

/** Whether a packet would say anything. */
export function hasXmp({ aigc, digitalSourceType, system }: Mark, { withAigc }: { withAigc: boolean }): boolean {
  return (withAigc && aigc !== null) || digitalSourceType !== null || system !== null;
}

/** The values of a property in a packet, in their order: elements and attributes, whatever the prefix. */
export function xmpValues(packet: string, property: "AIGC" | "DigitalSourceType"): string[] {
  if (packet.length > MAX_XMP_BYTES) return [];
  return [...elementsOf(packet, property), ...attributesOf(packet, property)]
    .toSorted((a, b) => a.at - b.at)
    .map(({ text }) => decoded(text).trim())
    .filter((text) => text !== "");
}

interface Found {
  at: number;
  text: string;
}

function elementsOf(packet: string, property: string): Found[] {
  const found: Found[] = [];
  const opening = new RegExp(`<([\\w.-]+:)?${property}(\\s[^<>]*)?>`, "g");
  for (let match = opening.exec(packet); match; match = opening.exec(packet)) {
    const [tag, prefix = "", attributes = ""] = match;
    const resource = /\bresource\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1];
    if (resource !== undefined) found.push({ at: match.index, text: resource });
    if (tag.endsWith("/>")) continue;
    const start = match.index + tag.length;
    const end = packet.indexOf(`</${prefix}${property}`, start);
    if (end < 0) break;
    found.push({ at: start, text: withoutTags(packet.slice(start, end)) });
    opening.lastIndex = end;
  }
  return found;
}

function attributesOf(packet: string, property: string): Found[] {
  const attributes = packet.matchAll(new RegExp(`\\s[\\w.-]+:${property}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "g"));
  return [...attributes].map((match) => ({ at: match.index, text: match[1] ?? match[2] ?? "" }));
}

/** A list is written as elements within the element. */
function withoutTags(text: string): string {
  const character = /^\s*<!\[CDATA\[([\s\S]*)\]\]>\s*$/.exec(text)?.[1];
  return character === undefined ? text.replaceAll(/<[^<>]*>/g, " ") : escaped(character);
}

function element(name: string, text: string): string {
  return `<${name}>${escaped(text)}</${name}>`;
}

/** `&quot;` although only attributes need it: readers are about that show entities as they stand, and others that expect this one. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{2,4}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
