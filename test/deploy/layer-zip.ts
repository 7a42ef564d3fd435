// Zips as operators bring them: with the head of a program of Linux, and whatever else is wrong with them.
import { Zip, ZipPassThrough } from "fflate";

export function layerZip({ name = "bin/ffmpeg", mode = 0o755, machine = 62 } = {}): Uint8Array {
  const program = Buffer.alloc(64);
  program.write("\x7fELF\x02", 0, "latin1");
  program.writeUInt16LE(machine, 18);
  const parts: Uint8Array[] = [];
  const zip = new Zip((error, data) => {
    if (error) throw error;
    parts.push(data);
  });
  const file = new ZipPassThrough(name);
  file.os = 3;
  file.attrs = (0o100000 | mode) << 16;
  zip.add(file);
  file.push(program, true);
  zip.end();
  return Buffer.concat(parts);
}
