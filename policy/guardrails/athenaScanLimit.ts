import { resourceRule } from "../rule";
import { integer } from "../settings";
import { at } from "../subject";
import { WORKGROUP } from "../types";

const PATH = "configuration.bytesScannedCutoffPerQuery";

export const athenaScanLimit = resourceRule({
  name: "athena-scan-limit",
  description: "A query may scan only so much.",
  severity: "medium",
  controls: {},
  remediation: "configuration: { bytesScannedCutoffPerQuery: 100_000_000_000 } in aws.athena.Workgroup",
  settings: { maximumGigabytes: integer("Most that a query may be allowed to scan, 10^9 bytes", 10_000, 1) },
  types: [WORKGROUP],
  judge: ({ props }, { settings, violation }) => {
    const limit = at(props, PATH);
    if (typeof limit !== "number" || limit <= 0 || limit > settings.maximumGigabytes * 1e9)
      violation(PATH, `a number of bytes up to ${settings.maximumGigabytes} gigabytes`);
  },
});
