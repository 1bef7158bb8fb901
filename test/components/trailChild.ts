/** Run as a process of its own: a pipeline with or without a trail, and what was loaded for it. Prints JSON. */
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { MOCK_REGION, mockCall, mockOutputs } from "../../src/local/mockOutputs";

export interface TrailChildAnswer {
  readonly types: readonly string[];
  readonly awsxModules: number;
  /** The policy that the trail's own bucket policy ends with, and what becomes of a resource of another type. */
  readonly policy: string | undefined;
  readonly leavesOthersAlone: boolean;
}

const audit = process.argv[2] === "true";
const types: string[] = [];
let transforms: readonly pulumi.ResourceTransform[] = [];

const transformed = async (type: string): Promise<object | undefined> => {
  const args = { custom: true, type, name: "logs-trail", props: { bucket: "b", policy: "theirs" }, opts: {} };
  for (const transform of transforms) {
    const result = await transform(args);
    if (result !== undefined) return result.props;
  }
  return undefined;
};

const main = async (): Promise<void> => {
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        types.push(args.type);
        if (args.type === "awsx:cloudtrail:Trail") transforms = args.transforms ?? [];
        return mockOutputs({ ...args, inputs: args.inputs as Record<string, unknown> }, MOCK_REGION);
      },
      call: ({ token }) => mockCall(token, MOCK_REGION),
    },
    "amplify-logs",
    "inftes",
  );
  const { AmplifyLogPipeline } = await import("../../components/index.js");
  await pulumi.runtime.runInPulumiStack(() => {
    const apps = [{ name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "example.com" }];
    new AmplifyLogPipeline("logs", { apps, ...(audit ? { audit } : {}) });
    return Promise.resolve({});
  });
  const settings = createRequire(__filename)("@pulumi/pulumi/runtime/settings") as { waitForRPCs(): Promise<void> };
  await settings.waitForRPCs();
  const policy = (await transformed("aws:s3/bucketPolicy:BucketPolicy")) as
    { readonly policy: pulumi.Output<string> } | undefined;
  const answer: TrailChildAnswer = {
    types,
    awsxModules: Object.keys(require.cache).filter((file) => file.includes("@pulumi/awsx/")).length,
    policy: policy && (await new Promise<string>((resolve) => policy.policy.apply(resolve))),
    leavesOthersAlone: (await transformed("aws:cloudtrail/trail:Trail")) === undefined,
  };
  process.stdout.write(JSON.stringify(answer));
};

void main();
