/** What the engine does to resources, read from its log of events. */
import { existsSync, readFileSync } from "node:fs";

export interface Change {
  /** `create`, `update`, `delete`, `replace`, `create-replacement`, `delete-replaced`, `refresh`, … */
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Inputs that differ, by their first word. */
  readonly diffs: readonly string[];
  /** Those that force a replacement. */
  readonly keys: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Whether the engine refuses to delete or replace it. */
  readonly protect: boolean;
}

interface EventMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly diffs?: readonly string[] | null;
  readonly keys?: readonly string[] | null;
  readonly old?: { readonly inputs?: Record<string, unknown> } | null;
  readonly new?: { readonly inputs?: Record<string, unknown>; readonly protect?: boolean } | null;
}

interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: EventMetadata };
  readonly resOutputsEvent?: { readonly metadata: EventMetadata };
}

export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** Each event is a line; the last may be cut off. */
const events = (file: string): EngineEvent[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as EngineEvent)
    : [];

const silent = ["same", "read", "refresh"];

/** One change a resource and operation, in the engine's order; what stays the same is left out. */
export const readChanges = (file: string): Change[] => {
  const all = events(file);
  // What a refresh found stands in its outcome only.
  const refreshed = new Set(
    all.flatMap(({ resourcePreEvent }) =>
      resourcePreEvent?.metadata.op === "refresh" ? [resourcePreEvent.metadata.urn] : [],
    ),
  );
  return all.flatMap(({ resourcePreEvent, resOutputsEvent }) => {
    const outcome = resOutputsEvent?.metadata;
    const metadata =
      resourcePreEvent?.metadata ?? (outcome !== undefined && refreshed.has(outcome.urn) ? outcome : undefined);
    if (metadata === undefined || silent.includes(metadata.op)) return [];
    return [
      {
        op: metadata.op,
        urn: metadata.urn,
        type: metadata.type,
        name: nameOf(metadata.urn),
        diffs: metadata.diffs ?? [],
        keys: metadata.keys ?? [],
        inputs: metadata.new?.inputs ?? metadata.old?.inputs ?? {},
        protect: metadata.new?.protect ?? false,
      },
    ];
  });
};
