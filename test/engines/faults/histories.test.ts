import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { inParallel } from "../../../src/parallel";
import type { Verdict } from "../../faults/check";
import { runHistory } from "../../faults/history";
import { MotoBucket } from "../../faults/motoBucket";
import { closeFarSide } from "../../faults/transport/onTheWay";
import { need } from "../tools/missing";
import { MOTO_CREDENTIALS, MOTO_REGION, startMoto, type Moto } from "../tools/moto";

const HISTORIES = 20;
/** At one time: they wait for S3 more than they work. */
const LANES = 4;

describe("histories under faults, on moto's S3", function () {
  let moto: Moto;
  let s3: S3Client;
  let verdicts: readonly Verdict[];

  before(async function () {
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
    moto = await need(this, "moto", startMoto);
    const client = { endpoint: moto.url, region: MOTO_REGION, credentials: MOTO_CREDENTIALS };
    s3 = new S3Client({ ...client, forcePathStyle: true });
    const seeds = Array.from({ length: HISTORIES }, (_, index) => index + 1);
    verdicts = await inParallel(seeds, LANES, async (seed) =>
      runHistory({ seed, store: await newBucket(`history-${seed}`) }),
    );
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

  it(`lose no row and double none, in any of ${HISTORIES}`, () => {
    verdicts.forEach(({ lost, doubled, wrong, served }, index) => {
      const seed = `seed ${index + 1}`;
      expect({ lost, doubled, wrong }, seed).to.deep.equal({ lost: [], doubled: [], wrong: [] });
      expect(served, `rows served to ${seed}`).to.be.greaterThan(0);
    });
  });

  it("and had faults enough to mean something", () => {
    expect(verdicts.reduce((sum, { faults }) => sum + faults, 0)).to.be.greaterThan(20 * HISTORIES);
  });
});
