/** `tcp`: somebody listens there, and says what is expected. */
import { connect } from "node:net";
import { z } from "zod";
import { captures, checkForm, port, textExpectation } from "../../domain/verify/forms.ts";
import type { Checker } from "../../ports/check.ts";
import { answerOf, failure } from "./answer.ts";
import { assertOpen, openLookup, sayConnection } from "./reach.ts";
import { seenText } from "./tools.ts";

const schema = checkForm("tcp", {
  host: z.string().min(1),
  port,
  send: z.string().optional().describe("Sent when it is connected"),
  expect: z.strictObject(textExpectation).default({}).describe("Of what it says"),
  capture: captures,
});
type TcpSpec = z.output<typeof schema>;

const MOST = 64 * 1024;
/** After this pause it has said what it wanted to say. */
const QUIET_MS = 150;

export const tcpCheck: Checker<TcpSpec> = {
  kind: "tcp",
  about: "A connection, and what the other side says",
  schema,
  subject: ({ host, port: number }) => `${host}:${number}`,
  run: async (call) => {
    const { spec, signal } = call;
    const { host, port: number, send, expect, capture } = spec;
    const begun = performance.now();
    const listens =
      send !== undefined || Object.keys({ ...expect, ...capture }).some((key) => key !== "within");
    try {
      const { text, connectedMs } = await talk({ host, port: number, send, listens, signal, begun });
      return await answerOf(call, seenText(text, connectedMs), expect, capture);
    } catch (error) {
      return failure(`${host}:${number}: ${sayConnection(error)}`);
    }
  },
};

interface Talk {
  host: string;
  port: number;
  send: string | undefined;
  /** Whether anything is expected of what it says. */
  listens: boolean;
  signal: AbortSignal;
  begun: number;
}

function talk(given: Talk): Promise<{ text: string; connectedMs: number }> {
  const { host, port: number, send, listens, signal, begun } = given;
  return new Promise((done, failed) => {
    assertOpen(host);
    const socket = connect({ host, port: number, lookup: openLookup, signal });
    let text = "";
    let connectedMs = 0;
    let quiet: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(quiet);
      socket.destroy();
      done({ text, connectedMs });
    };
    socket.setEncoding("utf8");
    socket.on("connect", () => {
      connectedMs = performance.now() - begun;
      if (!listens) return end();
      if (send !== undefined) socket.write(send);
    });
    socket.on("data", (chunk) => {
      text += String(chunk);
      clearTimeout(quiet);
      if (text.length > MOST) end();
      else quiet = setTimeout(end, QUIET_MS);
    });
    socket.on("end", end);
    socket.on("error", (error) => {
      clearTimeout(quiet);
      failed(error);
    });
  });
}
