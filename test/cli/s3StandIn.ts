/** S3 on loopback, one bucket by path: reads, listings in pages, and writes with their conditions. Everything else is refused. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { listen, type Loopback } from "../aws/server";

export class S3StandIn {
  readonly objects = new Map<string, Buffer>();
  /** Who asked, by the access key in the signature. */
  readonly signers = new Set<string>();
  /** What was asked of it, such as "PUT logs/a.json", in order. */
  readonly calls: string[] = [];
  /** Objects of one page of a listing. */
  pageSize = 1000;
  /** As with a key of KMS: ETags are no MD5. */
  encrypts = false;
  /** Keys whose writes are refused. */
  readonly forbidden = new Set<string>();
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
      this.calls.push(`${method} ${key}`);
      if (method === "GET" && key === "") {
        const prefix = searchParams.get("prefix") ?? "";
        const found = [...this.objects]
          .filter(([name]) => name.startsWith(prefix))
          .sort(([a], [b]) => (a < b ? -1 : 1));
        const after = searchParams.get("continuation-token") ?? searchParams.get("start-after") ?? "";
        const left = found.filter(([name]) => name > after);
        const page = left.slice(0, this.pageSize);
        const isUrl = searchParams.get("encoding-type") === "url";
        const contents = page.map(([name, body]) => {
          const shown = isUrl ? encodeURIComponent(name).replaceAll("%20", "+") : name;
          return `<Contents><Key>${shown}</Key><Size>${body.length}</Size><ETag>${this.etagOf(body)}</ETag><LastModified>2024-11-05T00:00:00.000Z</LastModified></Contents>`;
        });
        const more = page.length < left.length;
        const next = more ? `<NextContinuationToken>${page.at(-1)![0]}</NextContinuationToken>` : "";
        const encoding = isUrl ? "<EncodingType>url</EncodingType>" : "";
        response.setHeader("content-type", "application/xml");
        return void response.end(
          `<ListBucketResult><IsTruncated>${more}</IsTruncated>${encoding}${next}${contents.join("")}</ListBucketResult>`,
        );
      }
      if (method === "HEAD") {
        if (stored === undefined) return refuse(404, "NotFound");
        const sum = Buffer.alloc(4);
        sum.writeUInt32BE(crc32(stored));
        response.writeHead(200, {
          etag: this.etagOf(stored),
          "content-length": stored.length,
          ...(this.encrypts ? { "x-amz-server-side-encryption": "aws:kms" } : {}),
          ...(headers["x-amz-checksum-mode"] === "ENABLED" ? { "x-amz-checksum-crc32": sum.toString("base64") } : {}),
        });
        return void response.end();
      }
      if (method === "GET") {
        if (stored === undefined) return refuse(404, "NoSuchKey");
        response.writeHead(200, { etag: this.etagOf(stored), "content-length": stored.length });
        return void response.end(stored);
      }
      if (method !== "PUT" || headers["content-encoding"] === "aws-chunked") return refuse(501, "NotImplemented");
      if (this.forbidden.has(key)) return refuse(403, "AccessDenied");
      const isBusy =
        headers["if-none-match"] === "*"
          ? stored !== undefined
          : headers["if-match"] !== undefined && (stored === undefined || headers["if-match"] !== this.etagOf(stored));
      if (isBusy) return refuse(412, "PreconditionFailed");
      this.objects.set(key, bytes);
      response.setHeader("etag", this.etagOf(bytes));
      response.end();
    });
  }

  private etagOf(body: Buffer): string {
    return `"${createHash(this.encrypts ? "sha1" : "md5")
      .update(body)
      .digest("hex")
      .slice(0, 32)}"`;
  }

  get url(): string {
    return this.server!.url;
  }

  async stop(): Promise<void> {
    await this.server?.close();
  }
}
