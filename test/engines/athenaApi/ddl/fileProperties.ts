/** What a statement says of the files that it writes. */
import { AthenaRefusal } from "./refusals";

/** `WITH (name = value, ...)`, in lower case: texts and numbers as texts, lists as lists. */
export type Properties = ReadonlyMap<string, string | string[]>;

/** What this endpoint can write; Athena knows AVRO and TEXTFILE besides. */
export type FileFormat = "PARQUET" | "ORC" | "JSON";
/** What files are compressed with. */
export type Compression = "GZIP" | "SNAPPY" | "ZSTD" | "ZLIB" | "LZ4" | "NONE";

const FORMATS: readonly FileFormat[] = ["PARQUET", "ORC", "JSON"];

export const formatOf = (properties: Properties, fallback: string): FileFormat => {
  const wanted = String(properties.get("format") ?? fallback).toUpperCase();
  const format = FORMATS.find((known) => known === wanted);
  if (format === undefined) throw new AthenaRefusal(`the test endpoint writes ${FORMATS.join(", ")}, not '${wanted}'`);
  return format;
};

/** What each format can be written with, its default first: "Use Hive table compression" and "UNLOAD", Athena user guide. */
const COMPRESSIONS: Record<FileFormat, readonly [Compression, ...Compression[]]> = {
  PARQUET: ["GZIP", "SNAPPY", "ZSTD", "NONE"],
  ORC: ["ZLIB", "LZ4", "SNAPPY", "ZSTD", "NONE"],
  // Always; the property does not apply.
  JSON: ["GZIP"],
};

export const compressionOf = (properties: Properties, format: FileFormat): Compression => {
  const known = COMPRESSIONS[format];
  const wanted = String(properties.get("compression") ?? known[0]).toUpperCase();
  const found = known.find((compression) => compression === wanted);
  if (found === undefined) throw new AthenaRefusal(`Unsupported compression for ${format}: ${wanted}`);
  const level = properties.get("compression_level");
  if (level === undefined) return found;
  if (found !== "ZSTD") throw new AthenaRefusal(`compression_level is for ZSTD, not for ${found}`);
  if (!(Number(level) >= 1 && Number(level) <= 22))
    throw new AthenaRefusal(`compression_level must be from 1 to 22, not ${String(level)}`);
  return found;
};

/** "field_delimiter" is for text files, which this endpoint does not write. */
export const UNLOAD_PROPERTIES: readonly string[] = ["format", "compression", "compression_level", "partitioned_by"];

export const listOf = (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat());
