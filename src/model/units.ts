/** Bytes, as settings and AWS's prices count them. */
export const GIGABYTE = 1_000_000_000;
