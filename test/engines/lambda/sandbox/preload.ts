/**
 * Loaded before the runtime: whatever the function connects to under amazonaws.com ends at the proxy on the loopback, and any
 * other address is refused. The function keeps AWS's names, TLS and its check of the log file's host. Its clock can be ahead.
 */
import net from "node:net";

const proxyPort = Number(process.argv[2]);
const laterMs = Number(process.argv[3]);
const AWS_HOST = /\.amazonaws\.com$/;

const now = Date.now.bind(Date);
Date.now = () => now() + laterMs;

interface Target {
  host?: string;
  port?: number | string;
  path?: string | null;
}

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own socket below
const connect: (this: net.Socket, ...args: never[]) => net.Socket = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
  // net.connect hands over its arguments in an array, tls.connect as they are.
  const [first] = args;
  const target = (Array.isArray(first) ? (first as unknown[])[0] : first) as Target;
  const { host = "localhost", port, path: socketFile } = target;
  if (typeof socketFile === "string" || !AWS_HOST.test(host) || Number(port) !== 443) {
    const where = socketFile ?? `${host}:${port}`;
    process.nextTick(() => this.destroy(new Error(`the function may connect to AWS only, not to ${where}`)));
    return this;
  }
  target.host = "127.0.0.1";
  target.port = proxyPort;
  return Reflect.apply(connect, this, args) as net.Socket;
};
