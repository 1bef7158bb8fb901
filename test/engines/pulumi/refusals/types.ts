/** What the provider's own types refuse. */
import { fn, rules, schedule, table, type Refusal } from "./scene";

export const PROVIDER_TYPES: readonly Refusal[] = [
  ["Bucket", { bucket: "ok-name", colour: "red" }, /^colour: An argument named "colour" is not expected here/],
  ["Function", { ...fn, role: undefined }, /^role: Missing required argument: The argument "role" is required/],
  ["Function", { ...fn, timeout: "60" }, /^timeout: expected a number, got string/],
  [
    "Function",
    { ...fn, environment: { variables: { A: 1 } } },
    /^environment\.variables\.A: expected a string, got number/,
  ],
  [
    "Table",
    { ...table, storageDescriptor: { columns: [{ name: "a", typ: "int" }] } },
    /^storageDescriptor\.columns\[0\]\.typ: An argument named "typ" is not expected/,
  ],
  ["Lifecycle", rules({ expiration: { day: 1 } }), /^rules\[0\]\.expiration\.day: An argument named "day"/],
  ["Schedule", { ...schedule, flexibleTimeWindow: undefined }, /^flexibleTimeWindow: Missing required argument/],
];
