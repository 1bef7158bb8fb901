/** Reads an object's content, and keeps what came out of it. */
import { readDelivery, type ReadLimits } from "../../src/rows/cloudFrontObject";
import { CloudFrontRows } from "../../src/rows/cloudFrontRows";
import type { Rejection } from "../../src/rows/hourTable";
import { TemporaryFolder } from "../../src/rows/temporaryFolder";

export interface ReadContent {
  readonly lines: string[];
  /** Times of the lines, ISO. */
  readonly times: string[];
  readonly rejections: Rejection[];
  /** What reading ended with, if it did not end well. */
  error?: Error;
}

export const collectRows = (): ReadContent & { readonly rows: CloudFrontRows } => {
  const found = { lines: [] as string[], times: [] as string[], rejections: [] as Rejection[] };
  const rows = new CloudFrontRows({
    row: (line, end, ms) => {
      found.lines.push(line.toString("latin1", 0, end));
      found.times.push(new Date(ms).toISOString());
    },
    reject: (rejection) => found.rejections.push(rejection),
  });
  return { ...found, rows };
};

/** In pieces of a size; `bytes` is what the store says of it. */
export const readContent = async (
  key: string,
  content: string | Uint8Array,
  options: { readonly piece?: number; readonly bytes?: number; readonly limits?: ReadLimits } = {},
): Promise<ReadContent> => {
  const body = Buffer.from(content);
  const piece = options.piece ?? body.length;
  const pieces = Array.from({ length: Math.ceil(body.length / piece) }, (_, at) =>
    body.subarray(at * piece, (at + 1) * piece),
  );
  const { rows, ...found } = collectRows();
  const result: ReadContent = found;
  const folder = new TemporaryFolder();
  try {
    const object = { etag: "1", bytes: options.bytes ?? body.length, body: pieces };
    await readDelivery(key, object, rows, folder, () => Promise.resolve(), options.limits);
  } catch (error) {
    result.error = error as Error;
  } finally {
    folder.remove();
  }
  return result;
};
