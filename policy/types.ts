/** Type tokens by what they are, with the forms that older programs write. */
const s3 = (name: string): string => `aws:s3/${name}:${name[0]!.toUpperCase()}${name.slice(1)}`;

export const BUCKETS = [s3("bucket"), s3("bucketV2")];
export const BUCKET_ENCRYPTIONS = [
  s3("bucketServerSideEncryptionConfiguration"),
  s3("bucketServerSideEncryptionConfigurationV2"),
];
export const BUCKET_VERSIONINGS = [s3("bucketVersioning"), s3("bucketVersioningV2")];
export const BUCKET_LIFECYCLES = [s3("bucketLifecycleConfiguration"), s3("bucketLifecycleConfigurationV2")];
export const BUCKET_LOGGINGS = [s3("bucketLogging"), s3("bucketLoggingV2")];
export const BUCKET_ACLS = [s3("bucketAcl"), s3("bucketAclV2")];
export const OBJECTS = [s3("bucketObject"), s3("bucketObjectv2")];
export const BUCKET_OWNERSHIP = [s3("bucketOwnershipControls")];
export const BUCKET_POLICIES = [s3("bucketPolicy")];
export const PUBLIC_ACCESS_BLOCKS = [s3("bucketPublicAccessBlock")];
export const ACCOUNT_ACCESS_BLOCKS = [s3("accountPublicAccessBlock")];
export const BUCKET_NOTIFICATIONS = [s3("bucketNotification")];

export const FUNCTION = "aws:lambda/function:Function";
export const FUNCTION_PERMISSION = "aws:lambda/permission:Permission";
export const FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl";
export const FUNCTION_ASYNC = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
export const EVENT_SOURCE = "aws:lambda/eventSourceMapping:EventSourceMapping";
export const FUNCTION_ALIAS = "aws:lambda/alias:Alias";

export const ROLE = "aws:iam/role:Role";
export const POLICY = "aws:iam/policy:Policy";
export const INLINE_POLICIES = [
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
];
export const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
export const ROLE_POLICIES_EXCLUSIVE = "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive";
export const ROLE_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
export const ROLE_ATTACHMENTS_EXCLUSIVE = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive";
export const POLICY_ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment";
export const ATTACHMENTS = [
  ROLE_ATTACHMENT,
  POLICY_ATTACHMENT,
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
];

export const KEY = "aws:kms/key:Key";
export const KEY_ALIAS = "aws:kms/alias:Alias";
export const KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy";

export const CRAWLER = "aws:glue/crawler:Crawler";
export const GLUE_SECURITY = "aws:glue/securityConfiguration:SecurityConfiguration";
export const CATALOG_ENCRYPTION = "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings";
export const CATALOG_DATABASE = "aws:glue/catalogDatabase:CatalogDatabase";
export const CATALOG_TABLE = "aws:glue/catalogTable:CatalogTable";
export const WORKGROUP = "aws:athena/workgroup:Workgroup";

export const QUEUE = "aws:sqs/queue:Queue";
export const QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy";
export const REDRIVE_POLICY = "aws:sqs/redrivePolicy:RedrivePolicy";
export const TOPIC = "aws:sns/topic:Topic";
export const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
export const TOPIC_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

export const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
export const METRIC_FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
export const METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
export const COMPOSITE_ALARM = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
export const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
export const EVENT_RULE = "aws:cloudwatch/eventRule:EventRule";
export const EVENT_TARGET = "aws:cloudwatch/eventTarget:EventTarget";

export const TRAIL = "aws:cloudtrail/trail:Trail";

export const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";
export const SCHEDULE = "aws:scheduler/schedule:Schedule";
export const SCHEDULE_GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup";
