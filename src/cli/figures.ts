/** Figures as the terminal shows them. */

/** With commas between thousands. */
export const number = (value: number): string => value.toLocaleString("en-US");

/** A count with its noun, whose plural has an s. */
export const many = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

/** Of a million bytes each, as disks and S3's prices have them. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
