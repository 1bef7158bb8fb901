import { createHmac } from "node:crypto";
import { isIP } from "node:net";
import { InputError } from "../errors";

/** full keeps addresses, truncated keeps /24 or /48, hashed keeps a keyed hash, dropped keeps nothing. Default: truncated. */
export const IP_POLICIES = ["full", "truncated", "hashed", "dropped"] as const;
export type IpPolicy = (typeof IP_POLICIES)[number];
export const DEFAULT_IP_POLICY: IpPolicy = "truncated";

/** What stands where nothing may, or can, be told: the log's own null. */
const NOTHING = "-";
const HASH_HEX = 32;

interface Address {
  readonly version: 4 | 6;
  /** Four bytes, or eight groups of 16 bits. */
  readonly parts: readonly number[];
}

const groupsOf = (half: string): number[] => {
  if (half === "") return [];
  return half.split(":").flatMap((group) => {
    if (!group.includes(".")) return [parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
};

const parseV6 = (text: string): number[] => {
  const [head = "", tail] = text.split("::");
  const first = groupsOf(head);
  if (tail === undefined) return first;
  const last = groupsOf(tail);
  return [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
};

/** Reads an address; IPv4-mapped IPv6 (::ffff:192.0.2.1) is the IPv4 address that it stands for. */
const parseAddress = (text: string): Address | undefined => {
  const version = isIP(text);
  if (version === 4) return { version, parts: text.split(".").map(Number) };
  if (version !== 6) return undefined;
  const parts = parseV6(text.replace(/%.*$/, ""));
  const mapped = parts[5] === 0xffff && parts.slice(0, 5).every((group) => group === 0);
  if (!mapped) return { version: 6, parts };
  return { version: 4, parts: parts.slice(6).flatMap((group) => [group >> 8, group & 0xff]) };
};

const truncate = ({ version, parts }: Address): string => {
  if (version === 4) return `${parts.slice(0, 3).join(".")}.0`;
  const kept = parts.slice(0, 3);
  // 6to4 carries a whole IPv4 address in its first 48 bits: keep /24 of that.
  if (kept[0] === 0x2002) kept[2] = kept[2]! & 0xff00;
  while (kept.at(-1) === 0) kept.pop();
  return `${kept.map((group) => group.toString(16)).join(":")}::`;
};

/** One text for all spellings of an address: equal addresses must have equal hashes. */
const canonical = ({ version, parts }: Address): string =>
  version === 4 ? parts.join(".") : parts.map((group) => group.toString(16)).join(":");

const hash = (address: Address, salt: string | undefined): string => {
  if (salt === undefined || salt === "") {
    throw new InputError("the policy hashed needs a salt: hashes without one are undone by trying all addresses", {
      field: "ipPolicy",
      value: "hashed",
      fix: "pass the salt, or choose truncated",
    });
  }
  return createHmac("sha256", salt).update(canonical(address)).digest("hex").slice(0, HASH_HEX);
};

const treat = (policy: IpPolicy, address: Address, salt: string | undefined): string => {
  switch (policy) {
    case "full":
      return canonical(address);
    case "truncated":
      return truncate(address);
    case "hashed":
      return hash(address, salt);
    case "dropped":
      return NOTHING;
    default:
      return policy satisfies never;
  }
};

/** Treats a field that is one address. Under any policy but full, what is no address becomes `-`: one may hide in it. */
export const treatAddress = (policy: IpPolicy, text: string, salt?: string): string => {
  if (policy === "full") return text;
  const address = parseAddress(text);
  return address === undefined ? NOTHING : treat(policy, address, salt);
};

const BRACKETED = /^\[([^\]]*)\](?::\d{1,5})?$/;
const V4_WITH_PORT = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/;

/** Treats x-forwarded-for, decoded: addresses between commas or, since Amplify drops commas, spaces; ports are dropped. */
export const treatForwardedFor = (policy: IpPolicy, text: string, salt?: string): string => {
  if (policy === "full") return text;
  if (policy === "dropped") return NOTHING;
  return text.replace(/[^\s,]+/g, (entry) => {
    const bare = BRACKETED.exec(entry)?.[1] ?? V4_WITH_PORT.exec(entry)?.[1] ?? entry;
    return treatAddress(policy, bare, salt);
  });
};

/**
 * Escapes are stepped over, or `%202001:db8::1` would begin with 20; encoded dots and colons belong to the address. What
 * follows is every run that could hold one.
 */
const ESCAPE_OR_RUN = /%(?!(?:25)*(?:2E|3A))[0-9A-F]{2}(?![.:])|(?:[0-9A-F:.]|%(?:25)*(?:2E|3A))+/gi;
const ENCODED_DOT = /%(?:25)*2E/gi;
const ENCODED_COLON = /%(?:25)*3A/gi;
const V4_RUN = /\d+(?:\.\d+){3,}/g;

/** Whether digits that are no address as a whole contain one, as `20255.6.7.8` does. `32.0.1700.77` does not. */
const hidesV4 = (run: string): boolean => {
  const groups = run.split(".");
  return groups.some(
    (_, at) => at + 3 < groups.length && Number(groups[at + 1]) <= 255 && Number(groups[at + 2]) <= 255,
  );
};

const redactV4 = (policy: IpPolicy, text: string, salt: string | undefined): string =>
  text.replace(V4_RUN, (run) => {
    const address = parseAddress(run);
    if (address !== undefined) return treat(policy, address, salt);
    return hidesV4(run) ? NOTHING : run;
  });

/** Five groups and more are a MAC or a piece of an IPv6 address; 16:25:50 and 16:25:50:123 are times of day. */
const MANY_COLONS = 4;

const redactRun = (policy: IpPolicy, run: string, salt: string | undefined): string => {
  const text = run.replace(ENCODED_DOT, ".").replace(ENCODED_COLON, ":");
  const [, before = "", middle = "", after = ""] = /^((?:\.|:(?!:))*)(.*?)((?:\.|(?<!:):)*)$/.exec(text) ?? [];
  const colons = middle.split(":").length - 1;
  if (colons >= 2 && middle !== "::") {
    const address = parseAddress(middle);
    if (address !== undefined) return `${before}${treat(policy, address, salt)}${after}`;
    if (middle.includes("::") || colons >= MANY_COLONS) return NOTHING;
  }
  const redacted = redactV4(policy, text, salt);
  return redacted === text ? run : redacted;
};

/**
 * Treats every address inside free text. Errs on the side of hiding: what merely looks like one is treated too. Redact before
 * cutting text off, or half an address may stay.
 */
export const redactAddresses = (policy: IpPolicy, text: string, salt?: string): string =>
  policy === "full" ? text : text.replace(ESCAPE_OR_RUN, (run) => redactRun(policy, run, salt));
