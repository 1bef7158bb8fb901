/** A certificate of a day for names of AWS's hosts, which only processes that are told so will trust. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface Certificate {
  /** PEM. */
  readonly key: string;
  /** PEM; its own authority. */
  readonly cert: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const DNS_NAME = 0x82;
const explicit = (number: number): number => 0xa0 + number;

/** One element of DER: tag, length, content (X.690). */
const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};

const objectId = (hex: string): Buffer => der(OBJECT_ID, Buffer.from(hex, "hex"));
const ECDSA_WITH_SHA256 = der(SEQUENCE, objectId("2a8648ce3d040302"));
const COMMON_NAME = objectId("550403");
const BASIC_CONSTRAINTS = objectId("551d13");
const ALTERNATIVE_NAMES = objectId("551d11");
const TRUE = Buffer.from([0x01, 0x01, 0xff]);

const utcTime = (ms: number): Buffer =>
  der(
    UTC_TIME,
    Buffer.from(
      `${new Date(ms)
        .toISOString()
        .replace(/[-:T]|\.\d+Z$/g, "")
        .slice(2)}Z`,
    ),
  );

const pem = (label: string, content: Buffer): string =>
  `-----BEGIN ${label}-----\n${content.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END ${label}-----\n`;

const DAY_MS = 86_400_000;

/** RFC 5280, as little of it as a TLS client wants. */
export const selfSigned = (names: readonly string[]): Certificate => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const who = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from("stand-in for AWS")))));
  const now = Date.now();
  const version3 = der(explicit(0), der(INTEGER, Buffer.from([2])));
  const serial = der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const alternatives = der(SEQUENCE, ...names.map((name) => der(DNS_NAME, Buffer.from(name))));
  const extensions = der(
    SEQUENCE,
    der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, der(OCTET_STRING, der(SEQUENCE, TRUE))),
    der(SEQUENCE, ALTERNATIVE_NAMES, der(OCTET_STRING, alternatives)),
  );
  const content = der(
    SEQUENCE,
    version3,
    serial,
    ECDSA_WITH_SHA256,
    who,
    der(SEQUENCE, utcTime(now - DAY_MS), utcTime(now + DAY_MS)),
    who,
    publicKey.export({ format: "der", type: "spki" }),
    der(explicit(3), extensions),
  );
  const signature = der(BIT_STRING, Buffer.from([0]), sign("sha256", content, privateKey));
  return {
    key: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    cert: pem("CERTIFICATE", der(SEQUENCE, content, ECDSA_WITH_SHA256, signature)),
  };
};
