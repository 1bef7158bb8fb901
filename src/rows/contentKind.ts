/** What a file is by its first bytes, whatever its name says. */
import { isUtf8 } from "node:buffer";

/** Bytes that are looked at. */
export const HEAD_BYTES = 4096;

const MAGIC: readonly (readonly [string, string])[] = [
  ["a PNG image", "89504e47"],
  ["a JPEG image", "ffd8ff"],
  ["a GIF image", "47494638"],
  ["a PDF document", "25504446"],
  ["a ZIP archive", "504b0304"],
  ["gzip within gzip", "1f8b08"],
  ["compressed with bzip2", "425a68"],
  ["compressed with xz", "fd377a585a"],
  ["compressed with zstd", "28b52ffd"],
  ["compressed with LZ4", "04224d18"],
  ["a Parquet file", "50415231"],
  ["an ORC file", "4f5243"],
  ["an Avro file", "4f626a01"],
  ["a program", "7f454c46"],
  ["text in UTF-32", "0000feff"],
  ["text in UTF-16", "fffe"],
  ["text in UTF-16", "feff"],
];

const NUL = 0;
/** Shares of NUL that text in UTF-16 has; a hole that a rotation left in a file has more. */
const UTF16_NULS = [0.3, 0.7] as const;
/** Share of control characters that no text has: in bytes at random they are a tenth. A hostile line alone makes no binary file. */
const MOST_CONTROLS = 0.05;

const isControl = (byte: number): boolean => byte < 32 && ![9, 10, 12, 13, 27].includes(byte);

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** Why these first bytes, unpacked, are not the beginning of a text in UTF-8; undefined when they may be. */
export const notText = (head: Uint8Array): string | undefined => {
  const bytes = head.subarray(0, HEAD_BYTES);
  const hex = Buffer.from(bytes.subarray(0, 8)).toString("hex");
  const known = MAGIC.find(([, magic]) => hex.startsWith(magic));
  if (known !== undefined) return `the object is ${known[0]}`;
  const nuls = bytes.reduce((count, byte) => count + Number(byte === NUL), 0) / Math.max(1, bytes.length);
  if (nuls >= UTF16_NULS[0] && nuls <= UTF16_NULS[1] && bytes.length >= 4)
    return "the object is text in UTF-16, or no text";
  const controls = bytes.reduce((count, byte) => count + Number(isControl(byte)), 0) / Math.max(1, bytes.length);
  // A character may be cut at the end of what is looked at.
  const isText = [0, 1, 2, 3].some((less) => isUtf8(bytes.subarray(0, Math.max(0, bytes.length - less))));
  return !isText && controls > MOST_CONTROLS ? "the object is no text" : undefined;
};
