/** Access logs as an attacker would have them written: every text that a stranger can choose is an attempt on the page. */
import { encodeField } from "../../../src/model/escapes";
import { logLine, type Fields } from "../../rows/logLines";

/** Runs wherever script runs, and leaves a mark that the test looks for. */
export const MARK = "__intruder";
const run = `window.${MARK}=1`;

const LONG = 4_096;
export const HOSTILE_TEXTS: readonly string[] = [
  `<script>${run}</script>`,
  `</style><script>${run}</script>`,
  `</title></head><body onload="${run}">`,
  `"><img src=x onerror=${run}>`,
  `' autofocus tabindex=1 onfocus='${run}`,
  `<svg onload=${run}><animate onbegin=${run} attributeName=x>`,
  `javascript:${run}//`,
  `<a href="data:text/html,<script>${run}</script>">click</a>`,
  `<link rel=stylesheet href=//198.51.100.9/x.css><style>*{display:none}</style>`,
  `<meta http-equiv=refresh content="0;url=https://198.51.100.9/">`,
  `--><iframe srcdoc="<script>top.${MARK}=1</script>"></iframe>`,
  "\u202egnp.exe\u202c\u2066right to left\u2069\u200b\u200f",
  "\u0000\u0007\u001b[31mred\u001b[0m\r\nX-Header: 1",
  "👩‍👩‍👧‍👦🏴‍☠️🇩🇪 emoji 数据 العربية עברית",
  "Z̸̢̡̛͎͉̟̈́̽a̵͕̔ļ̶̛̗͒g̷̬̔o̶̦͐",
  "<".repeat(LONG),
  "W".repeat(LONG),
  "&amp;&lt;&#x3c;".repeat(300),
  "/deep".repeat(800),
];

const PEOPLE =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML like Gecko) Chrome/151.0.0.0 Safari/537.36";

/** A person's view of a page; the id keeps it apart from the others. */
const row = (id: string, fields: Fields): string =>
  logLine({
    request_id: id,
    result_type: "Hit",
    sc_content_type: encodeField("text/html"),
    user_agent: encodeField(PEOPLE),
    ...fields,
  });

/** What each text may do in a page that is read, in an error, as a bot, as a file, and as a line that breaks the rules. */
export const hostileLines = (): string[] =>
  HOSTILE_TEXTS.flatMap((text, index) => {
    const value = encodeField(text);
    const referrer = encodeField(`https://evil-${index}.example/${text}`);
    const address = `198.51.100.${index + 1}`;
    const many = Array.from({ length: 10 }, (_, view) =>
      row(`view-${index}-${view}`, {
        uri: `/${value}`,
        referrer,
        request_ip: address,
        time_taken: `1${index}.${view}`,
      }),
    );
    return [
      ...many,
      row(`bare-${index}`, { uri: value, referrer: value, user_agent: value, request_ip: address }),
      row(`gone-${index}`, { uri: `/gone/${value}`, status: "404", referrer, result_type: "Error" }),
      row(`bot-${index}`, { uri: `/${value}`, user_agent: encodeField(`Examplebot/1.0 (compatible; ${text})`) }),
      row(`named-${index}`, { host_header: value, http_version: value, ssl_protocol: value, result_type: value }),
      row(`file-${index}`, { uri: `/${value}.png`, sc_content_type: value, bytes: String(10 ** (index % 12)) }),
      row(`rule-${index}`, { status: value, uri: `/${value}` }),
    ];
  });
