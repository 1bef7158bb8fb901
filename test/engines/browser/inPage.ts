/**
 * What is asked inside the page. Each function is sent to the browser as text, so that it may use nothing from outside of itself;
 * the few parts of the DOM that they touch are declared here, for the build knows no browser.
 */

interface Style {
  readonly [name: string]: string;
}
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}
interface Node {
  readonly textContent: string | null;
  readonly parentElement: Element | null;
}
interface Element extends Node {
  open?: boolean;
  readonly tagName: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly sheet?: { readonly cssRules: Iterable<{ readonly cssText: string }> };
  closest(selector: string): Element | null;
  matches(selector: string): boolean;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): Box;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
}
declare const document: {
  readonly body: Element;
  readonly documentElement: Element;
  readonly scrollingElement: { readonly scrollWidth: number };
  readonly activeElement: Element;
  createTreeWalker(root: Element, what: number): { nextNode(): Node | null };
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
};
declare const innerWidth: number;
declare const innerHeight: number;
declare const getComputedStyle: (element: Element) => Style;

export interface Dimensions {
  readonly scrollWidth: number;
  readonly innerWidth: number;
  /** Elements that stick out of their card, by what they say. */
  readonly spilling: readonly string[];
}

/** Whether anything is wider than the window, or than the card in which it lies. */
export const measure = (): Dimensions => ({
  scrollWidth: document.scrollingElement.scrollWidth,
  innerWidth,
  spilling: [...document.querySelectorAll(".card *, .tile *")]
    .filter((element) => {
      const isDrawn = element.closest("svg") !== null && !element.matches(".chart text");
      if (isDrawn || element.closest(".hidden, .from, .app, .scroll") !== null) return false;
      const box = element.getBoundingClientRect();
      const card = element.closest(".card, .tile")!.getBoundingClientRect();
      return box.width > 0 && box.height > 0 && (box.right > card.right + 0.5 || box.left < card.left - 0.5);
    })
    .map((element) => `${element.tagName} ${(element.textContent ?? "").slice(0, 40)}`),
});

export interface Contrast {
  readonly texts: number;
  /** Texts below the ratio, with the colours that were compared. */
  readonly tooFaint: readonly string[];
}

/** The contrast of every visible text with what lies behind it: its background, and the bar on which it may stand. */
export const measureContrast = (least: number): Contrast => {
  const parse = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = parse(color).map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (one: string, other: string): number => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
    return (light + 0.05) / (dark + 0.05);
  };
  const isOpaque = (color: string): boolean => parse(color).length === 3;
  const behind = (from: Element): string[] => {
    const found: string[] = [];
    const fill = from.closest(".barbox")?.querySelector("rect");
    if (fill != null) found.push(getComputedStyle(fill)["fill"]!);
    for (let element: Element | null = from; element !== null; element = element.parentElement) {
      const color = getComputedStyle(element)["backgroundColor"]!;
      if (isOpaque(color)) return [...found, color];
    }
    return [...found, "rgb(255, 255, 255)"];
  };
  const SHOW_TEXT = 4;
  const walker = document.createTreeWalker(document.body, SHOW_TEXT);
  const tooFaint: string[] = [];
  let texts = 0;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement!;
    if ((node.textContent ?? "").trim() === "" || parent.closest(".hidden, title") !== null) continue;
    const box = parent.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    texts += 1;
    const style = getComputedStyle(parent);
    const color = parent.closest("svg") === null ? style["color"]! : style["fill"]!;
    for (const background of behind(parent)) {
      const found = ratio(color, background);
      if (found < least)
        tooFaint.push(`${(node.textContent ?? "").slice(0, 30)}: ${color} on ${background}, ${found.toFixed(2)}`);
    }
  }
  return { texts, tooFaint: [...new Set(tooFaint)] };
};

export interface Markup {
  readonly tags: Readonly<Record<string, number>>;
  /** Attributes that run script, load something, or carry style. */
  readonly attributes: readonly string[];
  readonly links: readonly string[];
  readonly policy: string | null;
  readonly rules: number;
}

/** What the parser made of the page: elements, dangerous attributes, links, rules of the style sheet. */
export const inspectMarkup = (): Markup => {
  const tags: Record<string, number> = {};
  const attributes: string[] = [];
  const links: string[] = [];
  for (const element of document.querySelectorAll("*")) {
    const tag = element.tagName.toLowerCase();
    tags[tag] = (tags[tag] ?? 0) + 1;
    for (const { name, value } of element.attributes) {
      if (/^on|^(src|srcset|srcdoc|action|formaction|style|background|poster|data|ping|autofocus)$/i.test(name))
        attributes.push(`${tag} ${name}=${value.slice(0, 60)}`);
      if (name === "href") links.push(value);
    }
  }
  return {
    tags,
    attributes,
    links,
    policy: document.querySelector("meta[http-equiv=Content-Security-Policy]")?.getAttribute("content") ?? null,
    rules: [...(document.querySelector("style")?.sheet?.cssRules ?? [])].length,
  };
};

export interface Focus {
  readonly tag: string;
  readonly text: string;
  readonly href: string | null;
  readonly outline: string;
  /** Pixels. */
  readonly outlineWidth: number;
  readonly isInView: boolean;
}

/** The element that has the keyboard, as a person would see it. */
export const inspectFocus = (): Focus => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return {
    tag: element.tagName.toLowerCase(),
    text: (element.textContent ?? "").slice(0, 40),
    href: element.getAttribute("href"),
    outline: style["outlineStyle"]!,
    outlineWidth: Number.parseFloat(style["outlineWidth"]!),
    isInView: box.bottom > 0 && box.top < innerHeight && box.width > 0,
  };
};

/** Opens or closes the tables that the charts hide. */
export const setTablesOpen = (open: boolean): void => {
  for (const details of document.querySelectorAll("details")) details.open = open;
};

/** The computed style of the first element that the selector finds. */
export const styleOf = ([selector, property]: readonly [selector: string, property: string]): string => {
  const element = document.querySelector(selector);
  return element === null ? "absent" : getComputedStyle(element)[property]!;
};

/** The cells of the table with this caption, row by row, and the text of the tiles under their labels. */
export const readTable = (caption: string): string[][] => {
  const found = [...document.querySelectorAll("table")].find(
    (table) => table.querySelector("caption")?.textContent === caption,
  );
  return [...(found?.querySelectorAll("tbody tr") ?? [])].map((row) =>
    [...row.querySelectorAll("th, td")].map((cell) => (cell.textContent ?? "").trim()),
  );
};

export const readTiles = (): Record<string, { value: string; note: string }> =>
  Object.fromEntries(
    [...document.querySelectorAll(".tile")].map((tile) => {
      const text = (selector: string): string => tile.querySelector(selector)?.textContent ?? "";
      return [text("dt"), { value: text(".value"), note: text(".note") }];
    }),
  );
