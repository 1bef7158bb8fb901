/** Amplify as it is at its worst, and an account of all that it ever gave. */
import { WindowRefusedError } from "../../src/errors";
import type { Random } from "../../src/local/simulator/random";
import { HOUR_MS } from "../../src/model/windows";
import type { LogAnswer, LogSource, TimeRange } from "../../src/ports";
import { logFile, logLine } from "../rows/logLines";
import type { Turn } from "./scheduler";

export interface SourceRow {
  readonly app: string;
  readonly ms: number;
  /** Unlike that of any other row: how rows are told apart when all is over. */
  readonly uri: string;
  readonly line: string;
  /** The same row as it is given at first, broken; undefined for most. */
  readonly broken?: string;
  readonly repairedMs: number;
  readonly visibleMs: number;
  /** From then on Amplify has forgotten it. */
  readonly goneMs: number;
}

export interface SourceFaults {
  readonly error: number;
  readonly refusal: number;
  readonly empty: number;
  readonly partial: number;
  readonly outside: number;
  readonly cutOff: number;
  readonly unknownHeader: number;
}

export const NO_SOURCE_FAULTS: SourceFaults = {
  error: 0,
  refusal: 0,
  empty: 0,
  partial: 0,
  outside: 0,
  cutOff: 0,
  unknownHeader: 0,
};

const timeOf = (ms: number): { date: string; time: string } => {
  const text = new Date(ms).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 19) };
};

/** Numbers that no other row of the history has. */
export type Numbers = () => number;

export const makeRows = (random: Random, numbers: Numbers, app: string, range: TimeRange): SourceRow[] => {
  const rows: SourceRow[] = [];
  // In some histories Amplify forgets most of what it gave: then nothing that goes wrong is made good by asking again.
  const forgets = random.pick([0, 0.2, 0.9]);
  for (let hourMs = range.startMs; hourMs < range.endMs; hourMs += HOUR_MS) {
    for (let left = random.below(7); left > 0; left--) {
      // Boundary seconds are where systems lose and double.
      const second = [0, 3599, 1800, random.below(3600)][random.below(4)]!;
      const ms = hourMs + second * 1000;
      const number = numbers();
      const uri = `/r/${number}`;
      const id = random.unit() < 0.15 ? "-" : `id${number}==`;
      const line = logLine({ ...timeOf(ms), uri, request_id: id, referrer: random.unit() < 0.2 ? "a%2Cb\\=c" : "-" });
      const visibleMs = ms + random.below(5 * HOUR_MS);
      const goneMs = random.chance(forgets) ? visibleMs + random.below(2 * HOUR_MS) : Infinity;
      const twice = id !== "-" && random.unit() < 0.1 ? { broken: line.replace(",200,", ",2x0,") } : {};
      rows.push({ app, ms, uri, line, ...twice, repairedMs: visibleMs + 2 * HOUR_MS, visibleMs, goneMs });
    }
  }
  return rows;
};

/** What one run was given: rows inside the windows that it asked for, whole lines only. */
export interface Given {
  readonly row: SourceRow;
}

export class FaultySource implements LogSource {
  readonly given: Given[] = [];
  constructor(
    private readonly world: {
      readonly rows: readonly SourceRow[];
      readonly app: string;
      readonly nowMs: number;
      /** Rows of an answer; wider windows with more are refused. */
      readonly most: number;
      readonly numbers: Numbers;
    },
    private readonly faults: SourceFaults,
    private readonly random: Random,
    private readonly turn: Turn,
    /** What a refusal looks like; anything else must not be halved. */
    private readonly refusal: () => Error = () => new WindowRefusedError("Too many records"),
  ) {}

  async open({ range }: { readonly range: TimeRange }): Promise<LogAnswer> {
    await this.turn();
    const { random, faults } = this;
    const { rows, app, nowMs, most } = this.world;
    if (random.unit() < faults.error) throw new Error("ThrottlingException: Rate exceeded");
    const visible = rows.filter((row) => row.app === app && row.visibleMs <= nowMs && nowMs < row.goneMs);
    const inside = visible.filter(({ ms }) => ms >= range.startMs && ms < range.endMs);
    const wide = range.endMs - range.startMs > 60_000;
    if (wide && (inside.length > most || random.unit() < faults.refusal)) throw this.refusal();
    if (random.unit() < faults.empty) {
      const kind = (["no-url", "blank", "header"] as const)[random.below(3)]!;
      return kind === "header" ? this.file([]) : { kind };
    }
    if (random.unit() < faults.unknownHeader) return this.file([], "<html>");
    const some = random.unit() < faults.partial ? inside.filter(() => random.unit() < 0.6) : inside;
    const lines = some.map((row) => ({
      row,
      line: row.broken !== undefined && nowMs < row.repairedMs ? row.broken : row.line,
    }));
    return this.file(random.unit() < faults.outside ? [...lines, ...this.outside(range)] : lines);
  }

  /** Rows that nobody asked for, and that Amplify never gives to whoever asks for them. */
  private outside({ startMs, endMs }: TimeRange): { line: string }[] {
    return [startMs - 1000, endMs, endMs + 1000, startMs - HOUR_MS].map((ms) => {
      const number = this.world.numbers();
      return { line: logLine({ ...timeOf(ms), uri: `/outside/${number}`, request_id: `out${number}` }) };
    });
  }

  private file(lines: readonly { row?: SourceRow; line: string }[], header?: string): LogAnswer {
    const { random, faults, given } = this;
    const shuffled = random.unit() < 0.3 ? [...lines].reverse() : lines;
    const cutAt = random.unit() < faults.cutOff ? random.below(shuffled.length + 1) : Infinity;
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(header ?? logFile([]));
      for (const [index, { row, line }] of shuffled.entries()) {
        if (index === cutAt) {
          yield Buffer.from(line.slice(0, random.below(line.length)));
          throw new Error("terminated");
        }
        yield Buffer.from(`${line}\n`);
        // A broken line is given too, but it is no row of the table.
        if (row !== undefined && line === row.line) given.push({ row });
      }
    }
    return { kind: "file", body: body() };
  }
}
