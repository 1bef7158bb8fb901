/** An HTTP request to AWS, told apart by its host, and what IAM is asked about it. */

export interface AwsRequest {
  /** `s3`, `athena`: the first part of the host's name, or the one after the bucket's. */
  readonly service: string;
  readonly region: string;
  /** Of S3, where the host names one. */
  readonly bucket: string | undefined;
  readonly method: string;
  /** Decoded, with the leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query as they came. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly encrypted: boolean;
}

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const HOST =
  /^(?:(?<bucket>[a-z0-9][a-z0-9-]+)\.)?(?<service>[a-z0-9]+)\.(?<region>[a-z]{2}-[a-z]+-\d)\.amazonaws\.com$/;

/** @throws Error for a host that is none of AWS's regional ones. */
export const placeOf = (host: string): Pick<AwsRequest, "service" | "region" | "bucket"> => {
  const { bucket, service, region } = HOST.exec(host)?.groups ?? {};
  if (service === undefined || region === undefined) throw new Error(`${host} is no regional host of AWS`);
  return { service, region, bucket };
};

/** Who signed, and for which service and region: the first part of a version 4 signature. */
export interface Scope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

const CREDENTIAL = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/;

export const scopeOf = ({ headers }: AwsRequest): Scope | undefined => {
  const [, accessKeyId, region, service] = CREDENTIAL.exec(headers["authorization"] ?? "") ?? [];
  return accessKeyId === undefined ? undefined : { accessKeyId, region: region!, service: service! };
};

const XML = { "content-type": "application/xml" };
const JSON_ERROR = { "content-type": "application/x-amz-json-1.1" };

/** A refusal in the words and the form of the service. */
export const refusal = (request: AwsRequest, status: number, code: string, message: string): AwsAnswer => {
  const of = (headers: Record<string, string>, body: string): AwsAnswer => ({
    status,
    headers,
    body: Buffer.from(body),
  });
  const fields = `<Code>${code}</Code><Message>${message.replace(/[<>&]/g, "")}</Message>`;
  switch (request.service) {
    case "s3":
      return of(XML, `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${fields}</Error>`);
    case "sts":
      return of(XML, `<ErrorResponse><Error><Type>Sender</Type>${fields}</Error></ErrorResponse>`);
    default:
      return {
        ...of(
          { ...JSON_ERROR, "x-amzn-errortype": `${code}Exception` },
          JSON.stringify({ __type: `${code}Exception`, message }),
        ),
        status: request.service === "amplify" ? status : 400,
      };
  }
};
