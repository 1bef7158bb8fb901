/** What decides whether an hour is converted in memory, as nearly all are, or on disk, slice by slice. */
export interface ConvertLimits {
  /** The raw object, gzip, bytes. */
  readonly rawGzipBytes: number;
  /** The raw object, unpacked, bytes. */
  readonly rawBytes: number;
  /** Rows of the stored Parquet file. */
  readonly storedRows: number;
  /** The raw object, unpacked, bytes: beyond, it is a bomb and is put aside. CloudFront's busiest published hour is some 150 MB. */
  readonly hourBytes: number;
  /** On disk: bytes of raw lines that are worked on at a time. */
  readonly binBytes: number;
  /** On disk: stored rows that are worked on at a time. */
  readonly binRows: number;
}

export const CONVERT_LIMITS: ConvertLimits = {
  rawGzipBytes: 16 * 1024 ** 2,
  rawBytes: 64 * 1024 ** 2,
  storedRows: 200_000,
  hourBytes: 4 * 1024 ** 3,
  binBytes: 24 * 1024 ** 2,
  binRows: 65_536,
};
