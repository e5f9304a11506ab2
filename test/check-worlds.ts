// Servers that checks look at: web with cookies, TLS with certificates of its own, a line protocol, and names by UDP.
import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createWeb, type RequestListener, type Server } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer as createTcp, type Server as TcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTls } from "node:tls";

export interface Listening {
  port: number;
  close: () => Promise<void>;
}

async function listening(server: Server | TcpServer): Promise<Listening> {
  const sockets = new Set<{ destroy: () => void }>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, close };
}

export async function webServer(answer: RequestListener): Promise<Listening & { url: string }> {
  const { port, close } = await listening(createWeb(answer));
  return { port, close, url: `http://127.0.0.1:${port}` };
}

/** Says `greeting` to whoever comes, and repeats what it is told; `null` = it says nothing at all. */
export const lineServer = (greeting: string | null): Promise<Listening> =>
  listening(
    createTcp((socket) => {
      if (greeting === null) return;
      socket.write(greeting);
      socket.on("data", (data) => socket.write(`you said ${String(data)}`));
    }),
  );

export interface Certificate {
  /** In PEM, and its file. */
  cert: string;
  key: string;
  file: string;
  remove: () => void;
}

/** Signed by itself. @param days negative = expired */
export function certificate(names: readonly string[], days: number): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "vice-cert-"));
  const [file, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const [name = "localhost"] = names;
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyFile];
  const about = [
    "-subj",
    `/CN=${name}`,
    "-addext",
    `subjectAltName=${names.map((each) => `DNS:${each}`).join(",")}`,
  ];
  execFileSync("openssl", ["req", "-x509", ...key, "-days", String(days), ...about, "-out", file], {
    stdio: "pipe",
  });
  const [cert, secret] = [file, keyFile].map((path) => readFileSync(path, "utf8")) as [string, string];
  return { cert, key: secret, file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export const tlsServer = ({ cert, key }: Certificate): Promise<Listening> =>
  listening(createTls({ cert, key }, (socket) => socket.end()).on("tlsClientError", () => {}));

export const httpsServer = ({ cert, key }: Certificate, answer: RequestListener): Promise<Listening> =>
  listening(createHttps({ cert, key }, answer).on("tlsClientError", () => {}));

/** Records by `TYPE name`; a name that is not there does not exist, one with none is silent when its name is `silent`. */
export async function nameServer(records: Readonly<Record<string, readonly Buffer[]>>): Promise<Listening> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => {
    const { name, type, end } = questionOf(query);
    if (name.startsWith("silent")) return;
    const found = records[`${type} ${name}`] ?? [];
    const known = Object.keys(records).some((key) => key.endsWith(` ${name}`));
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180 | (known ? 0 : 3), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(found.length, 6);
    head.writeUInt32BE(0, 8);
    const answers = found.map((data) => {
      const one = Buffer.alloc(12);
      one.writeUInt16BE(0xc00c, 0);
      one.writeUInt16BE(type, 2);
      one.writeUInt16BE(1, 4);
      one.writeUInt32BE(60, 6);
      one.writeUInt16BE(data.length, 10);
      return Buffer.concat([one, data]);
    });
    socket.send(Buffer.concat([head, query.subarray(12, end), ...answers]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** Numbers of types of records. */
export const A = 1;
export const MX = 15;
export const TXT = 16;

export const addressRecord = (address: string): Buffer => Buffer.from(address.split(".").map(Number));
export const textRecord = (text: string): Buffer => Buffer.from([text.length, ...Buffer.from(text)]);
export const mailRecord = (priority: number, name: string): Buffer =>
  Buffer.concat([
    Buffer.from([priority >> 8, priority & 255]),
    ...name.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);
