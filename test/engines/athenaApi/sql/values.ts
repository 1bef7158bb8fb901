/** Trino's values as the texts that GetQueryResults has, and its types by the names that Athena gives them. */

/** As Trino's protocol describes a type. */
export interface TypeSignature {
  readonly rawType: string;
  readonly arguments: readonly { readonly kind: string; readonly value: unknown }[];
}

export interface ColumnFacts {
  readonly Type: string;
  readonly Precision: number;
  readonly Scale: number;
}

const argumentNumber = ({ arguments: given }: TypeSignature, index: number, fallback: number): number =>
  Number(given[index]?.value ?? fallback);

const PRECISIONS: Readonly<Record<string, number>> = {
  varchar: 2_147_483_647,
  bigint: 19,
  integer: 10,
  smallint: 5,
  tinyint: 3,
  double: 17,
  float: 17,
  timestamp: 3,
};

/** Type, precision and scale as ColumnInfo has them. Athena calls Trino's real float, as Hive does. */
export const columnFacts = (type: TypeSignature): ColumnFacts => {
  if (type.rawType === "decimal")
    return { Type: "decimal", Precision: argumentNumber(type, 0, 38), Scale: argumentNumber(type, 1, 0) };
  const name = type.rawType === "real" ? "float" : type.rawType;
  return { Type: name, Precision: PRECISIONS[name] ?? 0, Scale: 0 };
};

/** The type in Hive's words: what Glue's columns have. */
export const hiveType = (type: TypeSignature): string => {
  switch (type.rawType) {
    case "varchar":
    case "char":
      return "string";
    case "integer":
      return "int";
    case "real":
      return "float";
    case "varbinary":
      return "binary";
    case "decimal":
      return `decimal(${argumentNumber(type, 0, 38)},${argumentNumber(type, 1, 0)})`;
    default:
      return type.rawType;
  }
};

/** The type in Trino's words: what a view's JSON has. */
export const trinoTypeText = ({ rawType, arguments: given }: TypeSignature): string => {
  const texts = given
    .filter(({ kind, value }) => !(rawType === "varchar" && kind === "LONG" && Number(value) === 2_147_483_647))
    .map(({ kind, value }) => (kind === "TYPE" ? trinoTypeText(value as TypeSignature) : String(value)));
  return texts.length === 0 ? rawType : `${rawType}(${texts.join(",")})`;
};

const innerType = ({ arguments: given }: TypeSignature, index: number): TypeSignature =>
  given[index]!.value as TypeSignature;

interface NamedType {
  readonly fieldName?: { readonly name: string };
  readonly typeSignature: TypeSignature;
}

/** Trino's text of a fraction of a second, cut to Athena's milliseconds. */
const milliseconds = (text: string): string => text.replace(/(\.\d{3})\d+/, "$1");

/** Numbers come as texts already. */
const plainText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** A value inside another is written without quotes, and its null as the word. */
const inner = (value: unknown, type: TypeSignature): string => athenaText(value, type) ?? "null";

/** The VarCharValue; undefined for NULL, which has none. */
export const athenaText = (value: unknown, type: TypeSignature): string | undefined => {
  if (value === null || value === undefined) return undefined;
  switch (type.rawType) {
    case "array":
      return `[${(value as unknown[]).map((item) => inner(item, innerType(type, 0))).join(", ")}]`;
    case "map":
      return `{${Object.entries(value)
        .map(([key, item]) => `${key}=${inner(item, innerType(type, 1))}`)
        .join(", ")}}`;
    case "row":
      return `{${(value as unknown[])
        .map((item, index) => {
          const field = type.arguments[index]!.value as NamedType;
          return `${field.fieldName?.name ?? `field${index}`}=${inner(item, field.typeSignature)}`;
        })
        .join(", ")}}`;
    case "varbinary":
      return [...Buffer.from(value as string, "base64")].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    case "timestamp":
    case "timestamp with time zone":
      return milliseconds(plainText(value));
    default:
      return plainText(value);
  }
};
