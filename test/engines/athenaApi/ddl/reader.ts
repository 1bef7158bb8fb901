import { AthenaRefusal } from "./refusals";
import { isReservedInDdl } from "./reserved";
import { placeOf, tokenize, type Dialect, type Token } from "./tokens";

/** Name of a table or view, lower case as Glue keeps it; the database where the statement says it. */
export interface QualifiedName {
  readonly database: string | undefined;
  readonly name: string;
}

/** Reads a statement token by token; what does not fit is refused with its place, as Athena does. */
export class StatementReader {
  private readonly tokens: readonly Token[];
  private position = 0;

  constructor(
    readonly sql: string,
    private readonly dialect: Dialect,
  ) {
    this.tokens = tokenize(sql, dialect);
  }

  get next(): Token {
    return this.tokens[this.position]!;
  }

  refuse(expecting: string, token: Token = this.next): AthenaRefusal {
    return new AthenaRefusal(
      `${placeOf(this.sql, token.at)}: mismatched input '${token.text}'. Expecting: ${expecting}`,
    );
  }

  /** Takes these keywords if all of them come next. */
  accept(...keywords: readonly string[]): boolean {
    const come = keywords.every((keyword, offset) => {
      const token = this.tokens[this.position + offset];
      return token?.kind === "word" && token.text.toUpperCase() === keyword;
    });
    if (come) this.position += keywords.length;
    return come;
  }

  expect(...keywords: readonly string[]): void {
    for (const keyword of keywords) if (!this.accept(keyword)) throw this.refuse(`'${keyword}'`);
  }

  acceptSign(sign: string): boolean {
    const comes = this.next.kind === "sign" && this.next.text === sign;
    if (comes) this.position++;
    return comes;
  }

  expectSign(sign: string): void {
    if (!this.acceptSign(sign)) throw this.refuse(`'${sign}'`);
  }

  identifier(): string {
    const token = this.next;
    const bare = token.kind === "word" && !(this.dialect === "hive" && isReservedInDdl(token.text));
    if (!bare && token.kind !== "name") throw this.refuse("identifier");
    this.position++;
    return token.text.toLowerCase();
  }

  qualifiedName(): QualifiedName {
    const parts = [this.identifier()];
    while (this.acceptSign(".")) parts.push(this.identifier());
    // Athena's own catalogue may be named before the database.
    if (parts.length === 3 && parts[0] === "awsdatacatalog") parts.shift();
    if (parts.length > 2) throw this.refuse("the end of the name");
    return { database: parts.length === 2 ? parts[0] : undefined, name: parts.at(-1)! };
  }

  text(): string {
    const token = this.next;
    if (token.kind !== "text") throw this.refuse("a string literal");
    this.position++;
    return token.text;
  }

  /** A text or a number, as text. */
  constant(): string {
    const token = this.next;
    if (token.kind !== "text" && token.kind !== "number") throw this.refuse("a constant");
    this.position++;
    return token.text;
  }

  /** The words inside the next pair of parentheses, as they stand. */
  parenthesized(): string {
    this.expectSign("(");
    const from = this.next.at;
    for (let depth = 1; ; this.position++) {
      const token = this.next;
      if (token.kind === "end") throw this.refuse("')'");
      if (token.kind !== "sign") continue;
      if (token.text === "(") depth++;
      if (token.text === ")") depth--;
      if (depth > 0) continue;
      this.position++;
      return this.sql.slice(from, token.at);
    }
  }

  /** `(a, b)` before a query; undefined where the query itself comes next. */
  columnList(): string[] | undefined {
    const query = ["SELECT", "WITH", "VALUES", "TABLE"];
    const first = this.tokens[this.position + 1];
    const isList = this.next.text === "(" && (first?.kind === "name" || first?.kind === "word");
    if (!isList || (first.kind === "word" && query.includes(first.text.toUpperCase()))) return undefined;
    this.expectSign("(");
    const columns = [this.identifier()];
    while (this.acceptSign(",")) columns.push(this.identifier());
    this.expectSign(")");
    return columns;
  }

  /** Everything from here, as it stands. */
  rest(): string {
    const from = this.next.at;
    this.position = this.tokens.length - 1;
    return this.sql.slice(from);
  }

  end(): void {
    if (this.next.kind !== "end") throw this.refuse("<EOF>");
  }
}
