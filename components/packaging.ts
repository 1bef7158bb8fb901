/** What a function's archive holds: its bundle and the few lines that load it, nothing else. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { InputError } from "../src/errors";

export type Bundle = "fetch" | "convert" | "partitions" | "compact" | "gaps" | "plan" | "cloudfront" | "applogs";

const BUNDLE_FILE = "handler.js";
const LOADER_FILE = "__index.js";

const readPackage = (file: string): { name?: string; dependencies?: Record<string, string> } =>
  JSON.parse(readFileSync(file, "utf8")) as { name?: string; dependencies?: Record<string, string> };

const findUp = (start: string, accepts: (file: string) => boolean): string | undefined => {
  for (let folder = start; ; folder = path.dirname(folder)) {
    const file = path.join(folder, "package.json");
    if (existsSync(file) && accepts(file)) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
};

/** The folder of this package. */
export const packageFolder = (): string =>
  findUp(__dirname, (file) => readPackage(file).name === "amplify-log-pipeline") ?? __dirname;

/** The built handler in this package. */
export const bundlePath = (bundle: Bundle): string => {
  const file = path.join(packageFolder(), "dist", "bundles", `${bundle}.js`);
  if (existsSync(file)) return file;
  throw new InputError("the built handler is missing", {
    field: "dist/bundles",
    value: `${bundle}.js`,
    fix: "run npm run build",
  });
};

/** CallbackFunction would walk and ship the caller's dependencies: name them all, so that it looks at none. */
export const excludedPackages = (): string[] => {
  const root = findUp(process.cwd(), () => true);
  return root === undefined ? [] : Object.keys(readPackage(path.join(root, "package.json")).dependencies ?? {});
};

/** Loads the bundle where the function runs: this closure is serialised, and its require copied as it stands. */
export const loadHandler = (): ((...args: unknown[]) => unknown) =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- resolved in the archive, not here
  (require("./handler.js") as { handler: () => unknown }).handler;

/** Replaces the archive that CallbackFunction made: its loader stays, the bundle comes in, all else goes. */
export const packWith =
  (bundle: Bundle): pulumi.ResourceTransformation =>
  ({ type, props, opts }) => {
    if (type !== "aws:lambda/function:Function") return undefined;
    const { code } = props as { code: pulumi.Output<pulumi.asset.AssetArchive> };
    const packed = code.apply(async (archive) => {
      const loader = (await archive.assets)[LOADER_FILE]!;
      return new pulumi.asset.AssetArchive({
        [LOADER_FILE]: loader,
        [BUNDLE_FILE]: new pulumi.asset.FileAsset(bundlePath(bundle)),
      });
    });
    return { props: { ...props, code: packed }, opts };
  };
