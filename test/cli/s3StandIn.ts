/** S3 on loopback, one bucket by path: reads, listings, and writes with their conditions. Everything else is refused. */
import { createHash } from "node:crypto";
import { listen, type Loopback } from "../aws/server";

const etagOf = (body: Buffer): string => `"${createHash("md5").update(body).digest("hex")}"`;

export class S3StandIn {
  readonly objects = new Map<string, Buffer>();
  /** Who asked, by the access key in the signature. */
  readonly signers = new Set<string>();
  private server: Loopback | undefined;

  constructor(private readonly bucket: string) {}

  async start(): Promise<void> {
    this.server = await listen(({ method, path, headers, bytes }, response) => {
      const { pathname, searchParams } = new URL(path, "http://s3");
      const signer = /Credential=([^/]+)\//.exec(String(headers.authorization))?.[1];
      if (signer !== undefined) this.signers.add(signer);
      const [, bucket, ...rest] = decodeURIComponent(pathname).split("/");
      const key = rest.join("/");
      const refuse = (status: number, code: string): void => {
        response.writeHead(status, { "content-type": "application/xml" });
        response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
      };
      if (bucket !== this.bucket) return refuse(404, "NoSuchBucket");
      const stored = this.objects.get(key);
      if (method === "GET" && key === "") {
        const prefix = searchParams.get("prefix") ?? "";
        const found = [...this.objects]
          .filter(([name]) => name.startsWith(prefix))
          .sort(([a], [b]) => (a < b ? -1 : 1));
        const contents = found.map(
          ([name, body]) =>
            `<Contents><Key>${name}</Key><Size>${body.length}</Size><ETag>${etagOf(body)}</ETag><LastModified>2024-11-05T00:00:00.000Z</LastModified></Contents>`,
        );
        response.setHeader("content-type", "application/xml");
        return void response.end(
          `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`,
        );
      }
      if (method === "GET") {
        if (stored === undefined) return refuse(404, "NoSuchKey");
        response.writeHead(200, { etag: etagOf(stored), "content-length": stored.length });
        return void response.end(stored);
      }
      if (method !== "PUT" || headers["content-encoding"] === "aws-chunked") return refuse(501, "NotImplemented");
      const isBusy =
        headers["if-none-match"] === "*"
          ? stored !== undefined
          : headers["if-match"] !== undefined && (stored === undefined || headers["if-match"] !== etagOf(stored));
      if (isBusy) return refuse(412, "PreconditionFailed");
      this.objects.set(key, bytes);
      response.setHeader("etag", etagOf(bytes));
      response.end();
    });
  }

  get url(): string {
    return this.server!.url;
  }

  async stop(): Promise<void> {
    await this.server?.close();
  }
}
