/** The error rows of one object: those that are stored, united with those that it has now. */
import { GarbageMeter, metered } from "../garbage";
import { entryId } from "./entryId";
import { unzippedStream, zipIntoFile } from "./gzip";
import { IdTable, OccurrenceTable } from "./idTable";
import { LineSplitter } from "./lines";
import { SlicedLines } from "./slicedLines";
import type { ApplicationSpill, SpilledError } from "./applicationSpill";
import type { TemporaryFolder } from "./temporaryFolder";
import type { FileBody, OpenedObject } from "../ports";

/** A line of errors/, as its table reads it. */
export type ApplicationErrorRow = Omit<SpilledError, "hash"> & { readonly source: string; readonly entry_id: string };

const LEVEL = 6;

export interface UnitedErrors {
  /** Error rows that were not stored before. */
  readonly added: number;
  /** Undefined when nothing has changed. */
  readonly body: FileBody | undefined;
}

const idOf = (line: string): string => String((JSON.parse(line) as Partial<ApplicationErrorRow>).entry_id);

export const uniteErrors = async (
  source: string,
  fresh: ApplicationSpill,
  stored: OpenedObject | undefined,
  folder: TemporaryFolder,
): Promise<UnitedErrors> => {
  const before = new SlicedLines(folder, 1);
  const garbage = new GarbageMeter();
  if (stored !== undefined) {
    const splitter = new LineSplitter((buffer, start, end) => {
      if (end > start) before.add(0, buffer, start, end);
    });
    for await (const chunk of metered(unzippedStream(stored.body))) splitter.push(chunk);
    splitter.end();
  }
  // A table that is made as large as it must be: one that grows needs half as much again while it does.
  const known = new IdTable(before.lines[0]!);
  before.visit(0, (buffer, start, end) => {
    known.add(idOf(buffer.toString("utf8", start, end)));
    garbage.add(end - start);
  });
  const after = new SlicedLines(folder, 1);
  const occurrences = new OccurrenceTable(fresh.errors);
  let added = 0;
  fresh.visitErrors(({ hash, ...error }) => {
    const entry_id = entryId(hash, occurrences.count(hash));
    if (known.has(entry_id)) return;
    const row: ApplicationErrorRow = { ...error, source, entry_id };
    const line = Buffer.from(JSON.stringify(row));
    after.add(0, line, 0, line.length);
    added++;
  });
  if (added === 0) return { added, body: undefined };
  function* content(): Generator<Buffer> {
    for (const lines of [before, after])
      for (const piece of lines.read(0)) {
        yield piece;
        garbage.add(piece.length);
      }
  }
  const path = folder.newFile();
  const { bytes } = await zipIntoFile(path, content(), LEVEL);
  return { added, body: { path, bytes } };
};
