/** The command as a user runs it: a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

const MAIN = path.join(__dirname, "../../src/cli/main.js");

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const runCommand = async (
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> => {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      NO_COLOR: "1",
      NODE_NO_WARNINGS: "1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "eu-central-1",
      ...environment,
    },
  });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (data: Buffer) => stdout.push(data));
  child.stderr.on("data", (data: Buffer) => stderr.push(data));
  const [status] = (await once(child, "close")) as [number];
  return { status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
};
