// The example `examples/web` in a folder and a home of its own, used by the built command as a shell gives it the lines.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { VICE } from "./reliability/server.ts";

export const EXAMPLES = resolve(import.meta.dirname, "../examples");

/** What the application needs and nobody may see. */
export const SECRET = "a-key-of-the-guests";

export interface Said {
  code: number | null;
  out: string;
  err: string;
}

export class ExampleWeb {
  readonly place = mkdtempSync(join(tmpdir(), "vice-example-"));
  /** Where vice keeps everything when nobody says where. */
  readonly home = join(this.place, ".local/share/vice");
  readonly folder = join(this.place, "web");
  readonly bin = join(this.place, "bin");
  readonly env: Record<string, string>;

  constructor() {
    cpSync(join(EXAMPLES, "web"), this.folder, { recursive: true });
    mkdirSync(this.bin);
    for (const name of ["vice", "vscli"]) symlinkSync(VICE, join(this.bin, name));
    const PATH = [this.bin, dirname(process.execPath), process.env["PATH"]].join(delimiter);
    this.env = { PATH, HOME: this.place, GUESTBOOK_KEY: SECRET };
  }

  /** Gives lines to a shell that ends at the first one that fails, in the folder of the project. */
  sh(script: string, env: Record<string, string> = {}): Promise<Said> {
    const child = spawn("sh", ["-e", "-c", script], {
      cwd: this.folder,
      env: { ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said: Said = { code: null, out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said.out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said.err += text;
    });
    return new Promise((done) => child.once("close", (code) => done({ ...said, code })));
  }

  async json<T>(line: string): Promise<T> {
    const { out, err } = await this.sh(`${line} --json`);
    if (out === "") throw new Error(err);
    return JSON.parse(out) as T;
  }

  /** What answers there now, as the target says; `null` = nothing runs. */
  async answer(environment: string, path = "/"): Promise<string | null> {
    const { observed } = await this.json<{ observed: { url: string } | null }>(
      `vice deploy status web ${environment}`,
    );
    return observed === null ? null : (await fetch(`${observed.url}${path}`)).text();
  }

  close(): void {
    for (const pid of this.#processes()) {
      try {
        process.kill(-pid, "SIGKILL");
      } catch {}
    }
    rmSync(this.place, { recursive: true, force: true, maxRetries: 10 });
  }

  /** Those that vice started and wrote down; each leads a group of its own. */
  #processes(): number[] {
    const files = readdirSync(this.place, { recursive: true, encoding: "utf8" });
    return files
      .filter((file) => /\/apps\/.*\/state\.json$/.test(file))
      .flatMap((file) => [...readFileSync(join(this.place, file), "utf8").matchAll(/"pid":\s*(\d{2,})/g)])
      .map(([, pid]) => Number(pid));
  }
}
