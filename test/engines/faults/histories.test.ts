import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { inParallel } from "../../../src/parallel";
import { runApplicationHistory } from "../../faults/application/history";
import type { HistoryBucket } from "../../faults/bucket";
import type { Verdict } from "../../faults/check";
import { runCloudFrontHistory } from "../../faults/cloudfront/history";
import { runHistory } from "../../faults/history";
import { MotoBucket } from "../../faults/motoBucket";
import { closeFarSide } from "../../faults/transport/onTheWay";
import { need } from "../tools/missing";
import { MOTO_CREDENTIALS, MOTO_REGION, startMoto, type Moto } from "../tools/moto";

/** At one time: they wait for S3 more than they work. */
const LANES = 4;

interface Subject {
  readonly what: string;
  readonly histories: number;
  /** Faults of all of them, at least: fewer would mean nothing. */
  readonly faults: number;
  run(seed: number, store: HistoryBucket): Promise<Verdict>;
}

const SUBJECTS: readonly Subject[] = [
  { what: "pipeline", histories: 20, faults: 400, run: (seed, store) => runHistory({ seed, store }) },
  {
    what: "application",
    histories: 10,
    faults: 80,
    run: (seed, store) => runApplicationHistory(seed, undefined, store),
  },
  { what: "cloudfront", histories: 10, faults: 20, run: (seed, store) => runCloudFrontHistory(seed, undefined, store) },
];

describe("histories under faults, on moto's S3", function () {
  let moto: Moto;
  let s3: S3Client;

  before(async function () {
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
    moto = await need(this, "moto", startMoto);
    const client = { endpoint: moto.url, region: MOTO_REGION, credentials: MOTO_CREDENTIALS };
    s3 = new S3Client({ ...client, forcePathStyle: true });
  });
  after(async () => {
    await closeFarSide();
    await moto?.stop();
  });

  const newBucket = async (name: string): Promise<MotoBucket> => {
    const CreateBucketConfiguration = { LocationConstraint: MOTO_REGION } as const;
    await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
    return new MotoBucket(s3, name);
  };

  for (const subject of SUBJECTS) {
    const { what, histories, faults } = subject;
    it(`lose no row and double none, in any of ${histories} of ${what}, and have faults enough to mean something`, async () => {
      const seeds = Array.from({ length: histories }, (_, index) => index + 1);
      const verdicts = await inParallel(seeds, LANES, async (seed) =>
        subject.run(seed, await newBucket(`history-${what}-${seed}`)),
      );
      verdicts.forEach(({ lost, doubled, wrong, served }, index) => {
        const seed = `seed ${index + 1}`;
        expect({ lost, doubled, wrong }, seed).to.deep.equal({ lost: [], doubled: [], wrong: [] });
        expect(served, `rows served to ${seed}`).to.be.greaterThan(0);
      });
      expect(verdicts.reduce((sum, verdict) => sum + verdict.faults, 0)).to.be.greaterThan(faults);
    });
  }
});
