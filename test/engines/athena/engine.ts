/** Trino on moto, with a log of what it asks Glue and a clock that can be set: started once for all suites of this folder. */
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { openFakeClock, type FakeClock } from "../tools/faketime";
import { startGlueLog, type GlueLog } from "../tools/glueLog";
import { MOTO_CREDENTIALS, MOTO_REGION, startMoto } from "../tools/moto";
import { startTrino, type Trino, type TrinoSession } from "../tools/trino";

export interface AthenaEngine extends Trino {
  readonly motoUrl: string;
  readonly glue: GlueClient;
  readonly s3: S3Client;
  readonly glueLog: GlueLog;
  /** Sets Trino's clock and waits until it is that late there. */
  setClock(instant: string): Promise<void>;
}

/** A minute: what a clock that was set may be off by. */
const TOLERANCE_MS = 60_000;

export const setTrinoClock = async (clock: FakeClock, trino: Trino, instant: string): Promise<void> => {
  clock.set(instant);
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { rows } = await trino.query("SELECT to_unixtime(current_timestamp)");
    if (Math.abs(Number(rows[0]![0]) * 1000 - Date.parse(instant)) < TOLERANCE_MS) return;
    if (Date.now() > deadline) throw new Error(`Trino's clock did not become ${instant}`);
  }
};

const open = async (): Promise<AthenaEngine> => {
  const moto = await startMoto();
  const glueLog = await startGlueLog(moto.url);
  const clock = await openFakeClock();
  const trino = await startTrino({ glueUrl: glueLog.url, s3Url: moto.url, clock });
  const client = { endpoint: moto.url, region: MOTO_REGION, credentials: MOTO_CREDENTIALS };
  return {
    version: `${trino.version} with moto ${moto.version}`,
    url: trino.url,
    motoUrl: moto.url,
    glue: new GlueClient(client),
    s3: new S3Client({ ...client, forcePathStyle: true }),
    glueLog,
    query: (sql: string, session?: TrinoSession) => trino.query(sql, session),
    setClock: (instant) => setTrinoClock(clock, trino, instant),
    stop: async () => {
      await trino.stop();
      await glueLog.stop();
      await moto.stop();
      clock.remove();
    },
  };
};

let opened: Promise<AthenaEngine> | undefined;

/** The same one for every suite; it is stopped when all suites are through. */
export const openEngine = (): Promise<AthenaEngine> => (opened ??= open());

after(async () => {
  const engine = await opened?.catch(() => undefined);
  await engine?.stop();
});
