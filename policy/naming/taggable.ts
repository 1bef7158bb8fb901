/** Types that take tags: those that pipelines, sites and services are made of. A schedule takes none. */
import {
  BUCKETS,
  CATALOG_DATABASE,
  COMPOSITE_ALARM,
  CRAWLER,
  EVENT_RULE,
  EVENT_SOURCE,
  FUNCTION,
  KEY,
  LOG_GROUP,
  METRIC_ALARM,
  POLICY,
  QUEUE,
  ROLE,
  SCHEDULE_GROUP,
  STATE_MACHINE,
  TOPIC,
  TRAIL,
  WORKGROUP,
} from "../types";
import { at, type Props, type Subject } from "../subject";

export const TAGGABLE: readonly string[] = [
  ...BUCKETS,
  CATALOG_DATABASE,
  COMPOSITE_ALARM,
  CRAWLER,
  EVENT_RULE,
  EVENT_SOURCE,
  FUNCTION,
  KEY,
  LOG_GROUP,
  METRIC_ALARM,
  POLICY,
  QUEUE,
  ROLE,
  SCHEDULE_GROUP,
  STATE_MACHINE,
  TOPIC,
  TRAIL,
  WORKGROUP,
  "aws:acm/certificate:Certificate",
  "aws:apigateway/restApi:RestApi",
  "aws:apigatewayv2/api:Api",
  "aws:cloudfront/distribution:Distribution",
  "aws:cognito/userPool:UserPool",
  "aws:dynamodb/table:Table",
  "aws:ec2/instance:Instance",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ecr/repository:Repository",
  "aws:ecs/cluster:Cluster",
  "aws:ecs/service:Service",
  "aws:iam/user:User",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  "aws:kinesis/stream:Stream",
  "aws:rds/cluster:Cluster",
  "aws:rds/instance:Instance",
  "aws:route53/zone:Zone",
  "aws:secretsmanager/secret:Secret",
  "aws:ssm/parameter:Parameter",
];

/** The provider's default tags; the engine may hand them over as JSON. */
const defaultTags = ({ provider }: Subject): Props => {
  const given = at(provider, "defaultTags");
  const { tags } = (typeof given === "string" ? JSON.parse(given) : (given ?? {})) as { tags?: Props };
  return tags ?? {};
};

/** Where a tag is said: the resource itself, or its provider. */
export const tagOf = (subject: Subject, key: string): unknown =>
  at(subject.props, `tags`) === undefined
    ? defaultTags(subject)[key]
    : (tagsOf(subject)[key] ?? defaultTags(subject)[key]);

const tagsOf = ({ props }: Subject): Props => at(props, "tags") as Props;
