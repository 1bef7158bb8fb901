import { weighted, type Random } from "./random";

/** Edge locations with how busy they are: a site whose readers are in Europe and America, with some everywhere. */
const EDGES = weighted<string>([
  [14, "FRA56-P4"],
  [6, "FRA60-P1"],
  [9, "LHR61-P3"],
  [6, "CDG55-P2"],
  [5, "AMS58-P1"],
  [4, "MXP63-P1"],
  [3, "WAW51-P2"],
  [3, "ARN53-P1"],
  [3, "MAD53-P4"],
  [12, "IAD89-P1"],
  [8, "JFK50-P5"],
  [7, "ORD58-P6"],
  [6, "SFO53-P1"],
  [5, "LAX54-P3"],
  [5, "DFW57-P2"],
  [3, "BNA50-P1"],
  [3, "SEA900-P4"],
  [3, "YTO53-P2"],
  [4, "BOM78-P5"],
  [3, "DEL54-P2"],
  [3, "NRT57-P3"],
  [2, "SIN52-P1"],
  [2, "SYD62-P2"],
  [2, "GRU3-P5"],
  [1, "JNB52-P1"],
  [1, "DXB52-P1"],
]);

export const edgeNear = (random: Random): string => random.pick(EDGES);

/**
 * Addresses that belong to nobody: the benchmark range 198.18.0.0/15 (131,072 of them) and the documentation prefix of IPv6.
 * A fifth and more of today's readers come over IPv6.
 */
export const readerAddress = (random: Random): string => {
  const bits = random.bits();
  if (bits >>> 30 !== 0) return `198.${18 + (bits & 1)}.${(bits >>> 8) & 255}.${1 + ((bits >>> 16) % 254)}`;
  const low = random.bits();
  const network = (bits & 0xffff).toString(16);
  return `2001:db8:${network}:${(low & 0xff).toString(16)}::${((low >>> 8) & 0xffff).toString(16)}`;
};

/** Where robots live: documentation addresses too. */
export const robotAddress = (host: number): string => `203.0.113.${host}`;
export const scannerAddress = (random: Random): string => `198.51.100.${random.between(1, 254)}`;
