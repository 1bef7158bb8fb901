/** Lets tasks run "at once", one step at a time, in an order that a seed decides: what races here races again. */
import type { Random } from "../../src/local/simulator/random";

/** Waits for this task's next step. */
export type Turn = () => Promise<void>;

export const runTogether = async <Result>(
  random: Random,
  tasks: readonly ((turn: Turn) => Promise<Result>)[],
): Promise<PromiseSettledResult<Result>[]> => {
  const active = new Set(tasks.keys());
  const waiting: { readonly task: number; readonly go: () => void }[] = [];
  // Only when all wait is one chosen: what zlib's threads take does not decide who comes first.
  const step = (): void => {
    const blocked = new Set(waiting.map(({ task }) => task));
    if (active.size === 0 || [...active].some((task) => !blocked.has(task))) return;
    waiting.sort((a, b) => a.task - b.task);
    const [chosen] = waiting.splice(random.below(waiting.length), 1);
    chosen!.go();
    // A task that does several things at once may end one of them without another step: nobody shall wait for that.
    setImmediate(step);
  };
  return Promise.allSettled(
    tasks.map(async (task, id) => {
      try {
        return await task(
          () =>
            new Promise<void>((go) => {
              waiting.push({ task: id, go });
              step();
            }),
        );
      } finally {
        active.delete(id);
        step();
      }
    }),
  );
};
