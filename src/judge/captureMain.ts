/** The process that a judged program runs in; it answers its parent once. */
import { evaluateProject } from "./evaluate";
import type { Project } from "./project";
import type { Capture } from "./captured";

export type CaptureAnswer = { readonly capture: Capture } | { readonly error: string };

const answer = (message: CaptureAnswer): void => {
  process.send!(message, () => process.exit());
};

process.once("message", (project: Project) => {
  evaluateProject(project).then(
    (capture) => answer({ capture }),
    (error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }),
  );
});
