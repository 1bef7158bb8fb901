/** Trino's server with the one connector that Athena is made of, and a Java that runs it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync } from "node:fs";
import path from "node:path";
import { installed, onPath } from "./cache";
import { mustRun } from "./processes";

export const TRINO_VERSION = "476";
/** The first Java that this Trino takes. */
const MIN_JAVA = 24;
const MAVEN_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";
const JDK_FOLDERS = ["/usr/lib/jvm", "/opt", "/Library/Java/JavaVirtualMachines"];

const majorOf = (home: string): number => {
  const release = path.join(home, "release");
  if (!existsSync(release)) return 0;
  return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, "utf8"))?.[1] ?? 0);
};

/** The home of a Java that is new enough: JAVA_HOME, the one on PATH, or the newest in the usual folders. */
export const findJava = (): string => {
  const command = onPath("java");
  const known = [
    ...(process.env["JAVA_HOME"] === undefined ? [] : [process.env["JAVA_HOME"]]),
    ...(command === undefined ? [] : [path.resolve(realpathSync(command), "..", "..")]),
  ];
  const fit = known.find((home) => majorOf(home) >= MIN_JAVA);
  if (fit !== undefined) return fit;
  const [newest] = JDK_FOLDERS.filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .flatMap((home) => [home, path.join(home, "Contents", "Home")])
    .filter((home) => majorOf(home) >= MIN_JAVA)
    .sort((a, b) => majorOf(b) - majorOf(a));
  if (newest !== undefined) return newest;
  throw new Error(`Trino ${TRINO_VERSION} needs Java ${MIN_JAVA} or later: set JAVA_HOME to one`);
};

/** Both artefacts, through Maven with whatever settings the user has; what Maven keeps besides is thrown away. */
const download = async (folder: string): Promise<void> => {
  const maven = onPath("mvn");
  if (maven === undefined) throw new Error("Trino is downloaded by Maven: mvn is not on PATH");
  for (const artifact of [
    `io.trino:trino-server-core:${TRINO_VERSION}:tar.gz`,
    `io.trino:trino-hive:${TRINO_VERSION}:zip`,
  ]) {
    await mustRun(
      maven,
      [
        "-q",
        "-B",
        `-Dmaven.repo.local=${path.join(folder, "repository")}`,
        `${MAVEN_PLUGIN}:copy`,
        `-Dartifact=${artifact}`,
        `-DoutputDirectory=${folder}`,
      ],
      { cwd: folder },
    );
  }
};

/** A folder with `lib/` (the server) and `plugin/hive/`. */
export const trinoFolder = (): Promise<string> =>
  installed("trino", TRINO_VERSION, async (folder) => {
    const scratch = path.join(folder, "scratch");
    mkdirSync(path.join(folder, "plugin"), { recursive: true });
    mkdirSync(scratch);
    await download(scratch);
    await mustRun("tar", ["xzf", `trino-server-core-${TRINO_VERSION}.tar.gz`], { cwd: scratch });
    await mustRun(path.join(findJava(), "bin", "jar"), ["xf", `trino-hive-${TRINO_VERSION}.zip`], { cwd: scratch });
    renameSync(path.join(scratch, `trino-server-core-${TRINO_VERSION}`, "lib"), path.join(folder, "lib"));
    renameSync(path.join(scratch, `trino-hive-${TRINO_VERSION}`), path.join(folder, "plugin", "hive"));
    await mustRun("rm", ["-rf", scratch]);
  });
