/** CloudTrail's trails, and what their bucket has to allow. */
import { AwsError } from "../awsError";
import { text, type Change, type ResourceModel } from "../model";
import { isRecord, type Values } from "../values";
import { bucketKey, bucketPolicyKey } from "./s3";

const trailArn = (name: string, { account, region }: Change["place"]): string =>
  `arn:aws:cloudtrail:${region}:${account}:trail/${name}`;

export const trailPrefix = "cloudtrail:trail/";

const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];

const covers = (pattern: unknown, value: string): boolean => {
  const words = text(pattern).split("*");
  return new RegExp(`^${words.map((word) => word.replace(/[.+?^${}()|[\]\\/]/g, "\\$&")).join(".*")}$`).test(value);
};

/** Whether the policy lets this trail in; a condition on another source keeps it out. */
const allows = (policy: string, action: string, resource: string, sourceArn: string): boolean => {
  const { Statement } = JSON.parse(policy) as { Statement: readonly Values[] };
  return Statement.some((statement) => {
    const principal = statement["Principal"];
    const equals = ((statement["Condition"] ?? {}) as Record<string, Values>)["StringEquals"] ?? {};
    return (
      statement["Effect"] === "Allow" &&
      isRecord(principal) &&
      asList(principal["Service"]).includes("cloudtrail.amazonaws.com") &&
      asList(statement["Action"]).some((pattern) => covers(pattern, action)) &&
      asList(statement["Resource"]).some((pattern) => covers(pattern, resource)) &&
      (equals["aws:SourceArn"] === undefined || equals["aws:SourceArn"] === sourceArn)
    );
  });
};

const bucketLetsIn = ({ inputs, place, cloud }: Change): void => {
  const bucket = text(inputs["s3BucketName"]);
  if (cloud.get(bucketKey(bucket)) === undefined)
    throw new AwsError("S3BucketDoesNotExistException", `S3 bucket ${bucket} does not exist!`);
  const policy = text(cloud.get(bucketPolicyKey(bucket))?.inputs["policy"]);
  const source = trailArn(text(inputs["name"]), place);
  const arn = `arn:aws:s3:::${bucket}`;
  const log = `${arn}/AWSLogs/${place.account}/CloudTrail/${place.region}/2026/11/20/log.json.gz`;
  if (
    policy === "" ||
    !allows(policy, "s3:GetBucketAcl", arn, source) ||
    !allows(policy, "s3:PutObject", log, source)
  ) {
    throw new AwsError(
      "InsufficientS3BucketPolicyException",
      `Incorrect S3 bucket policy is detected for bucket: ${bucket}`,
    );
  }
};

/** The provider's words for lists of words end in -s. */
const selectorsOf = (inputs: Values): Values[] =>
  ((inputs["advancedEventSelectors"] ?? []) as readonly Values[]).map(({ name, fieldSelectors }) => ({
    name,
    fieldSelectors: (fieldSelectors as readonly Values[]).map(({ startsWiths, endsWiths, ...selector }) => ({
      ...selector,
      ...(startsWiths === undefined ? {} : { startsWith: startsWiths }),
      ...(endsWiths === undefined ? {} : { endsWith: endsWiths }),
    })),
  }));

/** "AdvancedFieldSelector", CloudTrail's API reference. */
const checkSelectors = ({ inputs }: Change): void => {
  for (const { fieldSelectors } of selectorsOf(inputs)) {
    const selectors = fieldSelectors as readonly Values[];
    const fields = selectors.map(({ field }) => text(field));
    const invalid = (reason: string): AwsError => new AwsError("InvalidEventSelectorsException", reason);
    if (!fields.includes("eventCategory")) throw invalid("An advanced event selector must have an eventCategory");
    const category = asList(selectors.find(({ field }) => field === "eventCategory")!["equals"]);
    if (category.includes("Data") && !fields.includes("resources.type"))
      throw invalid("A selector of data events must have resources.type");
  }
};

export const trail: ResourceModel = {
  title: "CloudTrail Trail",
  nameInput: "name",
  forceNew: ["name"],
  identify: (inputs, place) => {
    const arn = trailArn(text(inputs["name"]), place);
    return { key: `${trailPrefix}${arn}`, id: arn, computed: { arn, homeRegion: place.region } };
  },
  calls: [
    {
      service: "cloudtrail",
      operation: "CreateTrail",
      parameters: ({ name, s3BucketName, s3KeyPrefix, enableLogFileValidation, kmsKeyId, ...more }) => ({
        name,
        s3BucketName,
        s3KeyPrefix,
        enableLogFileValidation,
        kmsKeyId,
        includeGlobalServiceEvents: more["includeGlobalServiceEvents"],
        isMultiRegionTrail: more["isMultiRegionTrail"],
      }),
    },
    {
      service: "cloudtrail",
      operation: "PutEventSelectors",
      parameters: (inputs) => ({ trailName: inputs["name"], advancedEventSelectors: selectorsOf(inputs) }),
    },
  ],
  taken: ({ name }) => new AwsError("TrailAlreadyExistsException", `Trail ${text(name)} already exists`),
  verify: (change) => {
    bucketLetsIn(change);
    checkSelectors(change);
  },
};
