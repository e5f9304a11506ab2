// A page, its health and its version. VICE_VERSION is what vice was asked to deploy.
const { createServer } = require("node:http");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const { PORT, GREETING = "", GUESTBOOK_KEY = "", VICE_VERSION = "unknown" } = process.env;
if (GUESTBOOK_KEY === "") throw new Error("GUESTBOOK_KEY is not set");
const page = readFileSync(join(__dirname, "public/index.html"), "utf8").replaceAll("%greeting%", GREETING);

const answers = {
  "/": { type: "text/html; charset=utf-8", text: page },
  "/health": { type: "text/plain", text: "fine\n" },
  "/version": { type: "application/json", text: JSON.stringify({ version: VICE_VERSION }) },
};

const server = createServer(({ url }, response) => {
  const answer = answers[url];
  response.writeHead(answer ? 200 : 404, { "content-type": answer?.type ?? "text/plain" });
  response.end(answer?.text ?? "There is nothing here.\n");
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`listening on ${PORT}`));
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
