/** Names that are taken, in each service's words. */
import { fn, policy, schedule, statement, table, trust, type Refusal } from "./scene";

export const TAKEN: readonly Refusal[] = [
  ["Bucket", { bucket: "data" }, /BucketAlreadyOwnedByYou/],
  ["Bucket", { bucket: "somebody-elses" }, /BucketAlreadyExists: The requested bucket name is not available/],
  [
    "Role",
    { name: "runner", assumeRolePolicy: trust("lambda.amazonaws.com") },
    /EntityAlreadyExists: Role with name runner already exists/,
  ],
  [
    "Policy",
    { name: "shared", policy: policy(statement()) },
    /EntityAlreadyExists: A policy called shared already exists/,
  ],
  ["Function", fn, /ResourceConflictException: Function already exist: worker/],
  [
    "LogGroup",
    { name: "/aws/lambda/worker" },
    /ResourceAlreadyExistsException: The specified log group already exists/,
  ],
  ["Database", { name: "logs" }, /AlreadyExistsException: Database already exists/],
  ["Table", table, /AlreadyExistsException: Table already exists/],
  ["Workgroup", { name: "people" }, /InvalidRequestException: WorkGroup is already created/],
  ["Group", { name: "group" }, /ConflictException: Schedule group group already exists/],
  ["Schedule", schedule, /ConflictException: Schedule hourly already exists/],
  [
    "Queue",
    { name: "work", visibilityTimeoutSeconds: 60 },
    /QueueNameExists: .* different value for attribute VisibilityTimeout/,
  ],
];
