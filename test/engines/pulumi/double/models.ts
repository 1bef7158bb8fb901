/** All resource types that the double knows. */
import type { ResourceModel } from "./model";
import * as catalog from "./services/catalog";
import * as crawlers from "./services/crawlers";
import * as events from "./services/events";
import * as iam from "./services/iam";
import * as keys from "./services/keys";
import * as lambda from "./services/lambda";
import * as monitoring from "./services/monitoring";
import * as s3 from "./services/s3";
import * as sns from "./services/sns";
import * as sqs from "./services/sqs";
import * as states from "./services/states";
import * as trails from "./services/trails";

export const MODELS: Readonly<Record<string, ResourceModel>> = {
  "aws:athena/namedQuery:NamedQuery": catalog.namedQuery,
  "aws:athena/workgroup:Workgroup": catalog.workgroup,
  "aws:cloudtrail/trail:Trail": trails.trail,
  "aws:cloudwatch/dashboard:Dashboard": monitoring.dashboard,
  "aws:cloudwatch/eventRule:EventRule": events.rule,
  "aws:cloudwatch/eventTarget:EventTarget": events.target,
  "aws:cloudwatch/logGroup:LogGroup": monitoring.logGroup,
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": monitoring.metricFilter,
  "aws:cloudwatch/metricAlarm:MetricAlarm": monitoring.alarm,
  "aws:glue/catalogDatabase:CatalogDatabase": catalog.database,
  "aws:glue/catalogTable:CatalogTable": catalog.table,
  "aws:glue/crawler:Crawler": crawlers.crawler,
  "aws:glue/securityConfiguration:SecurityConfiguration": crawlers.securityConfiguration,
  "aws:iam/policy:Policy": iam.policy,
  "aws:iam/role:Role": iam.role,
  "aws:iam/rolePolicy:RolePolicy": iam.rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": iam.rolePolicyAttachment,
  "aws:kms/alias:Alias": keys.alias,
  "aws:kms/key:Key": keys.key,
  "aws:lambda/eventSourceMapping:EventSourceMapping": lambda.eventSourceMapping,
  "aws:lambda/function:Function": lambda.lambdaFunction,
  "aws:s3/bucket:Bucket": s3.bucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": s3.lifecycle,
  "aws:s3/bucketNotification:BucketNotification": s3.notification,
  "aws:s3/bucketObjectv2:BucketObjectv2": s3.object,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": s3.ownershipControls,
  "aws:s3/bucketPolicy:BucketPolicy": s3.bucketPolicy,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": s3.publicAccessBlock,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": s3.encryption,
  "aws:s3/bucketVersioning:BucketVersioning": s3.versioning,
  "aws:scheduler/schedule:Schedule": events.schedule,
  "aws:scheduler/scheduleGroup:ScheduleGroup": events.scheduleGroup,
  "aws:sfn/stateMachine:StateMachine": states.stateMachine,
  "aws:sns/topic:Topic": sns.topic,
  "aws:sns/topicPolicy:TopicPolicy": sns.topicPolicy,
  "aws:sns/topicSubscription:TopicSubscription": sns.topicSubscription,
  "aws:sqs/queue:Queue": sqs.queue,
  "aws:sqs/queuePolicy:QueuePolicy": sqs.queuePolicy,
};
