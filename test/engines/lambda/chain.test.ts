/** The whole pipeline out of its archives: fetch, S3's event, convert, partitions, compaction; on the Nodes that Lambda has. */
import { expect } from "chai";
import { NO_FAULTS } from "../../../src/local/simulator/faults";
import { registeredPartitions } from "../athenaApi/glue";
import { documentedCalls, KEPT } from "../iam/documented";
import { need } from "../tools/missing";
import { appsOf } from "./apps";
import { openCloud, type Cloud } from "./cloud";
import { variablesOf } from "./deployed";
import { hostileMessages, hostileRaw, runPastItsDeadline } from "./edges";
import { realStack, sharedJudge, sharedMoto } from "./engines";
import { expectedRows, type ExpectedRow } from "./expected";
import { placeGaps, type GapsAnswer } from "./gaps";
import { lambdaNode, type LambdaNode } from "./nodes";
import { callWithoutTls, judgeDocumented } from "./rights";
import { runBackfill } from "./backfill";
import { itMaintainsTheTable } from "./chainMaintenance";
import {
  answerOf,
  drain,
  errorOf,
  fetchAll,
  highestPeaks,
  inSandbox,
  scheduledEvent,
  type BatchAnswer,
  type FetchAnswer,
  type Peak,
} from "./run";
import { keysBelow, tableRows } from "./table";

const at = (text: string): number => Date.parse(`2026-${text}:00Z`);

const FIRST_RUN = "2026-08-15T10:05:00Z";
const SECOND_RUN = "2026-08-15T13:05:00Z";
/** Into the schedule's window: the clock at Amplify when the function runs. */
const MINUTES = 3 * 60_000;

/** Of an app's rows, few are of its branch's own domain, which is what the development stack asks for. */
const REQUESTS_PER_DAY = { infdev: 12_000, infpro: 1500 } as const;

const sorted = (rows: readonly ExpectedRow[]): string[] =>
  rows
    .map(({ app, hour, requestId, time, status, bytes }) => [app, hour, requestId, time, status, bytes].join(" "))
    .sort();

/** What differs between the stacks is their keys and their apps' domains; what differs between the Nodes is the same for each. */
const RUNS = [
  ["infdev", 22],
  ["infpro", 22],
  ["infpro", 24],
] as const;

for (const [stack, major] of RUNS) {
  describe(`Lambda: the chain of stack ${stack} on Node ${major}`, function () {
    this.timeout(180_000);
    let cloud: Cloud;
    let node: LambdaNode;
    let fetched = 0;
    const peaks: Peak[] = [];
    const requestsPerDay = REQUESTS_PER_DAY[stack];

    before(async function () {
      node = await need(this, `Node ${major}`, () => lambdaNode(major));
      const judge = await need(this, "IAM simulator", sharedJudge);
      const moto = await need(this, "moto", sharedMoto);
      const deployed = await need(this, `stack ${stack}`, () => realStack(stack));
      cloud = await openCloud({
        deployed,
        judge,
        moto,
        nowMs: Date.parse(FIRST_RUN) + MINUTES,
        traffic: {
          apps: appsOf(deployed),
          seed: "lambda",
          requestsPerDay,
          // Answers hold rows of other hours, some requests are throttled, and two days are too much for one answer.
          faults: { ...NO_FAULTS, strayRows: 1, throttle: 0.2 },
          maxRowsPerAnswer: requestsPerDay,
        },
      });
    });
    after(() => cloud?.close());

    const logged = (from: string, to: string, run: string): ExpectedRow[] =>
      expectedRows(
        { apps: appsOf(cloud.deployed), seed: "lambda", requestsPerDay },
        { fromMs: at(from), toMs: at(to), asOfMs: Date.parse(run) + MINUTES },
      );
    const hoursOf = (answers: ReadonlyMap<string, FetchAnswer>) => [...answers.values()].flatMap(({ hours }) => hours);
    const keys = (prefix: string): Promise<string[]> => keysBelow(cloud.s3, cloud.dataBucket, prefix);

    it("fetches the last hours, each into an object of its own", async () => {
      const answers = await fetchAll(cloud, node, peaks, "lookback", FIRST_RUN);
      const expected = logged("08-15T03:00", "08-15T09:00", FIRST_RUN);
      expect(expected.length).to.be.greaterThan(50);
      expect(hoursOf(answers).reduce((sum, { rows }) => sum + rows, 0)).to.equal(expected.length);
      fetched = new Set(expected.map(({ app, hour }) => `${app} ${hour}`)).size;
      expect(await keys("raw/")).to.have.length(fetched);
    });

    it("converts what S3 told of", async () => {
      const converted = await inSandbox(cloud, cloud.converter, node, peaks, (sandbox) => drain(cloud, sandbox));
      expect(converted).to.equal(fetched);
      expect(await keys("access_logs/")).to.have.length(fetched);
    });

    it("fetches two days again, in windows that Amplify does not refuse, with the rows that came late", async () => {
      cloud.setClock(Date.parse(SECOND_RUN) + MINUTES);
      const before = cloud.amplify.requests;
      const answers = await fetchAll(cloud, node, peaks, "settle", SECOND_RUN);
      for (const [app, { from, to, hours }] of answers) {
        expect([from, to], app).to.deep.equal(["2026-08-13T12:00:00.000Z", "2026-08-15T12:00:00.000Z"]);
        expect(hours, app).to.have.length(48);
        expect(await keys(`state/app=${app}/width`)).to.deep.equal([`state/app=${app}/width.json`]);
      }
      // Of one request an app, were nothing refused.
      expect(cloud.amplify.requests - before).to.be.at.least(2 * 3);
      expect(hoursOf(answers).reduce((sum, { late }) => sum + late, 0)).to.be.greaterThan(0);
    });

    it("ends in a table that holds each row of the log once, and no other", async () => {
      await inSandbox(cloud, cloud.converter, node, peaks, (sandbox) => drain(cloud, sandbox));
      const expected = logged("08-13T12:00", "08-15T12:00", SECOND_RUN);
      expect(expected.length).to.be.greaterThan(1000);
      expect(new Set(expected.map(({ requestId }) => requestId)).size).to.equal(expected.length);
      expect(sorted(await tableRows(cloud.s3, cloud.dataBucket))).to.deep.equal(sorted(expected));
    });

    it("writes nothing when it is run once more", async () => {
      const answers = await fetchAll(cloud, node, peaks, "lookback", SECOND_RUN);
      expect([...answers.values()].map(({ added }) => added)).to.deep.equal([0, 0]);
      expect(await cloud.messages()).to.deep.equal([]);
    });

    it("adds the partitions of all days that have files, and of today and tomorrow", async () => {
      const event = scheduledEvent(cloud, cloud.updater, "time", SECOND_RUN);
      const invocation = await inSandbox(cloud, cloud.updater, node, peaks, (sandbox) => sandbox.invoke(event));
      const days = ["2026-08-13", "2026-08-14", "2026-08-15", "2026-08-16"];
      const expected = appsOf(cloud.deployed).flatMap(({ name }) =>
        days.map((day) => [`${name}/${day}`, `s3://${cloud.dataBucket}/access_logs/app=${name}/date=${day}/`]),
      );
      expect(answerOf(invocation)).to.deep.equal({ partitions: expected.length, queries: 1, moved: 0, dropped: 0 });
      const { DATABASE, TABLE } = variablesOf(cloud.updater);
      expect(await registeredPartitions(cloud.glue, DATABASE!, TABLE!)).to.deep.equal(Object.fromEntries(expected));
    });

    it("looks for hours that are not proven, and has the backfill ask for them once", async () => {
      const { apps, expected } = await placeGaps(cloud, Date.now());
      const event = scheduledEvent(cloud, cloud.gapFinder, "time", new Date().toISOString());
      const [first, second] = await inSandbox(cloud, cloud.gapFinder, node, peaks, async (sandbox) => [
        answerOf<GapsAnswer>(await sandbox.invoke(event)),
        answerOf<GapsAnswer>(await sandbox.invoke(event)),
      ]);
      expect(first).to.include({ apps, gaps: apps, unrecoverable: 0, ranges: apps, waiting: 0 });
      expect(second).to.include({ gaps: apps, ranges: 0, waiting: apps });
      expect(cloud.backfills).to.have.length(1);
      const [{ name, input }] = cloud.backfills as [(typeof cloud.backfills)[number]];
      expect(name).to.equal(first.started);
      const { ranges, ...flags } = JSON.parse(input) as { ranges: object[] };
      expect(flags).to.deep.equal({ missing: true, tolerant: true });
      // In the order of the settings; the stack's functions come in any.
      expect(ranges).to.have.deep.members(expected);
    });

    it("plans a backfill, fetches it by turns and sums it up, as the state machine would", async () => {
      const { items, ends, sum } = await runBackfill(cloud, node, peaks, { from: "2026-08-11", to: "2026-08-12" });
      expect(items.map(({ app }) => app)).to.have.members(appsOf(cloud.deployed).map(({ name }) => name));
      expect(ends.map(({ work }) => [work.ranges, work.tally?.hours])).to.deep.equal(items.map(() => [[], 24]));
      const rows = logged("08-11T00:00", "08-12T00:00", SECOND_RUN).length;
      expect(rows).to.be.greaterThan(100);
      expect(sum.state).to.equal("complete");
      expect(sum.summary).to.include({
        apps: items.length,
        hours: items.length * 24,
        rows,
        added: rows,
        failedHours: 0,
      });
    });

    itMaintainsTheTable(() => ({ cloud, node, peaks }));

    it("puts a log file in an unknown format aside, and says so", async () => {
      cloud.serveLogFile(Buffer.from("when,who\n2026-08-10,somebody\n"));
      const range = { from: "2026-08-10T00:00:00Z", to: "2026-08-10T01:00:00Z" };
      for (const [app, lambda] of cloud.fetchers) {
        const invocation = await inSandbox(cloud, lambda, node, peaks, (sandbox) => sandbox.invoke(range));
        expect(errorOf(invocation)).to.match(/^PartialFailureError: .*It is kept at quarantine\/app=/);
        expect(await keys(`quarantine/app=${app}/date=2026-08-10/`)).to.have.length(1);
        expect(await keys(`rejected/app=${app}/date=2026-08-10/`)).to.have.length(1);
      }
      cloud.serveLogFile(undefined);
    });

    it("gives back the one message that cannot be converted, and does the others", async () => {
      await hostileRaw(cloud);
      const { batch, poisonId } = hostileMessages(cloud);
      const { answer, events } = await inSandbox(cloud, cloud.converter, node, peaks, async (sandbox) => ({
        answer: answerOf<BatchAnswer>(await sandbox.invoke(batch)),
        events: sandbox.logs,
      }));
      expect(answer).to.deep.equal({ batchItemFailures: [{ itemIdentifier: poisonId }] });
      // Failures and warnings go to the other stream: between the two there is no order.
      expect(events.flatMap(({ event }) => event ?? [])).to.have.members([
        "convert.converted",
        "convert.unchanged",
        "convert.failed",
        "convert.not-ours",
        "convert.gone",
        "convert.quarantined",
        "convert.ignored",
      ]);
      expect(await keys("rejected/app=shop/date=2026-08-09/")).to.have.length(2);
      expect(await keys("quarantine/app=shop/date=2026-08-09/")).to.have.length(1);
    });

    it("stops a query that is still running at the deadline", async () => {
      expect(await runPastItsDeadline(cloud, node)).to.match(/AmplifyLogsError: .*still (QUEUED|RUNNING).*was stopped/);
      expect(cloud.athena.executions.at(-1)?.state).to.equal("CANCELLED");
    });

    it("stays under each function's memory setting", () => {
      const highest = highestPeaks(peaks, node);
      expect(highest).to.have.length(7);
      for (const { lambda, peakBytes, memoryBytes } of highest) {
        expect(peakBytes, lambda).to.be.greaterThan(20e6);
        expect(peakBytes, lambda).to.be.lessThan(memoryBytes);
      }
    });

    it("made no call that its policies forbid, and none that nobody has taught the proxy", () => {
      const { rulings } = cloud.authority;
      expect(rulings.flatMap(({ missing }) => missing ?? [])).to.deep.equal([]);
      expect(rulings.filter(({ result }) => result !== "Allowed")).to.deep.equal([]);
      expect(rulings.length).to.be.greaterThan(400);
      expect(cloud.proxy.faults).to.deep.equal([]);
    });

    it("lets AWS's services do what they do with the stack's rights", async () => {
      const rulings = await judgeDocumented(cloud.authority, documentedCalls(cloud.deployed));
      expect(rulings.length).to.be.greaterThan(40);
      expect(rulings.filter(({ result }) => result !== "Allowed")).to.deep.equal([]);
    });

    it("refuses everything that does not come over TLS", async () => {
      const rulings = await callWithoutTls(cloud.authority);
      expect(rulings.length).to.be.at.least(7);
      for (const { result, statements } of rulings) {
        expect(result).to.equal("ExplicitlyDenied");
        expect(statements.join()).to.include("TlsOnly");
      }
    });

    it("has no statement that is wider than what was needed", () => {
      const unused = cloud.authority.ledger
        .unused()
        .filter(({ grant }) => !KEPT.some((kept) => kept.grant.test(grant)));
      expect(cloud.authority.ledger.size).to.be.greaterThan(80);
      expect(unused).to.deep.equal([]);
    });
  });
}
