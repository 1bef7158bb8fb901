import { fetchFile, type FetchFile } from "../aws/fetchFile";

/** Downloads over HTTP on a socket file: the simulated Amplify then needs no network, not even loopback. */
export const fetchOverSocket = (socketPath: string): FetchFile => fetchFile({ socketPath });
