/** A trace of 10,000 spans: how long the server takes to answer, how long a real browser to paint it, how smoothly it scrolls. */
import type { Browser, Page } from "playwright-core";
import { startMock } from "../dashboard/mock/server.ts";
import { buildPage, launch, openPage } from "../test/e2e/page-harness.ts";
import { quantile, type Row, type Size } from "./measure.ts";
import { traceApiBench } from "./trace-api.ts";

const SPANS = 10_000;
/** One of 60 in a second. */
const FRAME_MS = 16.6;

export const traceBench = async (size: Size): Promise<Row[]> => [
  ...(await traceApiBench(size)),
  ...(await tracePageBench(size)),
];

/** Page figures against an empty frame loop and against the same page with few spans, in the same browser. */
export async function tracePageBench({ quick }: Size): Promise<Row[]> {
  const built = await buildPage();
  const mock = await startMock({ files: built.files });
  const browser = await launch();
  try {
    const rounds = quick ? 3 : 7;
    const large = await paints(browser, mock.url, `trace-${SPANS}`, rounds);
    const small = await paints(browser, mock.url, "trace-small", rounds);
    const { scrolled, idle } = await frames(browser, mock.url);
    return [paintRow(large, small), ...frameRows(scrolled, idle)];
  } finally {
    await browser.close();
    await mock.stop();
    await built.remove();
  }
}

/** Milliseconds from the last byte of the answer to the frame in which the rows stand, of each round. */
async function paints(browser: Browser, url: string, id: string, rounds: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const { page, close } = await openPage(browser, url);
    await page.addInitScript(WATCH);
    await page.goto(`/traces/${id}`);
    const took = Number(await page.evaluate(PAINTED));
    await close();
    // The first one warms the browser's caches of code.
    if (round > 0) times.push(took);
  }
  return times;
}

/** Notes the frame after the first row stood in the document. */
const WATCH = `
  new MutationObserver((_, observer) => {
    if (document.querySelector(".span-row") === null) return;
    observer.disconnect();
    requestAnimationFrame(() => { const port = new MessageChannel(); port.port1.onmessage = () => { window.paintedAt = performance.now(); }; port.port2.postMessage(0); });
  }).observe(document, { childList: true, subtree: true });
`;

const PAINTED = `new Promise((resolve) => {
  const look = () => {
    if (window.paintedAt === undefined) return setTimeout(look, 20);
    const answer = performance.getEntriesByType("resource").find(({ name }) => name.includes("/v1/traces/"));
    resolve(window.paintedAt - answer.responseEnd);
  };
  look();
})`;

interface Scroll {
  /** Milliseconds between frames. */
  times: number[];
  /** Processor time of the page's own thread for each frame, in milliseconds. */
  cpuMs: number;
}

async function frames(browser: Browser, url: string): Promise<{ scrolled: Scroll; idle: Scroll }> {
  const { page, close } = await openPage(browser, url);
  const inside = await page.context().newCDPSession(page);
  await inside.send("Performance.setTimeDomain", { timeDomain: "threadTicks" });
  await inside.send("Performance.enable");
  const busyMs = async (): Promise<number> => {
    const { metrics } = await inside.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
  await page.goto(`/traces/trace-${SPANS}`);
  await page.locator(".span-row").first().waitFor();
  await page.waitForTimeout(500);
  const measure = async (pixels: number): Promise<Scroll> => {
    const before = await busyMs();
    const times = await framesOf(page, pixels);
    return { times, cpuMs: ((await busyMs()) - before) / times.length };
  };
  const idle = await measure(0);
  const scrolled = await measure(STEP);
  await close();
  return { scrolled, idle };
}

/** Pixels in each frame: 3,600 in a second, more than a quick turn of a wheel. */
const STEP = 60;

/** Times between frames while the list moves. */
const framesOf = async (page: Page, pixels: number): Promise<number[]> =>
  (await page.evaluate(`new Promise((resolve) => {
    const area = document.querySelector(".spans");
    const times = [];
    let last;
    let top = 0;
    const tick = (now) => {
      if (last !== undefined) times.push(now - last);
      last = now;
      top += ${pixels};
      area.scrollTo(0, top);
      if (times.length < 300) requestAnimationFrame(tick); else resolve(times);
    };
    requestAnimationFrame(tick);
  })`)) as number[];

function paintRow(large: readonly number[], small: readonly number[]): Row {
  const [value, reference] = [quantile(large, 0.5), quantile(small, 0.5)];
  return {
    what: `trace of ${SPANS} spans: last byte to first paint`,
    ...{ value, unit: "ms", reference: "of 40 spans", referenceValue: reference },
    ...{ ratio: value / reference, goal: "< 500 ms" },
  };
}

function frameRows(scrolled: Scroll, idle: Scroll): Row[] {
  const perSecond = ({ times }: Scroll): number =>
    (1000 * times.length) / times.reduce((sum, each) => sum + each, 0);
  return [
    {
      what: "scrolling it: processor time of the page in a frame",
      ...{ value: scrolled.cpuMs, unit: "ms", reference: "standing still", referenceValue: idle.cpuMs },
      ...{ ratio: scrolled.cpuMs / idle.cpuMs, goal: `< ${FRAME_MS} ms` },
    },
    {
      what: "scrolling it: frames in a second",
      ...{
        value: perSecond(scrolled),
        unit: "/s",
        reference: "standing still",
        referenceValue: perSecond(idle),
      },
      ...{ ratio: perSecond(scrolled) / perSecond(idle), goal: ">= 0.95x" },
    },
  ];
}
