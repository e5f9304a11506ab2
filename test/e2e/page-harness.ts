/** Builds the page once, serves it from the mock (or takes VICE_E2E_URL), and opens it in a real browser. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { type MockOptions, type MockServer, startMock } from "../../dashboard/mock/server.ts";
import { needs } from "../needs.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A running server with data whose page is walked instead of the mock's: `VICE_E2E_URL=http://127.0.0.1:4400`. */
export const givenUrl: string | null = process.env.VICE_E2E_URL ?? null;

export interface BuiltPage {
  files: string;
  remove: () => Promise<void>;
}

/** Builds the current source into a folder of its own, as `npm run build` does. */
export async function buildPage(): Promise<BuiltPage> {
  const files = await mkdtemp(join(tmpdir(), "vice-page-"));
  const vite = join(ROOT, "node_modules/vite/bin/vite.js");
  await promisify(execFile)(
    process.execPath,
    [vite, "build", "dashboard", "--outDir", files, "--emptyOutDir", "--logLevel", "warn"],
    { cwd: ROOT, env: { ...process.env, NODE_ENV: "production" } },
  );
  return { files, remove: () => rm(files, { recursive: true, force: true }) };
}

export const serveMock = (page: BuiltPage, options: Omit<MockOptions, "files"> = {}): Promise<MockServer> =>
  startMock({ files: page.files, ...options });

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: needs("chromium").path("chromium"),
    args: ["--no-sandbox", "--disable-gpu"],
  });

export interface OpenPage {
  page: Page;
  /** Errors of the console (a violated policy is one) and of scripts, and requests to other hosts. */
  complaints: string[];
  close: () => Promise<void>;
}

export async function openPage(
  browser: Browser,
  base: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    ...options,
    baseURL: base,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(base)) complaints.push(`asked another host: ${request.url()}`);
  });
  return { page, complaints, close: () => context.close() };
}

/** What has the focus now, in a word: its label, else its text. */
export const focused = async (page: Page): Promise<string> =>
  String(
    await page.evaluate(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()",
    ),
  );
