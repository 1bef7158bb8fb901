/** What S3 asks IAM of a request (S3's user guide, "Required permissions for S3 API operations"). */
import type { Call } from "./judge";
import type { AwsRequest } from "./request";

/** Parts of the query that make another operation of a request, of which the product needs none. */
const OTHER_OPERATIONS = ["acl", "versions", "uploads", "uploadId", "location", "policy", "retention"];

const FROM_HEADERS = {
  "if-match": "s3:if-match",
  "if-none-match": "s3:if-none-match",
} as const;

const unknown = ({ method, target }: AwsRequest): never => {
  throw new Error(`nobody has said what IAM is asked for ${method} ${target} of S3`);
};

/** Reads of what is missing are told from refusals by this right alone (GetObject's reference, "Permissions"). */
export const listWithoutPrefix = (bucket: string): Call => ({
  action: "s3:ListBucket",
  resource: `arn:aws:s3:::${bucket}`,
  context: {},
});

const listCall = (bucket: string, query: URLSearchParams): Call => {
  const given = ["prefix", "delimiter", "max-keys"].filter((name) => query.has(name));
  return {
    ...listWithoutPrefix(bucket),
    context: Object.fromEntries(given.map((name) => [`s3:${name}`, query.get(name)!])),
  };
};

/** Whether the request writes an object's content, and nothing else about it. */
export const writesObject = ({ method, query }: AwsRequest): boolean => method === "PUT" && !query.has("tagging");

/** The keys that DeleteObjects names; a version that it names is another right's. */
const deletedKeys = (request: AwsRequest): string[] => {
  const keys = [...request.body.toString("utf8").matchAll(/<Object>\s*<Key>([^<&]+)<\/Key>\s*<\/Object>/g)];
  const named = request.body.toString("utf8").split("<Object>").length - 1;
  return named === keys.length && named > 0 ? keys.map(([, key]) => key!) : unknown(request);
};

/** Tags of the object, or of one of its versions ("PutObjectTagging", S3's API reference). */
const tagCall = (request: AwsRequest, resource: string): Call => {
  const version = request.query.get("versionId");
  if (request.method !== "PUT") return unknown(request);
  return version === null
    ? { action: "s3:PutObjectTagging", resource, context: {} }
    : { action: "s3:PutObjectVersionTagging", resource, context: { "s3:VersionId": version } };
};

export const s3Calls = (request: AwsRequest): Call[] => {
  const { bucket, method, path, query, headers } = request;
  if (bucket === undefined || OTHER_OPERATIONS.some((name) => query.has(name)) || "x-amz-copy-source" in headers)
    return unknown(request);
  const key = path.slice(1);
  const objects = `arn:aws:s3:::${bucket}/`;
  if (key === "" && method === "POST" && query.has("delete"))
    return deletedKeys(request).map((one) => ({ action: "s3:DeleteObject", resource: objects + one, context: {} }));
  if (key === "")
    return method === "GET" && query.get("list-type") === "2" ? [listCall(bucket, query)] : unknown(request);
  if (query.has("tagging")) return [tagCall(request, objects + key)];
  if (query.has("versionId")) return unknown(request);
  const on = (action: string, context: Call["context"] = {}): Call => ({
    action,
    resource: objects + key,
    context,
  });
  switch (method) {
    case "GET":
    case "HEAD":
      return [on("s3:GetObject")];
    case "PUT": {
      const context = Object.fromEntries(
        Object.entries(FROM_HEADERS).flatMap(([header, name]) => (header in headers ? [[name, headers[header]!]] : [])),
      );
      // "To perform conditional writes with an HTTP If-Match header you must have the s3:PutObject and s3:GetObject permissions"
      // (S3's user guide, conditional-writes).
      return "if-match" in headers ? [on("s3:PutObject", context), on("s3:GetObject")] : [on("s3:PutObject", context)];
    }
    default:
      return unknown(request);
  }
};

/** What S3 asks of a customer key on the caller's behalf (S3's user guide, UsingKMSEncryption). */
export const keyCall = (action: "kms:Decrypt" | "kms:GenerateDataKey", keyArn: string): Call => {
  const [, , , region, account] = keyArn.split(":") as [string, string, string, string, string];
  return {
    action,
    resource: keyArn,
    context: { "kms:ViaService": `s3.${region}.amazonaws.com`, "kms:CallerAccount": account },
  };
};
