/** The lines that a piece of work writes, to whichever stream; they stay out of the test's own output. */
export const capturedLines = (work: () => void): string[] => {
  const streams = [process.stdout, process.stderr];
  const writers = streams.map((stream) => stream.write.bind(stream));
  let text = "";
  for (const stream of streams) {
    stream.write = (chunk: string | Uint8Array): boolean => {
      text += String(chunk);
      return true;
    };
  }
  try {
    work();
  } finally {
    streams.forEach((stream, at) => (stream.write = writers[at]!));
  }
  return text.split("\n").filter((line) => line !== "");
};
