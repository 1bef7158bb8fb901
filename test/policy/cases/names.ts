import { ABSENT, all, set } from "../changes";
import { broken, changed, onCompute, unknown, type RuleCases } from "./cases";

/** Resource, the property that holds its name, and a good name's parts. */
const NAMED = [
  ["hook", "name", "lm9"],
  ["hook-role", "name", "ir9"],
  ["managed", "name", "ip9"],
  ["machine", "name", "sf9"],
  ["fetch-schedule", "name", "eb9"],
  ["rule", "name", "eb9"],
  ["schedules", "name", "sg9"],
  ["work", "name", "sq9"],
  ["topic", "name", "sn9"],
  ["hook-errors", "name", "al9"],
  ["any", "alarmName", "al9"],
  ["dashboard", "dashboardName", "db9"],
  ["trail", "name", "ct9"],
  ["security", "name", "gs9"],
  ["crawler", "name", "gl9"],
] as const;
const each = (make: (name: string, property: string, code: string) => unknown[], places?: string[]) =>
  NAMED.map(([name, property, code]) =>
    broken(name, property, make(name, property, code), places === undefined ? {} : { places }),
  );
const unknowns = NAMED.map(([name, property]) => unknown(name, property));
const OTHER = "[{project}-]{type}{n}[-{app}]";

export const NAME_CASES: Readonly<Record<string, RuleCases>> = {
  "naming-pattern": onCompute({
    breaks: [
      ...each(() => [ABSENT, "", "whatever"]),
      broken("hook", "name", [
        "team-pipeline-intite-lm1",
        "Team-pipeline-intite-lm1-infpro",
        "team-pipeline-intite-lm-infpro",
      ]),
      broken("key-alias", "name", ["alias/whatever"]),
    ],
    unknowns,
    passes: [
      { title: "an app's", change: set("hook", "name", "team-pipeline-intite-lm1-infpro-shop_de") },
      { title: "an account's", change: set("hook", "name", "team-pipeline-intite-lm1-infpro-123456789012-shop") },
      { title: "a project with a hyphen", change: set("hook", "name", "my-team-pipeline-intite-lm1-infpro") },
      {
        title: "one that was cut to its limit",
        change: set("hook", "name", `team-pipeline-intite-lm1-${"infpro".padEnd(28, "x")}-0123abcd`),
      },
      { title: "a queue in order", change: set("work", "name", "team-pipeline-intite-sq1-infpro.fifo") },
    ],
  }),
  "naming-component": onCompute({
    breaks: [
      ...each((_, __, code) => [`team-billing-intite-${code}-infpro`]),
      changed("one that the setting leaves out", (resources) => resources, ["hook:name"], {
        components: ["logging"],
        include: ["^hook$"],
      }),
    ],
    unknowns,
    passes: [{ title: "a name of another pattern", change: set("hook", "name", "whatever") }],
  }),
  "naming-type-code": onCompute({
    breaks: each(() => ["team-pipeline-intite-zz1-infpro"]),
    unknowns,
  }),
  "naming-environment": onCompute({
    breaks: [
      ...each((_, __, code) => [`team-pipeline-intite-${code}-staging`]),
      changed("one that the setting leaves out", (resources) => resources, ["hook:name"], {
        environments: ["infdev"],
        include: ["^hook$"],
      }),
    ],
    unknowns,
    passes: [
      {
        title: "a pattern without an environment",
        change: set("hook", "name", "team-lm1"),
        settings: { pattern: OTHER, include: ["^hook$"] },
      },
    ],
  }),
  "naming-environment-is-stack": onCompute({
    breaks: each((_, __, code) => [`team-pipeline-intite-${code}-inftes`]),
    unknowns,
  }),
  "naming-length": onCompute({
    breaks: [
      broken("hook", "name", ["x".repeat(65)]),
      broken("hook-role", "name", ["x".repeat(65)]),
      broken("managed", "name", ["x".repeat(129)]),
      broken("machine", "name", ["x".repeat(81)]),
      broken("fetch-schedule", "name", ["x".repeat(65)]),
      broken("work", "name", ["x".repeat(81)]),
      broken("topic", "name", ["x".repeat(257)]),
      broken("hook-errors", "name", ["x".repeat(256)]),
      broken("trail", "name", ["x".repeat(129)]),
      broken("security", "name", ["x".repeat(256)]),
      broken("crawler", "name", ["x".repeat(256)]),
    ],
    unknowns,
    passes: [{ title: "a name as long as it may be", change: set("hook", "name", "x".repeat(64)) }],
  }),
  "naming-characters": onCompute({
    breaks: [...each(() => ["Team", "team.x"]), broken("key-alias", "name", ["alias/Team"])],
    unknowns,
    passes: [{ title: "no name at all", change: set("hook", "name", ABSENT) }],
  }),
  "naming-unique": onCompute({
    breaks: [
      changed("two functions", set("hook", "name", "team-pipeline-intite-lm1-infpro"), ["shop-fetch:name"]),
      changed("names that differ in case", set("hook", "name", "TEAM-pipeline-intite-lm1-infpro"), ["shop-fetch:name"]),
      changed("two queues", set("keyed", "name", "team-pipeline-intite-sq1-infpro"), ["keyed:name"]),
    ],
    unknowns,
    passes: [
      { title: "a queue and a function of one name", change: set("work", "name", "team-pipeline-intite-lm1-infpro") },
      {
        title: "functions in two regions",
        change: all(set("hook", "name", "team-pipeline-intite-lm1-infpro"), set("hook", "region", "eu-west-1")),
      },
      { title: "names that Pulumi makes up", change: all(set("hook", "name", ABSENT), set("plan", "name", ABSENT)) },
    ],
  }),
  "tags-present": onCompute({
    breaks: [
      ...["hook", "hook-role", "work", "topic", "machine", "rule", "schedules", "trail", "crawler"].flatMap((name) => [
        broken(name, "tags.Owner", [ABSENT, ""]),
        broken(name, "tags", [ABSENT], {
          places: ["Project", "Owner", "CostCenter", "Environment"].map((key) => `${name}:tags.${key}`),
        }),
      ]),
      changed("a key of the setting", (resources) => resources, ["hook:tags.Team"], {
        required: ["Team"],
        include: ["^hook$"],
      }),
    ],
    unknowns: [unknown("hook", "tags.Owner"), [{ resource: "hook", path: "tags" }]],
    notFor: [{ title: "a schedule, which takes none", change: (resources) => resources, resource: "fetch-schedule" }],
  }),
  "tags-allowed": onCompute({
    breaks: [
      broken("hook", "tags.Environment", ["staging", ""]),
      changed("a list of the setting", set("hook", "tags.CostCenter", "mine"), ["hook:tags.CostCenter"], {
        allowed: { CostCenter: ["web"] },
      }),
    ],
    unknowns: [unknown("hook", "tags.Environment")],
    passes: [{ title: "no tag", change: set("hook", "tags.Environment", ABSENT) }],
  }),
};
