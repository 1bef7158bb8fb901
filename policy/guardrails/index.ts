/** Who gets in, how long things stay, what happens when something fails, and what it may cost. */
import type { Rule } from "../rule";
import { athenaEnforced } from "./athenaEnforced";
import { athenaMetrics } from "./athenaMetrics";
import { athenaScanLimit } from "./athenaScanLimit";
import { dataBucketLifecycle } from "./dataBucketLifecycle";
import { fetcherHasSchedule } from "./fetcherHasSchedule";
import { functionHasAlarm } from "./functionHasAlarm";
import { iamNoBroadManagedPolicy } from "./iamNoBroadManagedPolicy";
import { iamNoMixedPolicies } from "./iamNoMixedPolicies";
import { iamNoStar } from "./iamNoStar";
import { iamNoWildcardActions } from "./iamNoWildcardActions";
import { iamNoWildcardResources } from "./iamNoWildcardResources";
import { iamTrustNotOpen } from "./iamTrustNotOpen";
import { kmsKeyPolicyNotOpen } from "./kmsKeyPolicyNotOpen";
import { kmsNoDecryptAll } from "./kmsNoDecryptAll";
import { lambdaConcurrency } from "./lambdaConcurrency";
import { lambdaDeadLetters } from "./lambdaDeadLetters";
import { lambdaLogGroup } from "./lambdaLogGroup";
import { lambdaNoSecrets } from "./lambdaNoSecrets";
import { lambdaPermissionSource } from "./lambdaPermissionSource";
import { lambdaRuntime } from "./lambdaRuntime";
import { lambdaTracing } from "./lambdaTracing";
import { lambdaUrlAuthorization } from "./lambdaUrlAuthorization";
import { logsRetention } from "./logsRetention";
import { noConfusedDeputy } from "./noConfusedDeputy";
import { nothingUnreachable } from "./nothingUnreachable";
import { s3AbortMultipart } from "./s3AbortMultipart";
import { s3AccessLogging } from "./s3AccessLogging";
import { s3LifecycleExpiry } from "./s3LifecycleExpiry";
import { s3NoAcls } from "./s3NoAcls";
import { s3NoOpenPrincipal } from "./s3NoOpenPrincipal";
import { s3PublicAccessBlock } from "./s3PublicAccessBlock";
import { s3Versioning } from "./s3Versioning";
import { scheduleDeadLetters } from "./scheduleDeadLetters";
import { snsNoOpenPrincipal } from "./snsNoOpenPrincipal";
import { sqsNoOpenPrincipal } from "./sqsNoOpenPrincipal";
import { stepFunctionsLogging } from "./stepFunctionsLogging";
import { stepFunctionsTracing } from "./stepFunctionsTracing";
import { trailValidation } from "./trailValidation";

export const guardrailRules: readonly Rule[] = [
  s3PublicAccessBlock,
  s3NoAcls,
  s3NoOpenPrincipal,
  s3AccessLogging,
  s3Versioning,
  s3LifecycleExpiry,
  s3AbortMultipart,
  dataBucketLifecycle,
  lambdaPermissionSource,
  lambdaUrlAuthorization,
  lambdaNoSecrets,
  lambdaRuntime,
  lambdaDeadLetters,
  lambdaTracing,
  lambdaLogGroup,
  lambdaConcurrency,
  iamNoStar,
  iamNoWildcardActions,
  iamNoWildcardResources,
  iamNoBroadManagedPolicy,
  iamTrustNotOpen,
  iamNoMixedPolicies,
  kmsKeyPolicyNotOpen,
  kmsNoDecryptAll,
  athenaEnforced,
  athenaScanLimit,
  athenaMetrics,
  sqsNoOpenPrincipal,
  snsNoOpenPrincipal,
  noConfusedDeputy,
  trailValidation,
  logsRetention,
  stepFunctionsLogging,
  stepFunctionsTracing,
  scheduleDeadLetters,
  functionHasAlarm,
  fetcherHasSchedule,
  nothingUnreachable,
];
