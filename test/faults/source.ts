/** Amplify as it is at its worst, and an account of all that it ever gave. */
import { WindowRefusedError } from "../../src/errors";
import type { Random } from "../../src/local/simulator/random";
import { CSV_HEADER } from "../../src/model/columns";
import { HOUR_MS } from "../../src/model/windows";
import type { LogAnswer, LogSource, TimeRange } from "../../src/ports";
import type { Mishaps } from "./kinds";
import { HOSTILE_LINES, strayLine, type Numbers, type SourceRow } from "./rows";
import type { Turn } from "./scheduler";
import { openOnTheWay } from "./transport/onTheWay";

export interface World {
  readonly rows: readonly SourceRow[];
  readonly app: string;
  readonly nowMs: number;
  /** Rows of an answer; wider windows with more are refused. */
  readonly most: number;
  readonly numbers: Numbers;
}

/** A line of an answer, and the row that it is; none where it is no row, or broken. */
interface Line {
  readonly text: string;
  readonly row?: SourceRow;
}

const reordered = [...CSV_HEADER.split(",").slice(1), "date"].join(",");

/** Headers of files that are no access logs as we know them. */
export const UNKNOWN_HEADERS: readonly string[] = [
  "<!DOCTYPE html><html><body>Service unavailable</body></html>",
  '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
  `${CSV_HEADER},x-edge-new`,
  CSV_HEADER.split(",").slice(0, -1).join(","),
  reordered,
  CSV_HEADER.replace("c-ip", "c_ip"),
  '{"logs":[]}',
];

export class FaultySource implements LogSource {
  /** Rows inside the windows that were asked for, of which the whole line was read. */
  readonly given: SourceRow[] = [];
  /** Rows that were cut where nobody can see it: what came of them may be stored. */
  readonly cut: SourceRow[] = [];

  constructor(
    private readonly world: World,
    private readonly mishaps: Mishaps,
    private readonly random: Random,
    private readonly turn: Turn,
    private readonly options: {
      /** What a refusal looks like; anything else must not be halved. */
      readonly refusal?: (() => Error) | undefined;
      /** Ends the process that reads. */
      readonly die: () => never;
    },
  ) {}

  async open({ range, domainName }: { readonly range: TimeRange; readonly domainName: string }): Promise<LogAnswer> {
    await this.turn();
    const { mishaps } = this;
    const { rows, app, nowMs, most } = this.world;
    if (mishaps.hit("sourceErrors", 0.2)) throw new Error("ThrottlingException: Rate exceeded");
    const inside = rows.filter(
      (row) =>
        row.app === app &&
        row.domain === domainName &&
        row.visibleMs <= nowMs &&
        nowMs < row.goneMs &&
        row.ms >= range.startMs &&
        row.ms < range.endMs,
    );
    const wide = range.endMs - range.startMs > 60_000;
    if (wide && (inside.length > most || mishaps.hit("refusals", 0.15)))
      throw this.options.refusal?.() ?? new WindowRefusedError("Too many records");
    if (mishaps.hit("emptyAnswers", 0.25)) {
      const kind = this.random.pick(["no-url", "blank", "header"] as const);
      return kind === "header" ? this.file([]) : { kind };
    }
    const some = mishaps.hit("partialAnswers", 0.4) ? inside.filter(() => this.random.chance(0.6)) : inside;
    const lines = some.map((row): Line => {
      const broken = row.broken !== undefined && nowMs < row.repairedMs;
      return broken ? { text: row.broken } : { text: row.line, row };
    });
    if (mishaps.hit("unknownHeaders", 0.1))
      return this.file(
        lines.map(({ text }) => ({ text })),
        this.random.pick(UNKNOWN_HEADERS),
      );
    return this.file(this.withOthers(lines, range));
  }

  /** With rows that nobody asked for, and that Amplify never gives to whoever asks for them; and with lines that are no rows. */
  private withOthers(lines: readonly Line[], { startMs, endMs }: TimeRange): Line[] {
    const all = [...lines];
    if (this.mishaps.hit("rowsOutside", 0.7))
      for (const ms of [startMs - 1000, endMs, endMs + 1000, startMs - HOUR_MS])
        all.push({ text: strayLine(ms, this.world.numbers()) });
    if (this.mishaps.hit("hostileLines", 0.3))
      for (let left = 3; left > 0; left--)
        all.splice(this.random.below(all.length + 1), 0, { text: this.random.pick(HOSTILE_LINES) });
    return this.random.chance(0.3) ? all.reverse() : all;
  }

  private async file(lines: readonly Line[], header = CSV_HEADER): Promise<LogAnswer> {
    const content = Buffer.from([header, ...lines.map(({ text }) => text), ""].join("\n"), "latin1");
    const give = (row: SourceRow | undefined): void => void (row !== undefined && this.given.push(row));
    const fault = this.mishaps.onTheWay();
    if (fault !== undefined)
      return openOnTheWay(fault, content, (whole) =>
        lines.slice(0, Math.max(0, whole - 1)).forEach(({ row }) => give(row)),
      );
    const { random, mishaps, cut } = this;
    const die = mishaps.hit("deathsMidBody", 0.1) ? this.options.die : undefined;
    const end = die ?? (mishaps.hit("cutBodies", 0.2) ? (): never => fail("terminated") : undefined);
    const clean = end === undefined && mishaps.hit("cleanCuts", 0.15);
    const cutAt = end !== undefined || clean ? random.below(lines.length + 1) : Infinity;
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${header}\n`, "latin1");
      for (const [index, { text, row }] of lines.entries()) {
        if (index === cutAt) {
          yield Buffer.from(text.slice(0, random.below(text.length)), "latin1");
          if (end !== undefined) end();
          if (row !== undefined) cut.push(row);
          return;
        }
        yield Buffer.from(`${text}\n`, "latin1");
        give(row);
      }
      if (cutAt === lines.length) end?.();
    }
    return { kind: "file", body: body() };
  }
}

const fail = (reason: string): never => {
  throw new Error(reason);
};
