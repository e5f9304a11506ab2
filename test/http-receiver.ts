// A web server on loopback that keeps what it is sent and answers as the test says.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** What it answers from now on; `null` = nothing, it keeps the other side waiting. */
  answer: (with_: Answer | null) => void;
  /** Resolves when so many have come. */
  came: (count: number) => Promise<void>;
  close: () => Promise<void>;
}

export async function httpReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let answer: Answer | null = { status: 200 };
  let heard: () => void = () => {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      received.push({
        method: request.method ?? "",
        path: request.url ?? "",
        headers,
        body: Buffer.concat(chunks).toString("utf8"),
      });
      if (answer !== null) response.writeHead(answer.status, answer.headers).end();
      heard();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answer: (fresh) => {
      answer = fresh;
    },
    came: async (count) => {
      while (received.length < count)
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
