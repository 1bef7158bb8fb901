/** The calls that Athena makes with the rights of whoever starts a query, as its user guide has them. Reviewed. */
import { ofType, property, text, theOne, variablesOf, type Deployed } from "../lambda/deployed";
import { OVER_TLS, roleOf, type DocumentedCall } from "./documentedCall";
import type { Call } from "./judge";

const ATHENA = "https://docs.aws.amazon.com/athena/latest/ug";

/** Glue asks for the table, its database and the catalogue (Glue's developer guide, "Specifying Glue resource ARNs"). */
const glueActions = [
  "glue:GetTable",
  "glue:GetPartition",
  "glue:GetPartitions",
  "glue:CreatePartition",
  "glue:BatchCreatePartition",
];

/** What a compaction reads: its own tables, which are projected, and the one whose partitions it moves. */
const readActions = ["glue:GetTable", "glue:GetPartitions"];

/** UNLOAD reads and writes the data with its caller's rights, in parts. */
const unloadCalls = (bucket: string, s3: (action: string, resource: string) => DocumentedCall): DocumentedCall[] => {
  const hourly = `arn:aws:s3:::${bucket}/access_logs/app=shop/date=2026-08-15/hour-13.parquet`;
  const written = `arn:aws:s3:::${bucket}/access_logs_compacted/date=2026-08-15/20260818T044500Z-0123abcd/app=shop/20260818_0`;
  return [
    ...[hourly, written].map((file) => s3("s3:GetObject", file)),
    ...["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"].map((action) => s3(action, written)),
  ];
};

/** Athena adds partitions and writes its result with the rights of whoever starts the query. */
export const athenaCalls = (deployed: Deployed): DocumentedCall[] =>
  ofType(deployed, "aws:lambda/function:Function").flatMap((lambda) => {
    const variables = variablesOf(lambda);
    if (variables["WORKGROUP"] === undefined) return [];
    const workgroup = theOne(
      ofType(deployed, "aws:athena/workgroup:Workgroup").filter((one) => text(one, "name") === variables["WORKGROUP"]),
      variables["WORKGROUP"],
    );
    const { resultConfiguration } = property(workgroup, "configuration") as {
      resultConfiguration: { outputLocation: string; encryptionConfiguration: { kmsKeyArn?: string } };
    };
    const [, results, folder] = /^s3:\/\/([^/]+)\/(.*)$/.exec(resultConfiguration.outputLocation)! as unknown as [
      string,
      string,
      string,
    ];
    const { kmsKeyArn } = resultConfiguration.encryptionConfiguration;
    const [, , , region, account] = text(lambda, "arn").split(":") as [string, string, string, string, string];
    const glue = `arn:aws:glue:${region}:${account}`;
    const database = `database/${variables["DATABASE"]}`;
    const tableOf = (name: string): string => `table/${variables["DATABASE"]}/${name}`;
    const table = variables["TABLE"]!;
    const compacts = variables["SETTLING_HOURS"] !== undefined;
    const tables = compacts ? [table, `${table}_hourly`, `${table}_compactions`] : [table];
    const on =
      (address: string, context: Call["context"] = {}) =>
      (action: string, resource: string): DocumentedCall => ({
        caller: roleOf(lambda),
        action,
        resource,
        context,
        address,
      });
    const catalogue = on(`${ATHENA}/fine-grained-access-to-glue-resources.html`);
    const managed = on(`${ATHENA}/managed-policies.html`);
    const s3 = on(`${ATHENA}/managed-policies.html`, OVER_TLS);
    return [
      // "Athena requires a policy for GetDatabase on the database default and the catalogue of each Region."
      ...["catalog", database, "database/default"].map((name) => catalogue("glue:GetDatabase", `${glue}:${name}`)),
      ...(compacts ? readActions : glueActions).flatMap((action) =>
        ["catalog", database, ...tables.map(tableOf)].map((name) => managed(action, `${glue}:${name}`)),
      ),
      ...(compacts ? unloadCalls(variables["BUCKET"]!, s3) : []),
      ...["s3:GetBucketLocation", "s3:ListBucketMultipartUploads", "s3:ListBucket"].map((action) =>
        s3(action, `arn:aws:s3:::${results}`),
      ),
      ...["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"].map((action) =>
        s3(action, `arn:aws:s3:::${results}/${folder}3b0f5c4e.txt`),
      ),
      on(`${ATHENA}/s3-permissions.html`, OVER_TLS)("s3:GetBucketLocation", `arn:aws:s3:::${variables["BUCKET"]}`),
      on(`${ATHENA}/s3-permissions.html`, { ...OVER_TLS, "s3:prefix": "access_logs/app=shop/date=2026-08-15/" })(
        "s3:ListBucket",
        `arn:aws:s3:::${variables["BUCKET"]}`,
      ),
      ...(kmsKeyArn === undefined
        ? []
        : ["kms:GenerateDataKey", "kms:Decrypt"].map((action) =>
            on(`${ATHENA}/encryption.html`, { "kms:ViaService": `s3.${region}.amazonaws.com` })(action, kmsKeyArn),
          )),
    ];
  });
