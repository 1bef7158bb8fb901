/** The kinds of faults, and who decides whether one happens now. */
import type { Random } from "../../src/local/simulator/random";
import { TRANSPORT_FAULTS, type TransportFaultName } from "./transport/faults";

/** One kind of fault each; a history has some of them, so that no fault hides behind another. */
export const WORLD_FAULTS = [
  "sourceErrors",
  "refusals",
  "emptyAnswers",
  "partialAnswers",
  "rowsOutside",
  "cutBodies",
  "cleanCuts",
  "unknownHeaders",
  "hostileValues",
  "hostileLines",
  "deaths",
  "deathsMidBody",
  "storeRefusals",
  "denials",
  "conflicts",
  "lostAnswers",
  "slowWrites",
  "runsAtOnce",
  "missedTicks",
  "lateEvents",
  "duplicateEvents",
  "deadLetters",
  "deadLettersLost",
  "expiredRaw",
  "athenaFaults",
  "glueConflicts",
  "unloadLies",
  "compactionStops",
  "stepsTwice",
  "compactionsAtOnce",
  "supersededExpires",
  "tableReplaced",
  "appRemoved",
  "oneAppFails",
  "clockSkew",
] as const;
export type WorldFault = (typeof WORLD_FAULTS)[number];
export type FaultKind = WorldFault | TransportFaultName;

export const FAULT_KINDS: readonly FaultKind[] = [...WORLD_FAULTS, ...TRANSPORT_FAULTS.map(({ name }) => name)];

/** Few faults that together make races: among many others they are rare. */
const RACES: readonly (readonly FaultKind[])[] = [
  ["runsAtOnce", "partialAnswers", "slowWrites", "lateEvents"],
  ["runsAtOnce", "partialAnswers", "slowWrites", "duplicateEvents"],
  ["expiredRaw", "partialAnswers", "runsAtOnce"],
  ["conflicts", "lostAnswers", "runsAtOnce", "duplicateEvents"],
  ["lateEvents", "partialAnswers", "compactionsAtOnce", "supersededExpires"],
  ["compactionStops", "stepsTwice", "slowWrites", "supersededExpires"],
  ["deaths", "compactionsAtOnce", "tableReplaced", "supersededExpires"],
];

/** The kinds of one history. */
export const drawKinds = (random: Random): FaultKind[] => {
  if (random.chance(0.3)) return [...random.pick(RACES)];
  const share = random.pick([0.15, 0.4]);
  return FAULT_KINDS.filter(() => random.chance(share));
};

/** Decides what goes wrong, and counts it. */
export class Mishaps {
  faults = 0;
  /** No more faults. */
  calm = false;

  constructor(
    private readonly random: Random,
    private readonly kinds: ReadonlySet<FaultKind>,
  ) {}

  has(kind: FaultKind): boolean {
    return this.kinds.has(kind);
  }

  /** Whether a fault of this kind happens now. */
  hit(kind: FaultKind, probability: number): boolean {
    if (this.calm || !this.kinds.has(kind) || !this.random.chance(probability)) return false;
    this.faults++;
    return true;
  }

  /** The probability of each of many calls; they are too many to count one by one. */
  share(kind: FaultKind, probability: number): number {
    return this.calm || !this.kinds.has(kind) ? 0 : probability;
  }

  /** The fault of the way between function and Amplify that happens now, if one does. */
  onTheWay(): TransportFaultName | undefined {
    const possible = TRANSPORT_FAULTS.map(({ name }) => name).filter((name) => this.kinds.has(name));
    if (this.calm || possible.length === 0 || !this.random.chance(0.12)) return undefined;
    this.faults++;
    return this.random.pick(possible);
  }
}
