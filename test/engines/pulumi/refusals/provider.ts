/** What the provider checks itself, at preview. */
import { alarm, fn, type Refusal } from "./scene";

export const PROVIDER_CHECKS: readonly Refusal[] = [
  ["Bucket", { bucket: "Upper-Case" }, /^bucket: invalid bucket name \(Upper-Case\)/],
  ["Bucket", { bucket: "ab" }, /^bucket: invalid bucket name/],
  ["Bucket", { bucket: "192.168.0.1" }, /^bucket: invalid bucket name/],
  ["Function", { ...fn, code: undefined }, /^code: one of `filename,image_uri,s3_bucket` must be specified/],
  ["Function", { ...fn, handler: undefined }, /^handler: handler and runtime must be set/],
  ["Queue", { name: "has.dots" }, /^name: invalid queue name: has\.dots/],
  [
    "Queue",
    { name: "q", messageRetentionSeconds: 15 * 86_400 },
    /^messageRetentionSeconds: expected messageRetentionSeconds to be in the range \(60 - 1209600\), got 1296000/,
  ],
  [
    "LogGroup",
    { name: "g", retentionInDays: 31 },
    /^retentionInDays: expected retention_in_days to be one of \[0 1 3 5 7 14 30/,
  ],
  ["Alarm", { ...alarm, statistic: "Median" }, /^statistic: expected statistic to be one of \[SampleCount/],
  ["Alarm", { ...alarm, metricName: undefined }, /^metricName: only one of `metric_name,metric_query`/],
  [
    "Key",
    { deletionWindowInDays: 3 },
    /^deletionWindowInDays: expected deletion_window_in_days to be in the range \(7 - 30\), got 3/,
  ],
  ["Alias", { name: "mine", targetKeyId: "k" }, /^name: name must begin with 'alias\/'/],
  ["Topic", { name: "no spaces" }, /^name: invalid topic name/],
  ["Subscription", { topic: "t", protocol: "pigeon", endpoint: "x" }, /^protocol: expected protocol to be one of/],
  ["Database", { name: "Logs" }, /^name: uppercase characters cannot be used in "name": Logs/],
  ["Lifecycle", { bucket: "data", rules: [{ id: "x", status: "Enabled", expiration: { days: 1 } }] }, /MalformedXML/],
];
