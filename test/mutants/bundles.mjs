const BUNDLES = ["test/package/bundles.test.ts"];
const FILE = "scripts/bundles.mjs";

export const bundles = [
  {
    title: "the AWS SDK is left to the runtime, which has another version of it",
    file: FILE,
    find: `bundle: true,`,
    replace: `bundle: true,\n    external: ["@aws-sdk/*"],`,
    suites: BUNDLES,
  },
  {
    title: "the Parquet writer is left out",
    file: FILE,
    find: `bundle: true,`,
    replace: `bundle: true,\n    external: ["hyparquet-writer"],`,
    suites: BUNDLES,
  },
  {
    title: "all packages are left out",
    file: FILE,
    find: `bundle: true,`,
    replace: `bundle: true,\n    packages: "external",`,
    suites: BUNDLES,
  },
  {
    title: "the converter loads a package that its bundle lacks, when it is called",
    file: "handlers/parameter.ts",
    find: `import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";`,
    replace: `const sdk = process.env["SDK"] ?? "@aws-sdk/client-ssm";
const { GetParameterCommand, SSMClient } = require(sdk) as typeof import("@aws-sdk/client-ssm");`,
    suites: BUNDLES,
  },
  {
    title: "the partition updater loads Athena's client past the bundler",
    file: "handlers/partitions/index.ts",
    find: `import { AthenaClient } from "@aws-sdk/client-athena";`,
    replace: `const { AthenaClient } = module.require("@aws-sdk/client-athena") as typeof import("@aws-sdk/client-athena");`,
    suites: BUNDLES,
  },
];
