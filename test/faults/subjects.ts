/** What histories are of: the pipeline of Amplify's logs, and the readers of the other sources. */
import { APPLICATION_WITHOUT, runApplicationHistory, type ApplicationWithout } from "./application/history";
import type { Verdict } from "./check";
import { CLOUDFRONT_WITHOUT, runCloudFrontHistory, type CloudFrontWithout } from "./cloudfront/history";
import { runHistory } from "./history";
import { WITHOUT, type Without } from "./without";

interface Subject<Part extends string> {
  readonly what: string;
  /** What can be left out, to show that the suite sees that it is missing. */
  readonly parts: readonly Part[];
  /** Histories of an ordinary run. */
  readonly usual: number;
  readonly soak: number;
  run(seed: number, without: Part | undefined): Promise<Verdict>;
}

const subject = <Part extends string>(it: Subject<Part>): Subject<string> => ({
  ...it,
  run: (seed, without) =>
    it.run(
      seed,
      it.parts.find((part) => part === without),
    ),
});

export const SUBJECTS = {
  histories: subject<Without>({
    what: "the pipeline",
    parts: WITHOUT,
    usual: 500,
    soak: 10_000,
    run: (seed, without) => runHistory({ seed, without }),
  }),
  application: subject<ApplicationWithout>({
    what: "application logs",
    parts: APPLICATION_WITHOUT,
    usual: 40,
    soak: 2000,
    run: (seed, without) => runApplicationHistory(seed, without),
  }),
  cloudfront: subject<CloudFrontWithout>({
    what: "CloudFront's deliveries",
    parts: CLOUDFRONT_WITHOUT,
    usual: 10,
    soak: 600,
    run: (seed, without) => runCloudFrontHistory(seed, without),
  }),
} as const;
export type SubjectName = keyof typeof SUBJECTS;
export const SUBJECT_NAMES = ["histories", "application", "cloudfront"] as const satisfies readonly SubjectName[];
