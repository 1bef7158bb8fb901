/** What the services of an application do: their endpoints, how long these take, and how they fail. */
import { ascii } from "./lineBuffer";

export interface Endpoint {
  readonly method: string;
  /** The path before and after the number that is drawn for `{id}`; without one there is only `before`. */
  readonly before: Uint8Array;
  readonly after: Uint8Array | undefined;
  readonly status: number;
  readonly medianMs: number;
  /** Of the log-normal distribution: 1 puts one request in forty above seven medians. */
  readonly spread: number;
  readonly message: string;
}

export interface Refusal {
  readonly status: number;
  readonly message: string;
}

export interface ServiceProfile {
  readonly endpoints: readonly Endpoint[];
  /** What callers do wrong. */
  readonly refusals: readonly Refusal[];
  /** Strangers reach it: crawlers and scanners come by. */
  readonly isPublic: boolean;
  /** The path at which strangers try passwords. */
  readonly guessed?: Uint8Array;
  /** Of the requests that begin something, so many come from other services. */
  readonly internalShare: number;
}

/** Text as JSON has it, without the quotes. */
export const jsonText = (text: string): Uint8Array =>
  ascii(
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );

type Line = readonly [weight: number, method: string, path: string, status: number, medianMs: number, message: string];

const endpoints = (lines: readonly Line[], spread = 0.9): readonly Endpoint[] =>
  lines.flatMap(([weight, method, path, status, medianMs, message]) => {
    const [before, after] = path.split("{id}");
    const endpoint: Endpoint = {
      ...{ method, status, medianMs, spread, message },
      before: jsonText(before!),
      after: after === undefined ? undefined : jsonText(after),
    };
    return new Array<Endpoint>(weight).fill(endpoint);
  });

const refusal = (status: number, message: string): Refusal => ({ status, message });

const INVALID = refusal(422, "Request body failed validation");
const ABSENT = refusal(404, "No such resource");
const EXPIRED = refusal(401, "Token expired");
const TOO_MANY = refusal(429, "Rate limit exceeded");

const PROFILES: Readonly<Record<string, ServiceProfile>> = {
  "api-gateway": {
    endpoints: endpoints([
      [30, "GET", "/api/v1/products", 200, 85, "Request completed"],
      [24, "GET", "/api/v1/products/{id}", 200, 48, "Request completed"],
      [12, "GET", "/api/v1/search", 200, 190, "Search completed"],
      [12, "GET", "/api/v1/cart", 200, 40, "Request completed"],
      [8, "POST", "/api/v1/cart/items", 201, 65, "Item added to cart"],
      [5, "POST", "/api/v1/orders", 201, 320, "Order created"],
      [6, "GET", "/api/v1/orders/{id}", 200, 55, "Request completed"],
      [3, "GET", "/health", 200, 2, "Health check"],
    ]),
    refusals: [ABSENT, EXPIRED, EXPIRED, TOO_MANY, INVALID],
    isPublic: true,
    internalShare: 0.08,
  },
  authentication: {
    endpoints: endpoints([
      [30, "GET", "/auth/session", 200, 12, "Session is valid"],
      [24, "POST", "/auth/refresh", 200, 25, "Token refreshed"],
      [20, "POST", "/auth/login", 200, 210, "User logged in"],
      [8, "POST", "/auth/logout", 204, 15, "User logged out"],
      [2, "POST", "/auth/password/reset", 202, 95, "Password reset requested"],
    ]),
    refusals: [
      refusal(401, "Invalid credentials"),
      refusal(401, "Invalid credentials"),
      EXPIRED,
      refusal(403, "Account is locked"),
      TOO_MANY,
    ],
    isPublic: true,
    guessed: jsonText("/auth/login"),
    internalShare: 0.2,
  },
  payment: {
    endpoints: endpoints(
      [
        [20, "POST", "/payments", 201, 260, "Payment authorized"],
        [14, "POST", "/payments/{id}/capture", 200, 220, "Payment captured"],
        [18, "GET", "/payments/{id}", 200, 30, "Payment read"],
        [2, "POST", "/payments/{id}/refund", 200, 300, "Payment refunded"],
        [12, "POST", "/webhooks/provider", 202, 18, "Webhook accepted"],
      ],
      0.8,
    ),
    refusals: [
      refusal(402, "Card was declined"),
      refusal(402, "Insufficient funds"),
      ABSENT,
      INVALID,
      refusal(409, "Payment is captured already"),
    ],
    isPublic: false,
    internalShare: 0.55,
  },
  "user-service": {
    endpoints: endpoints([
      [40, "GET", "/users/{id}", 200, 18, "User read"],
      [20, "GET", "/users/{id}/preferences", 200, 14, "Preferences read"],
      [8, "PUT", "/users/{id}", 200, 42, "User updated"],
      [3, "POST", "/users", 201, 130, "User registered"],
    ]),
    refusals: [ABSENT, EXPIRED, INVALID, refusal(409, "Address is taken")],
    isPublic: false,
    internalShare: 0.6,
  },
  notification: {
    endpoints: endpoints(
      [
        [30, "POST", "/notifications/email", 202, 60, "Email queued"],
        [18, "POST", "/notifications/push", 202, 35, "Push message queued"],
        [6, "POST", "/notifications/sms", 202, 140, "Text message queued"],
        [14, "GET", "/notifications/{id}", 200, 12, "Notification read"],
      ],
      1,
    ),
    refusals: [refusal(400, "Address is not valid"), ABSENT, TOO_MANY, refusal(410, "Recipient has unsubscribed")],
    isPublic: false,
    internalShare: 0.8,
  },
};

/** What is generated where no services are named. */
export const DEFAULT_SERVICES: readonly string[] = Object.keys(PROFILES);

/** The service's own traffic; one that nobody knows reads and writes things of its name. */
export const profileOf = (service: string): ServiceProfile =>
  PROFILES[service] ?? {
    endpoints: endpoints([
      [30, "GET", `/${service}`, 200, 45, "Request completed"],
      [30, "GET", `/${service}/{id}`, 200, 22, "Request completed"],
      [8, "POST", `/${service}`, 201, 90, "Created"],
      [4, "PUT", `/${service}/{id}`, 200, 60, "Updated"],
      [1, "DELETE", `/${service}/{id}`, 204, 40, "Deleted"],
    ]),
    refusals: [ABSENT, EXPIRED, INVALID, TOO_MANY],
    isPublic: false,
    internalShare: 0.3,
  };
