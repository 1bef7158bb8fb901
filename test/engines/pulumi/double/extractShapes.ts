/** Reads AWS's service models, as botocore ships them, for the calls that the double makes. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { installed, onPath } from "../../tools/cache";
import { mustRun } from "../../tools/processes";
import type { ServiceModel, ServiceModels, Shape } from "./shapes";

export const BOTOCORE_VERSION = "1.44.5";

export const botocoreData = async (): Promise<string> => {
  const folder = await installed("botocore", BOTOCORE_VERSION, async (target) => {
    const python = onPath("python3");
    if (python === undefined) throw new Error("AWS's service models need python3 with pip on PATH");
    const what = ["install", "-q", "--no-deps", "--target", target, `botocore==${BOTOCORE_VERSION}`];
    await mustRun(python, ["-m", "pip", ...what]);
  });
  return path.join(folder, "botocore", "data");
};

interface BotocoreModel {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const read = (data: string, service: string): BotocoreModel => {
  const newest = readdirSync(path.join(data, service)).sort().pop()!;
  const file = path.join(data, service, newest, "service-2.json.gz");
  return JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as BotocoreModel;
};

const constraints = ({ type, required, members, member, value, pattern, min, max, ...rest }: Shape): Shape => ({
  type,
  required,
  members: members && Object.fromEntries(Object.entries(members).map(([name, { shape }]) => [name, { shape }])),
  member: member && { shape: member.shape },
  value: value && { shape: value.shape },
  enum: rest.enum,
  pattern,
  min,
  max,
});

const reduce = (model: BotocoreModel, operations: readonly string[]): ServiceModel => {
  const inputs = operations.map((operation) => {
    const shape = model.operations[operation]?.input?.shape;
    if (shape === undefined) throw new Error(`botocore knows no operation ${operation} with an input`);
    return [operation, shape] as const;
  });
  const shapes: Record<string, Shape> = {};
  const pending = inputs.map(([, shape]) => shape);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (shapes[name] !== undefined) continue;
    const shape = constraints(model.shapes[name]!);
    shapes[name] = shape;
    pending.push(
      ...[...Object.values(shape.members ?? {}), shape.member, shape.value].flatMap((inner) => inner?.shape ?? []),
    );
  }
  return { operations: Object.fromEntries(inputs), shapes };
};

export const extractShapes = async (
  calls: readonly { readonly service: string; readonly operation: string }[],
): Promise<ServiceModels> => {
  const data = await botocoreData();
  const services = [...new Set(calls.map(({ service }) => service))];
  return Object.fromEntries(
    services.map((service) => [
      service,
      reduce(
        read(data, service),
        calls.filter((call) => call.service === service).map(({ operation }) => operation),
      ),
    ]),
  );
};
