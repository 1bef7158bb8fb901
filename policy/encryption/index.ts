/** Data is encrypted at rest and on its way. */
import type { Rule } from "../rule";
import { athenaCustomerKey } from "./athenaCustomerKey";
import { athenaResultsEncrypted } from "./athenaResultsEncrypted";
import { glueCatalogEncryption } from "./glueCatalogEncryption";
import { glueCrawlerSecurity } from "./glueCrawlerSecurity";
import { glueSecurityEncrypts } from "./glueSecurityEncrypts";
import { glueTableEncrypted } from "./glueTableEncrypted";
import { kmsKeyRotation } from "./kmsKeyRotation";
import { lambdaEnvironmentKey } from "./lambdaEnvironmentKey";
import { logsCustomerKey } from "./logsCustomerKey";
import { s3BucketKey } from "./s3BucketKey";
import { s3CustomerKey } from "./s3CustomerKey";
import { s3Encryption } from "./s3Encryption";
import { s3TlsOnly } from "./s3TlsOnly";
import { snsAlarmKey } from "./snsAlarmKey";
import { snsEncryption } from "./snsEncryption";
import { snsTlsOnly } from "./snsTlsOnly";
import { sqsEncryption } from "./sqsEncryption";
import { sqsTlsOnly } from "./sqsTlsOnly";

export const encryptionRules: readonly Rule[] = [
  s3Encryption,
  s3CustomerKey,
  s3BucketKey,
  s3TlsOnly,
  kmsKeyRotation,
  athenaResultsEncrypted,
  athenaCustomerKey,
  glueCrawlerSecurity,
  glueSecurityEncrypts,
  glueCatalogEncryption,
  glueTableEncrypted,
  sqsEncryption,
  sqsTlsOnly,
  snsEncryption,
  snsAlarmKey,
  snsTlsOnly,
  logsCustomerKey,
  lambdaEnvironmentKey,
];
