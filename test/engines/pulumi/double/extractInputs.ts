/** Reads from @pulumi/aws's own declarations what inputs its resource types take. */
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import type { InputObject, InputProperty, InputTables, InputType } from "./inputTypes";

const awsFolder = (): string => path.dirname(require.resolve("@pulumi/aws/package.json"));

const parse = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, false);

type Interfaces = ReadonlyMap<string, ts.InterfaceDeclaration>;

/** Interfaces by `module.Name`, of the file with all nested inputs. */
const nestedInterfaces = (file: ts.SourceFile): Interfaces => {
  const found = new Map<string, ts.InterfaceDeclaration>();
  const visit = (statements: readonly ts.Statement[], prefix: string): void => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement)) found.set(`${prefix}${statement.name.text}`, statement);
      else if (ts.isModuleDeclaration(statement) && statement.body !== undefined && ts.isModuleBlock(statement.body))
        visit(statement.body.statements, `${prefix}${statement.name.text}.`);
    }
  };
  visit(file.statements, "");
  return found;
};

const nameOf = (name: ts.EntityName): string =>
  ts.isIdentifier(name) ? name.text : `${nameOf(name.left)}.${name.right.text}`;

const isUndefined = (node: ts.TypeNode): boolean => node.kind === ts.SyntaxKind.UndefinedKeyword;

/** Classes of resources, enums and documents stand beside `string` in unions: what is meant is the string, or either. */
const unionType = (members: readonly ts.TypeNode[]): InputType => {
  const [only, ...others] = members.filter((member) => !isUndefined(member));
  if (only !== undefined && others.length === 0) return typeOf(only);
  const isEnum = (node: ts.TypeNode): boolean =>
    ts.isTypeReferenceNode(node) && nameOf(node.typeName).startsWith("enums.");
  const plain = members.filter((member) => !isUndefined(member) && !isEnum(member));
  return plain.length === 1 ? typeOf(plain[0]!) : "any";
};

const literalType = (node: ts.TypeLiteralNode): InputType => {
  const index = node.members.find(ts.isIndexSignatureDeclaration);
  return index === undefined ? "any" : { map: typeOf(index.type) };
};

const referenceType = (node: ts.TypeReferenceNode): InputType => {
  const name = nameOf(node.typeName);
  if (name === "pulumi.Input") return typeOf(node.typeArguments![0]!);
  if (name === "pulumi.asset.Archive") return "archive";
  if (name.startsWith("inputs.")) return { object: name.slice("inputs.".length) };
  return name === "ARN" ? "string" : "any";
};

const typeOf = (node: ts.TypeNode): InputType => {
  if (ts.isUnionTypeNode(node)) return unionType(node.types);
  if (ts.isArrayTypeNode(node)) return { list: typeOf(node.elementType) };
  if (ts.isParenthesizedTypeNode(node)) return typeOf(node.type);
  if (ts.isTypeLiteralNode(node)) return literalType(node);
  if (ts.isTypeReferenceNode(node)) return referenceType(node);
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword:
      return "string";
    case ts.SyntaxKind.NumberKeyword:
      return "number";
    case ts.SyntaxKind.BooleanKeyword:
      return "boolean";
    default:
      return "any";
  }
};

const propertiesOf = (declaration: ts.InterfaceDeclaration): InputObject =>
  Object.fromEntries(
    declaration.members
      .filter(ts.isPropertySignature)
      .map((member): [string, InputProperty] => [
        (member.name as ts.Identifier).text,
        { type: typeOf(member.type!), required: member.questionToken === undefined },
      ]),
  );

const objectsIn = (type: InputType): string[] => {
  if (typeof type === "string") return [];
  if ("object" in type) return [type.object];
  return objectsIn("list" in type ? type.list : type.map);
};

/** `aws:s3/bucket:Bucket` → `BucketArgs` in `s3/bucket.d.ts`. */
const argumentsOf = (type: string): InputObject => {
  const [, file, name] = type.split(":") as [string, string, string];
  const source = parse(path.join(awsFolder(), `${file}.d.ts`));
  const declaration = source.statements
    .filter(ts.isInterfaceDeclaration)
    .find((found) => found.name.text === `${name}Args`);
  if (declaration === undefined) throw new Error(`@pulumi/aws has no ${name}Args in ${file}.d.ts`);
  return propertiesOf(declaration);
};

export const awsVersion = (): string =>
  (JSON.parse(readFileSync(path.join(awsFolder(), "package.json"), "utf8")) as { version: string }).version;

/** Types with their nested objects. */
export const extractInputs = (types: readonly string[]): InputTables => {
  const resources = Object.fromEntries(types.map((type) => [type, argumentsOf(type)]));
  const interfaces = nestedInterfaces(parse(path.join(awsFolder(), "types", "input.d.ts")));
  const objects: Record<string, InputObject> = {};
  const pending = Object.values(resources).flatMap((properties) =>
    Object.values(properties).flatMap(({ type }) => objectsIn(type)),
  );
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (objects[name] !== undefined) continue;
    const declaration = interfaces.get(name);
    if (declaration === undefined) throw new Error(`@pulumi/aws declares no input ${name}`);
    const properties = propertiesOf(declaration);
    objects[name] = properties;
    pending.push(...Object.values(properties).flatMap(({ type }) => objectsIn(type)));
  }
  return { resources, objects };
};
