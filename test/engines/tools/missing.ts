/** An engine that can't be had: a failure in CI, elsewhere a skip that is counted and named. */

const found: { readonly name: string; readonly version: string; readonly seconds: number }[] = [];
const absent: { readonly name: string; readonly reason: string }[] = [];

export const foundEngines = (): readonly (typeof found)[number][] => found;
export const missingEngines = (): readonly (typeof absent)[number][] => absent;

/**
 * Gets an engine for a suite, in its `before`: `const trino = await need(this, "Trino", () => startTrino(…))`. The time that
 * it took and its version are printed at the end of the run.
 */
export const need = async <Engine extends { readonly version: string }>(
  context: Mocha.Context,
  name: string,
  get: () => Promise<Engine>,
): Promise<Engine> => {
  const start = Date.now();
  try {
    const engine = await get();
    // Later suites find it ready: the first time is what it took.
    if (!found.some((known) => known.name === name))
      found.push({ name, version: engine.version, seconds: (Date.now() - start) / 1000 });
    return engine;
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    if (!absent.some((known) => known.name === name)) absent.push({ name, reason: String(error).split("\n")[0]! });
    return context.skip();
  }
};
