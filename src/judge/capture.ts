/** Evaluates a program in a process of its own. */
import { fork } from "node:child_process";
import path from "node:path";
import { AmplifyLogsError } from "../errors";
import type { Capture } from "./captured";
import type { CaptureAnswer } from "./captureMain";
import type { Project } from "./project";

/** Lines of a program that ended by itself that are worth reading. */
const TAIL = 2000;

/** The resources of a project's program. What the program prints goes to standard error, since the verdict is the output. */
export const captureProject = (project: Project): Promise<Capture> =>
  new Promise((resolve, reject) => {
    const child = fork(path.join(__dirname, "captureMain.js"), [], {
      cwd: project.folder,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      serialization: "advanced",
      execArgv: [...process.execArgv, ...project.nodeArguments],
      // Node warns of much that the program's packages do; the verdict is what people want to read.
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data: Buffer) => (printed = (printed + data.toString("utf8")).slice(-TAIL)));
    }
    const fail = (reason: string): void =>
      reject(new AmplifyLogsError(`the program could not be evaluated: ${reason}`, { field: project.folder }));
    child.once("message", (message: CaptureAnswer) => {
      if ("capture" in message) resolve(message.capture);
      else fail(message.error);
    });
    child.once("error", (error) => fail(error.message));
    child.once("close", (code) => fail(`it ended by itself with ${code}: ${printed}`));
    child.send(project);
  });
