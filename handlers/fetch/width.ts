/** How wide a window Amplify serves for an app, remembered from run to run. */
import { PREFIXES } from "../../src/model/keys";
import { floorHour, HOUR_MS } from "../../src/model/windows";
import type { ObjectStore } from "../../src/ports";
import type { WindowReading } from "./readWindow";

interface WidthMemory {
  readonly widthMs: number;
  /** Runs since the last refusal. */
  readonly clean?: number;
}

/** After so many runs without a refusal twice the width is tried: a day of an hourly schedule, so that a refusal costs little. */
const CLEAN_RUNS = 24;

const widthKey = (app: string): string => `${PREFIXES.state}/app=${app}/width.json`;

const read = async (store: ObjectStore, app: string): Promise<WidthMemory | undefined> => {
  const stored = await store.get(widthKey(app));
  if (stored === undefined) return undefined;
  try {
    const memory = JSON.parse(Buffer.from(stored.body).toString("utf8")) as WidthMemory;
    return Number.isFinite(memory.widthMs) && memory.widthMs >= HOUR_MS ? memory : undefined;
  } catch {
    // It saves calls, it decides nothing: a broken one is as good as none.
    return undefined;
  }
};

const write = async (store: ObjectStore, app: string, memory: WidthMemory): Promise<void> => {
  await store.put(widthKey(app), Buffer.from(JSON.stringify(memory)));
};

/** One run's use of the memory: what to ask for, and what it learns from the answers. */
export class WindowWidth {
  private refused = false;
  private served = false;

  private constructor(
    private readonly store: ObjectStore,
    private readonly app: string,
    private readonly memory: WidthMemory | undefined,
    /** The widest window to ask for, milliseconds. */
    readonly widthMs: number,
  ) {}

  static async of(store: ObjectStore, app: string, widestMs: number): Promise<WindowWidth> {
    const memory = await read(store, app);
    return new WindowWidth(store, app, memory, Math.min(memory?.widthMs ?? Infinity, widestMs));
  }

  /** Learns from a window that was asked for and what came of it, halves included. */
  async learn(askedMs: number, readings: readonly WindowReading[]): Promise<void> {
    const widths = readings
      .filter(({ outcome }) => outcome.kind === "rows")
      .map(({ range }) => range.endMs - range.startMs);
    if (widths.length === 0) return;
    this.served = true;
    const narrowest = Math.max(HOUR_MS, floorHour(Math.min(...widths)));
    if (readings.length > 1 && narrowest < askedMs) await this.narrow(narrowest);
  }

  /** Remembers a narrower window: the one that was asked for was refused, or took too long. */
  async narrow(widthMs: number): Promise<void> {
    this.refused = true;
    await write(this.store, this.app, { widthMs: Math.max(HOUR_MS, floorHour(widthMs)), clean: 0 });
  }

  /** A run without a refusal brings the day nearer on which a wider window is tried: a busy week narrows nothing for ever. */
  async finish(): Promise<void> {
    if (this.memory === undefined || this.refused || !this.served) return;
    const clean = (this.memory.clean ?? 0) + 1;
    const widthMs = clean >= CLEAN_RUNS ? this.memory.widthMs * 2 : this.memory.widthMs;
    await write(this.store, this.app, { widthMs, clean: clean % CLEAN_RUNS });
  }
}
