/** A provider that takes every resource as it is: what the packs say of it comes from its inputs. Started by the engine. */
import { main, type Provider } from "@pulumi/pulumi/provider";

const suffix = "0a1b2c3";
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

class AnyProvider implements Provider {
  readonly version = process.env["AWS_DOUBLE_VERSION"] ?? "7.0.0";

  /** As the bridge does: a resource without a name gets one that ends in random characters. */
  check = (
    urn: string,
    _olds: unknown,
    news: Record<string, unknown>,
  ): Promise<{ inputs: Record<string, unknown> }> => {
    const key = urn.includes("aws:s3/bucket:Bucket::") ? "bucket" : "name";
    return Promise.resolve({ inputs: { [key]: `${nameOf(urn)}-${suffix}`, ...news } });
  };

  create = (urn: string, inputs: Record<string, unknown>) =>
    Promise.resolve({
      id: nameOf(urn),
      outs: { ...inputs, arn: `arn:aws:any:eu-central-1:123456789012:${nameOf(urn)}` },
    });

  diff = () => Promise.resolve({ changes: false });
  delete = () => Promise.resolve();
}

void main(new AnyProvider(), process.argv.slice(2));
