import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { convertHour } from "../../../handlers/convert/convertHour";
import { fetchHours, type FetchOutcome, type FetchSettings } from "../../../handlers/fetch/handler";
import { WindowRefusedError } from "../../../src/errors";
import type { LogAnswer, TimeRange } from "../../../src/ports";
import { readParquet } from "../../../src/rows/parquetFile";
import { HOUR, logFile, logLine } from "../../rows/logLines";
import { Bucket } from "../bucket";
import { BOMB_BYTES } from "./answers";
import { TRANSPORT_FAULTS, type TransportFault } from "./faults";
import { closeFarSide, openThrough } from "./onTheWay";

const RANGE: TimeRange = { startMs: HOUR, endMs: HOUR + 3_600_000 };
const ROWS = Array.from({ length: 40 }, (_, row) =>
  logLine({ time: `13:${String(row).padStart(2, "0")}:00`, request_id: `id${row}`, uri: `/r/${row}` }),
);
const CONTENT = Buffer.from(logFile(ROWS));
const URIS = ROWS.map((_, row) => `/r/${row}`);

const SETTINGS: FetchSettings = {
  app: "shop",
  appId: "d1a2b3c4d5e6f7",
  domainName: "shop.example",
  rawPrefix: "raw",
  delayMinutes: 60,
  lookbackHours: 1,
  settlingHours: 1,
  chunkDays: 1,
};

/** What came, byte for byte, and how it ended. */
const read = async (answer: Promise<LogAnswer>): Promise<{ kind: string; bytes: number; error?: Error }> => {
  let bytes = 0;
  try {
    const found = await answer;
    if (found.kind !== "file") return { kind: found.kind, bytes };
    for await (const chunk of found.body) bytes += chunk.byteLength;
    return { kind: "file", bytes };
  } catch (error) {
    return { kind: "error", bytes, error: error as Error };
  }
};

describe("between the function and Amplify", function () {
  this.timeout(60_000);
  after(closeFarSide);

  describe("the source", () => {
    for (const fault of TRANSPORT_FAULTS as readonly TransportFault[]) {
      it(`${fault.name}: ${fault.outcome}`, async () => {
        const { answer, calls } = await openThrough(fault, CONTENT, RANGE);
        const { kind, bytes, error } = await read(answer);
        expect(calls, "calls of Amplify and downloads").to.deep.equal(fault.calls);
        switch (fault.outcome) {
          case "rows":
            expect([kind, bytes]).to.deep.equal(["file", CONTENT.length + (fault.name === "bomb" ? BOMB_BYTES : 0)]);
            break;
          case "quarantined":
            expect(kind).to.equal("file");
            break;
          case "no-url":
          case "blank":
            expect(kind).to.equal(fault.outcome);
            break;
          case "refused":
          case "failed":
            expect(error?.message).to.match(fault.says!).and.not.contain("secret");
            expect(error instanceof WindowRefusedError).to.equal(fault.outcome === "refused");
            break;
          default:
            fault.outcome satisfies never;
        }
      });
    }
  });

  describe("the pipeline", () => {
    let bucket: Bucket;
    beforeEach(() => (bucket = new Bucket()));

    const fetch = (fault: TransportFault | undefined, nowMs: number): Promise<FetchOutcome> => {
      const source = {
        open: async ({ range }: { range: TimeRange }) => (await openThrough(fault, CONTENT, range)).answer,
      };
      return fetchHours({ source, store: bucket, clock: { now: () => nowMs } }, SETTINGS, RANGE);
    };
    const convert = async (): Promise<void> => {
      const ports = { store: bucket, clock: { now: () => HOUR } };
      for (const { key } of await bucket.list("raw/"))
        await convertHour(ports, { rawPrefix: "raw", privacy: { policy: "full" } }, key);
    };
    const table = async (): Promise<string[]> => {
      const rows: string[] = [];
      for (const { key } of await bucket.list("access_logs/"))
        for (const row of await readParquet((await bucket.get(key))!.body)) rows.push(String(row["uri"]));
      return rows;
    };
    const content = async (prefix: string): Promise<string> => {
      const [object] = await bucket.list(prefix);
      return object === undefined ? "" : gunzipSync((await bucket.get(object.key))!.body).toString("latin1");
    };

    for (const fault of TRANSPORT_FAULTS as readonly TransportFault[]) {
      it(`${fault.name}: says what is known, and is whole after the next run`, async () => {
        const { hours, failures } = await fetch(fault, HOUR + 7_200_000);
        const state = { rows: "fetched", quarantined: "failed" }[fault.outcome as string] ?? fault.outcome;
        expect(hours.map((hour) => hour.state)).to.deep.equal([state]);
        expect(failures.length > 0).to.equal(state === "failed" || state === "refused");
        for (const failure of failures) expect(failure.message).to.match(fault.says!).and.not.contain("secret");
        await convert();
        if (fault.outcome === "rows") expect(await table()).to.deep.equal(URIS);
        else
          expect(URIS)
            .to.include.members(await table())
            .and.not.deep.equal(await table());

        // Put aside whole, and nothing of it in the table.
        if (fault.outcome === "quarantined") {
          expect(await table()).to.deep.equal([]);
          const lines = fault.name.startsWith("column") ? ROWS : [];
          expect((await content("quarantine/")).split("\n").slice(1, -1)).to.deep.equal(lines);
          expect(JSON.parse(await content("rejected/"))).to.include({ rule: "header" });
        } else expect(await bucket.list("quarantine/")).to.deep.equal([]);

        const calm = await fetch(undefined, HOUR + 10_800_000);
        expect([calm.hours[0]!.state, calm.failures]).to.deep.equal(["fetched", []]);
        await convert();
        expect(await table()).to.deep.equal(URIS);
      });
    }

    it("keeps what came before a download broke off, and does not call the hour proven", async () => {
      const shortBody = TRANSPORT_FAULTS.find(({ name }) => name === "shortBody");
      const { hours } = await fetch(shortBody, HOUR + 7_200_000);
      await convert();
      const came = await table();
      expect(came).to.deep.equal(URIS.slice(0, came.length));
      expect([hours[0]!.state, came.length > 10 && came.length < 30]).to.deep.equal(["failed", true]);
    });
  });
});
