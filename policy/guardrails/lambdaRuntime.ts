import { resourceRule } from "../rule";
import { texts } from "../settings";
import { at } from "../subject";
import { FUNCTION } from "../types";

/** AWS's table of supported runtimes, November 2026; those that end within half a year are left out, but Node 22 (April 2027). */
const SUPPORTED = [
  "nodejs22.x",
  "nodejs24.x",
  "python3.11",
  "python3.12",
  "python3.13",
  "python3.14",
  "java17",
  "java21",
  "java25",
  "dotnet10",
  "ruby3.3",
  "ruby3.4",
  "provided.al2023",
];

export const lambdaRuntime = resourceRule({
  name: "lambda-runtime",
  description: "Functions run on a runtime that AWS still mends.",
  severity: "medium",
  controls: { fsbp: ["Lambda.2"], nag: ["L1"], checkov: ["CKV_AWS_363"] },
  remediation: 'new aws.lambda.Function(name, { runtime: "nodejs24.x" })',
  settings: { runtimes: texts("Runtimes that are allowed", SUPPORTED) },
  types: [FUNCTION],
  notApplicable: ({ props }) => (at(props, "packageType") === "Image" ? "An image brings its own runtime" : undefined),
  judge: ({ props }, { settings, violation }) => {
    if (!settings.runtimes.includes(String(at(props, "runtime"))))
      violation("runtime", `one of ${settings.runtimes.join(", ")}`);
  },
});
