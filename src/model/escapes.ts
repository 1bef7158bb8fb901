/**
 * Amplify's escapes: a backslash before ( ) and =, and percent-encoding. Both are undone once; what does not decode (a lone
 * backslash, %ZZ, bytes that are not UTF-8) stays as it is, so that nothing is lost.
 */

const BACKSLASHED = /\\([()=])/g;
const ENCODED_RUN = /(?:%[0-9A-Fa-f]{2})+/g;
const ENCODED_ASCII = /%[0-7][0-9A-Fa-f]/g;

const decodeRun = (run: string): string => {
  try {
    return decodeURIComponent(run);
  } catch {
    return run.replace(ENCODED_ASCII, (byte) => String.fromCharCode(parseInt(byte.slice(1), 16)));
  }
};

export const decodeField = (text: string): string => {
  let decoded = text;
  if (decoded.includes("\\")) decoded = decoded.replace(BACKSLASHED, "$1");
  if (decoded.includes("%")) decoded = decoded.replace(ENCODED_RUN, decodeRun);
  return decoded;
};

/** What Amplify writes for a value: commas are dropped, control characters, spaces, quotes and % are percent-encoded, ( and = get a backslash. */
export const encodeField = (text: string): string =>
  text
    .replaceAll(",", "")
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0020"%\\<>{}|^`\u007f-\u{10ffff}]/gu, (char) => {
      const bytes = Buffer.from(char, "utf8");
      return [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
    })
    .replace(/[(=]/g, "\\$&");
