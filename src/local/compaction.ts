/** The compaction's state machine on a laptop: the same steps of the same function, one day after the other. */

/** A step's answer, as far as the next one depends on it. */
export interface CompactionState {
  readonly state: "NOTHING" | "RUNNING" | "SUCCEEDED";
  readonly phase?: "unload" | "verify";
}

export interface CompactionSummary {
  readonly days: number;
  readonly switched: number;
}

export interface CompactionSteps {
  run(event: { readonly step: "plan"; readonly time: string }): Promise<{ readonly days: readonly { date: string }[] }>;
  run(event: { readonly step: "start"; readonly day: { date: string } }): Promise<CompactionState>;
  run(event: { readonly step: "poll" | "verify"; readonly attempt: CompactionState }): Promise<CompactionState>;
  run(event: { readonly step: "switch"; readonly attempt: CompactionState }): Promise<{ readonly date: string }>;
  run(event: { readonly step: "report"; readonly days: readonly object[] }): Promise<CompactionSummary>;
}

/** How long to wait before a query is asked about again, milliseconds: DuckDB takes some tens. */
const POLL_MS = 5;

const finished = async (
  steps: CompactionSteps,
  started: CompactionState,
  sleep: (ms: number) => Promise<void>,
): Promise<CompactionState> => {
  let attempt = started;
  while (attempt.state === "RUNNING") {
    await sleep(POLL_MS);
    attempt = await steps.run({ step: "poll", attempt });
  }
  return attempt;
};

const compactDay = async (
  steps: CompactionSteps,
  day: { date: string },
  sleep: (ms: number) => Promise<void>,
): Promise<object> => {
  try {
    const started = await steps.run({ step: "start", day });
    if (started.state === "NOTHING") return started;
    const written = await finished(steps, started, sleep);
    const verified = await finished(steps, await steps.run({ step: "verify", attempt: written }), sleep);
    return await steps.run({ step: "switch", attempt: verified });
  } catch (error) {
    // As the machine's Catch does: the other days go on, and the report fails.
    return { date: day.date, error: String(error) };
  }
};

/** @throws when a day failed; the others are done. */
export const runCompaction = async (
  steps: CompactionSteps,
  time: string,
  sleep: (ms: number) => Promise<void>,
): Promise<CompactionSummary> => {
  const { days } = await steps.run({ step: "plan", time });
  const results: object[] = [];
  for (const day of days) results.push(await compactDay(steps, day, sleep));
  return steps.run({ step: "report", days: results });
};
