// The server's log: lines for people on a terminal, JSON for everything else and when it is asked for.
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { sink } from "../../test/cli-door.ts";
import { coloured, plain } from "../doors/cli/output/paint.ts";
import { logLine, serverLog } from "./server-log.ts";

const terminal = () => sink({ isTTY: true, rows: 30, columns: 80 });

test("on a terminal: time, level, message, what belongs to it", () => {
  const screen = terminal();
  const log = serverLog({ NO_COLOR: "1" }, screen);
  log.info({ url: "http://127.0.0.1:4400", home: "/a b", port: 4400, none: null }, "vice is ready");
  log.debug("not said");
  log.warn({ err: new Error("disk\u001b[2J full") }, "it stays");
  const [ready, warned, end] = screen.text().split("\n");
  expect(ready).toMatch(
    /^\d\d:\d\d:\d\d info {2}vice is ready url=http:\/\/127\.0\.0\.1:4400 home="\/a b" port=4400 none=null$/,
  );
  expect(warned).toMatch(/^\d\d:\d\d:\d\d warn {2}it stays error="disk.u001b\[2J full"$/);
  expect(end).toBe("");
});

test("an error brings its stack, a level its colour", () => {
  const screen = terminal();
  serverLog({ TERM: "xterm" }, screen).error({ err: new TypeError("x") }, "background work failed");
  expect(screen.text()).toContain(`${coloured("red", "error")} background work failed `);
  expect(screen.text()).toMatch(/x\n.* {4}at /);
});

test("a level is respected", () => {
  const screen = terminal();
  serverLog({ VICE_LOG_LEVEL: "warn" }, screen).info("not said");
  expect(screen.text()).toBe("");
});

test("nothing in a line steers the terminal", () => {
  const json = JSON.stringify({
    level: 30,
    time: 0,
    msg: "a\u001b[2J",
    "k\u009b": "v\u0007",
    o: { a: "\u007f" },
  });
  expect(logLine(json, plain)).not.toMatch(/\p{Cc}/u);
  expect(logLine(json, coloured)).not.toContain("\u001b[2J");
});

test.each<[isTTY: boolean, form: "json" | "text" | undefined, isJson: boolean]>([
  [false, undefined, true],
  [true, undefined, false],
  [true, "json", true],
  [false, "text", false],
])("terminal %j, --log %s", (isTTY, form, isJson) => {
  const script = `const { serverLog } = await import(${JSON.stringify(import.meta.resolve("./server-log.ts"))});
    process.stderr.isTTY = ${isTTY};
    serverLog({ NO_COLOR: "1" }, process.stderr, ${JSON.stringify(form)}).info({ a: 1 }, "said");`;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  expect(stderr).toMatch(isJson ? /^\{"level":30,.*"msg":"said"\}\n$/ : /^\S+ info {2}said a=1\n$/);
});
