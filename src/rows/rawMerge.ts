/** What became of an hour that was united with what is stored of it. */
export interface RawMerge {
  readonly key: string;
  /** Rows stored after the merge. */
  readonly rows: number;
  /** Rows that were not stored before. */
  readonly added: number;
  /** Stored rows that this answer lacked; they are kept. */
  readonly lacking: number;
  /** Whether something was stored before. */
  readonly existed: boolean;
  /** Size of the stored object, gzip. */
  readonly bytes: number;
  readonly sha256: string;
}
