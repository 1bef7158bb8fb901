/**
 * HTML that cannot forget to escape: `markup` escapes every value that is put into it, unless the value was made by `markup`
 * itself. Log values are written by strangers, so there is no other way to make markup in the report.
 */

/** Markup that is known to be safe. Made by `markup` only. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

export type HtmlValue = Html | string | number | undefined | null | false | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

// Control characters, lone surrogates, and what reorders or hides text (bidirectional marks, zero-width, line separators).
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]|\p{Surrogate}/gu;

/** Text as it may stand in an element or in a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(UNPRINTABLE, "\ufffd").replace(/[&<>"'`]/g, (char) => ENTITIES[char] ?? "");

const render = (value: HtmlValue): string => {
  if (value instanceof Html) return value.text;
  if (value === undefined || value === null || value === false) return "";
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return value.map(render).join("");
};

/** A template whose values are escaped; arrays are joined, and undefined, null and false leave nothing. */
export const markup = (parts: TemplateStringsArray, ...values: HtmlValue[]): Html =>
  new Html(parts.reduce((text, part, index) => text + render(values[index - 1]) + part));

/** Cuts a text for display; never in the middle of a surrogate pair. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, "")}\u2026`;

/** Text of an address, which may be broken after its slashes. */
export const breakable = (text: string): Html =>
  markup`${text.split(/(?<=[^/]\/)(?=[^/])/).map((part, index) => markup`${index > 0 && markup`<wbr>`}${part}`)}`;

/** A link to another site when the address is http or https, the bare text otherwise. */
export const externalLink = (address: string, label: string): Html => {
  const parsed = /^https?:\/\//i.test(address) && URL.canParse(address) ? new URL(address) : undefined;
  if (parsed === undefined || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
    return markup`<span title="${cut(address, 300)}">${breakable(label)}</span>`;
  }
  return markup`<a href="${parsed.href}" rel="noreferrer noopener" title="${cut(address, 300)}">${breakable(label)}</a>`;
};
