/** The deployed functions, each run as its events would have it, under the world's faults. */
import { convertHour } from "../../handlers/convert/convertHour";
import { fetchHours, type FetchSettings } from "../../handlers/fetch/handler";
import { fetchRange, type FetchEvent } from "../../handlers/fetch/range";
import { updatePartitions } from "../../handlers/partitions/handler";
import { floorHour } from "../../src/model/windows";
import { runTogether, type Turn } from "./scheduler";
import { FaultySource } from "./source";
import { domainsOf, RAW, type Maintained, type Message, type World } from "./world";

type Task = (turn: Turn) => Promise<void>;
export type Run = readonly [app: string, event: FetchEvent];

/** Rows of one answer at most. */
const MOST_ROWS = 12;
/** How often a message is given before it is put aside: components/convertQueue has 5; fewer make it happen. */
const RECEIVES = 3;

const settingsOf = (app: string): FetchSettings => {
  const [domainName, ...furtherDomains] = domainsOf(app);
  return {
    app,
    appId: "d1a2b3c4d5e6f7",
    domainName: domainName!,
    furtherDomains,
    rawPrefix: RAW,
    delayMinutes: 60,
    lookbackHours: 3,
    settlingHours: 8,
    chunkDays: 1,
    openHours: app === "blog",
  };
};

/** One run of an app's fetcher; says whether it ended well. */
const fetchOnce = async (world: World, turn: Turn, [app, event]: Run): Promise<boolean> => {
  const { mishaps, rows, nowMs, numbers } = world;
  const store = world.process(turn, world.weak.fetch);
  const source = new FaultySource({ rows, app, nowMs, most: MOST_ROWS, numbers }, mishaps, world.random, turn, {
    refusal: world.weak.refusal,
    die: () => store.die(),
  });
  const refused = { open: () => turn().then(() => Promise.reject(new Error("AccessDenied: cannot assume the role"))) };
  const ports = { source: app === world.failing ? refused : source, store, clock: world.clock() };
  const settings = settingsOf(app);
  const fail = (error: unknown): boolean => {
    if (mishaps.calm && app !== world.failing) world.complain(`a calm run of ${app} failed: ${String(error)}`);
    return false;
  };
  try {
    const { hours, failures } = await fetchHours(ports, settings, fetchRange(event, settings));
    const failed = new Set(hours.filter(({ state }) => state === "failed").map(({ hour }) => Date.parse(hour)));
    for (const row of source.given) if (!failed.has(floorHour(row.ms))) world.owed.add(row.uri);
    return failures.length === 0 || fail(failures[0]);
  } catch (error) {
    return fail(error);
  } finally {
    source.given.forEach((row) => world.given.add(row.uri));
    source.cut.forEach((row) => world.cut.add(row.uri));
  }
};

/** Takes a message; whether it may be taken off the queue. */
const convertOnce = async (world: World, turn: Turn, key: string): Promise<boolean> => {
  const ports = { store: world.process(turn, world.weak.convert), clock: world.clock() };
  try {
    await convertHour(ports, { rawPrefix: RAW, privacy: { policy: "truncated" } }, key);
    return true;
  } catch (error) {
    if (world.mishaps.calm) world.complain(`a calm conversion failed: ${String(error)}`);
    return false;
  }
};

/** What SQS does with a message whose function failed. */
const giveBack = ({ mishaps, deadLetters }: World, message: Message, late: Message[]): void => {
  message.receives++;
  // A queue that cannot be reached takes nothing: the message stays where it was.
  const aside = mishaps.has("deadLetters") && message.receives >= RECEIVES && !mishaps.hit("deadLettersLost", 0.3);
  (aside ? deadLetters : late).push(message);
};

const converter =
  (world: World, fetching: () => boolean) =>
  async (turn: Turn): Promise<void> => {
    const { mishaps, random } = world;
    const late: Message[] = [];
    while (fetching() || world.queue.length > 0) {
      await turn();
      if (random.chance(0.3)) continue;
      const message = world.queue.splice(random.below(world.queue.length), 1)[0];
      if (message === undefined) continue;
      if (mishaps.hit("lateEvents", 0.3)) late.push(message);
      else if (!(await convertOnce(world, turn, message.key))) giveBack(world, message, late);
      if (mishaps.hit("duplicateEvents", 0.2)) late.push({ key: message.key, receives: 0 });
    }
    world.queue.push(...late);
  };

/**
 * Fetchers and two converters at once: conversions run while raw objects still change. Gives back the runs that failed: what
 * Lambda would put into the queue of failed runs.
 */
export const fetchAndConvert = async (
  world: World,
  runs: readonly Run[],
  others: readonly Task[] = [],
): Promise<Run[]> => {
  let fetching = runs.length;
  const failed: Run[] = [];
  const fetchers = runs.map((run) => async (turn: Turn) => {
    if (!(await fetchOnce(world, turn, run))) failed.push(run);
    fetching--;
  });
  const convert = converter(world, () => fetching > 0);
  await runTogether(world.random, [...fetchers, convert, convert, ...others]);
  return failed;
};

/** One run of the partition updater; says whether it was content. */
export const addPartitions = async (world: Maintained, apps: readonly string[], all: boolean): Promise<boolean> => {
  const settings = {
    bucket: "lake",
    database: "amplify_logs",
    table: "access_logs",
    workgroup: "maintenance",
    apps,
    timeoutSeconds: 60,
    tableDays: 30,
  };
  let waited = 0;
  const [done] = await runTogether(world.random, [
    async (turn: Turn): Promise<boolean> => {
      const store = world.process(turn);
      const ports = {
        store,
        engine: world.athena.engine(store),
        catalog: world.athena.catalog(store),
        clock: { now: () => world.nowMs + waited },
        sleep: (ms: number) => Promise.resolve(void (waited += ms)),
      };
      const states = await world.bucket.list("state/");
      const event = { time: new Date(world.nowMs).toISOString(), all };
      try {
        await updatePartitions(ports, settings, event);
      } catch (error) {
        if (world.mishaps.calm) world.complain(`a calm update of the partitions failed: ${String(error)}`);
        return false;
      }
      for (const { key } of states) {
        const [, app, date] = /app=(\w+)\/date=([\d-]+)\.json/.exec(key) ?? [];
        if (date !== undefined && !world.athena.partitions.has(`${app} ${date}`))
          world.complain(`the updater was content, and ${app} ${date} is no partition`);
      }
      return true;
    },
  ]);
  return done!.status === "fulfilled" && done!.value;
};
