/** Glue's crawlers, and the security configurations that they run under. */
import { AwsError } from "../awsError";
import { text, type Change, type ResourceModel } from "../model";
import { isRecord, type Values } from "../values";

const securityKey = (region: string, name: string): string => `glue:${region}:security/${name}`;

const asList = (value: unknown): Values[] => (isRecord(value) ? [value] : []);

export const securityConfiguration: ResourceModel = {
  title: "Glue Security Configuration",
  nameInput: "name",
  // The service has no call that changes one.
  forceNew: ["name", "namePrefix", "encryptionConfiguration"],
  identify: (inputs, { region }) => {
    const name = text(inputs["name"]);
    return { key: securityKey(region, name), id: name, computed: {} };
  },
  calls: [
    {
      service: "glue",
      operation: "CreateSecurityConfiguration",
      parameters: ({ name, encryptionConfiguration }) => {
        const { s3Encryption, ...rest } = (encryptionConfiguration ?? {}) as Values;
        return { name, encryptionConfiguration: { ...rest, s3Encryption: asList(s3Encryption) } };
      },
    },
  ],
  taken: () => new AwsError("AlreadyExistsException", "Security configuration already exists."),
  verify: ({ inputs }) => {
    const { cloudwatchEncryption, s3Encryption } = inputs["encryptionConfiguration"] as Values;
    const [logs, objects] = [cloudwatchEncryption, s3Encryption] as Values[];
    const withoutKey =
      (logs!["cloudwatchEncryptionMode"] === "SSE-KMS" && text(logs!["kmsKeyArn"]) === "") ||
      (objects!["s3EncryptionMode"] === "SSE-KMS" && text(objects!["kmsKeyArn"]) === "");
    if (withoutKey) throw new AwsError("InvalidInputException", "KmsKeyArn must be specified for SSE-KMS");
  },
};

const checkPolicies = ({ inputs }: Change): void => {
  const { recrawlBehavior } = (inputs["recrawlPolicy"] ?? {}) as Values;
  const { deleteBehavior, updateBehavior } = (inputs["schemaChangePolicy"] ?? {}) as Values;
  if (recrawlBehavior !== "CRAWL_NEW_FOLDERS_ONLY" || (deleteBehavior === "LOG" && updateBehavior === "LOG")) return;
  throw new AwsError(
    "InvalidInputException",
    'The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only LOG DeleteBehavior value and LOG UpdateBehavior value.',
  );
};

/** "Crawler properties", AWS Glue's guide: what may stand in Configuration. */
const checkConfiguration = ({ inputs }: Change): void => {
  if (inputs["configuration"] === undefined) return;
  const { Version, ...groups } = JSON.parse(text(inputs["configuration"])) as Values;
  const unknown = Object.keys(groups).filter(
    (name) => !["Grouping", "CrawlerOutput", "CreatePartitionIndex"].includes(name),
  );
  if (Version !== 1 || unknown.length > 0)
    throw new AwsError("InvalidInputException", `Crawler configuration is not valid: ${unknown.join(", ")}`);
};

export const crawler: ResourceModel = {
  title: "Glue Crawler",
  nameInput: "name",
  forceNew: ["name"],
  identify: (inputs, { account, region }) => {
    const name = text(inputs["name"]);
    const arn = `arn:aws:glue:${region}:${account}:crawler/${name}`;
    return { key: `glue:${region}:crawler/${name}`, id: name, computed: { arn } };
  },
  calls: [
    {
      service: "glue",
      operation: "CreateCrawler",
      parameters: ({ s3Targets, securityConfiguration: security, ...rest }) => ({
        ...rest,
        targets: { s3Targets },
        ...(security === undefined ? {} : { crawlerSecurityConfiguration: security }),
      }),
    },
  ],
  taken: ({ name }) => new AwsError("AlreadyExistsException", `Crawler with name ${text(name)} already exists`),
  verify: (change) => {
    const { inputs, place, cloud } = change;
    const security = text(inputs["securityConfiguration"]);
    if (security !== "" && cloud.get(securityKey(place.region, security)) === undefined)
      throw new AwsError("EntityNotFoundException", `Security configuration ${security} not found.`);
    const schedule = inputs["schedule"];
    if (schedule !== undefined && !/^cron\(\S+( \S+){5}\)$/.test(text(schedule)))
      throw new AwsError("InvalidInputException", `${text(schedule)} is not a valid cron expression.`);
    checkPolicies(change);
    checkConfiguration(change);
  },
};
