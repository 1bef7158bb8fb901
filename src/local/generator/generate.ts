/** Writes logs that look like a source's own, for trying things out: the same arguments, the same bytes, on every machine. */
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { AmplifyLogsError } from "../../errors";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../model/windows";
import { FORMATS, type LogFormat, type StreamName } from "./formats";
import type { GenerateOptions } from "./options";
import { OutputFile } from "./outputFile";
import { Schedule } from "./schedule";
import type { Traffic } from "./traffic";

export interface GenerateProgress {
  readonly stream: string;
  /** Rows of all streams so far, of so many. */
  readonly rows: number;
  readonly totalRows: number;
}

export interface GenerateResult {
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  /** What a reader has to be told, such as a distribution's id. */
  readonly notes: readonly string[];
}

interface Folder {
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
}

/** The files of one stream, one open at a time. */
class StreamFiles {
  files = 0;
  bytes = 0;
  private open: OutputFile | undefined;
  private part = 0;

  constructor(
    private readonly folder: string,
    private readonly format: LogFormat,
    private readonly stream: StreamName,
  ) {}

  write(startMs: number, source: Uint8Array, start: number, end: number): void {
    if (this.open !== undefined && this.open.bytes + end - start > this.format.mostBytes) this.commit();
    this.open ??= this.start(startMs);
    this.open.write(source, start, end);
  }

  /** The file's time is over. */
  close(startMs: number): void {
    if (this.format.keepsEmpty) this.open ??= this.start(startMs);
    this.commit();
    this.part = 0;
  }

  discard(): void {
    this.open?.discard();
  }

  private start(startMs: number): OutputFile {
    const name = this.format.fileName(this.stream, startMs, this.part++);
    return new OutputFile(path.join(this.folder, ...name.split("/")), this.format);
  }

  private commit(): void {
    if (this.open === undefined) return;
    this.bytes += this.open.commit();
    this.files++;
    this.open = undefined;
  }
}

const stopIfAsked = ({ signal }: Folder): void => {
  if (signal?.aborted === true)
    throw new AmplifyLogsError("stopped; the files so far are whole", { fix: "run the same again: it replaces them" });
};

const writeStream = async (
  traffic: Traffic,
  schedule: Schedule,
  files: StreamFiles,
  { fileMs, folder, onHour }: { readonly fileMs: number; readonly folder: Folder; readonly onHour: () => void },
): Promise<void> => {
  const { startMs, endMs } = schedule.range;
  for (let fileStartMs = startMs; fileStartMs < endMs; fileStartMs += fileMs) {
    const write = (source: Uint8Array, start: number, end: number): void =>
      files.write(fileStartMs, source, start, end);
    for (let minuteMs = fileStartMs; minuteMs < fileStartMs + fileMs; minuteMs += MINUTE_MS) {
      traffic.makeMinute(minuteMs, schedule.goal(minuteMs + MINUTE_MS));
      traffic.deliver(minuteMs, write);
      if ((minuteMs + MINUTE_MS) % HOUR_MS !== 0) continue;
      onHour();
      // Signals get their turn.
      await turn();
      stopIfAsked(folder);
    }
    files.close(fileStartMs);
  }
};

/**
 * Writes the files below the folder. A file that is there already under the same name is replaced, as a whole; others stay.
 * @throws AmplifyLogsError when it is stopped, InputError when the folder cannot be written.
 */
export const generate = async (
  options: GenerateOptions,
  folder: Folder,
  onProgress: (progress: GenerateProgress) => void,
): Promise<GenerateResult> => {
  const format = FORMATS[options.format];
  const { range, entries, seed } = options;
  const total = (entries * (range.endMs - range.startMs)) / DAY_MS;
  const schedule = new Schedule(range, total);
  const result = { rows: 0, files: 0, bytes: 0, notes: [] as string[] };
  for (const name of options.streams) {
    const stream = { name, seed };
    const traffic = format.traffic(stream, { range, total, rowsPerDay: entries });
    const files = new StreamFiles(folder.path, format, stream);
    const onHour = (): void =>
      onProgress({ stream: name, rows: result.rows + traffic.rows, totalRows: total * options.streams.length });
    try {
      await writeStream(traffic, schedule, files, { fileMs: format.fileMs, folder, onHour });
    } finally {
      files.discard();
    }
    result.rows += traffic.rows;
    result.files += files.files;
    result.bytes += files.bytes;
    const note = format.note(stream);
    if (note !== undefined) result.notes.push(note);
  }
  return result;
};
