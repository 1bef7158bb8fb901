/** A seed from any parts; equal parts give equal seeds (FNV-1a with a final mix). */
export const seedOf = (...parts: readonly (string | number)[]): number => {
  const text = parts.join("\u0000");
  let hash = 2166136261;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** Quantiles of the standard normal distribution, by the sum of twelve uniforms: latencies need a look-up, not precision. */
const NORMAL = ((): Float64Array => {
  const draws = new Float64Array(4096);
  let state = 1;
  for (let at = 0; at < draws.length; at++) {
    let sum = -6;
    for (let term = 0; term < 12; term++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      sum += state / 4294967296;
    }
    draws[at] = sum;
  }
  return draws;
})();

/** Deterministic pseudo-random numbers (mulberry32): fast, small, and good enough for traffic; never for secrets. */
export class Random {
  constructor(private state: number) {}

  /** 32 bits. */
  bits(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** In [0, 1). */
  unit(): number {
    return this.bits() / 4294967296;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  /** A whole number in [least, most]. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** Log-normal: half of the draws are below the median; `spread` 1 puts one in forty above 7 medians. */
  around(median: number, spread: number): number {
    return median * Math.exp(spread * NORMAL[this.bits() >>> 20]!);
  }

  /** Rounds up with the fraction's probability, so that small expectations hold over many hours. */
  round(expected: number): number {
    return Math.floor(expected + this.unit());
  }
}

/** A list drawn from by weight, in constant time: each entry stands in a table of 1,024 slots as often as it weighs. */
export const weighted = <T>(entries: readonly (readonly [weight: number, value: T])[]): readonly T[] => {
  const total = entries.reduce((sum, [weight]) => sum + weight, 0);
  return entries.flatMap(([weight, value]) =>
    new Array<T>(Math.max(1, Math.round((weight / total) * 1024))).fill(value),
  );
};
