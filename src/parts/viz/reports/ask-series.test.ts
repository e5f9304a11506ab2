// Thousands of series of other services are told from one's own by place, not by deployment: the work is counted.
import { afterEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { SeriesInfo } from "../../../ports/series.ts";
import type { Services } from "../../../ports/services.ts";
import { askSeries } from "./ask-series.ts";

let house: WiredHouse;
afterEach(() => house.close());

test("labels are looked at once for each place, however often something was deployed there", async () => {
  house = await openWired();
  let looked = 0;
  const others = Array.from({ length: 100 }, (_, at): SeriesInfo => {
    const times = { firstAt: new Date(0).toISOString(), lastAt: new Date(1000).toISOString() };
    return {
      ...{ name: "errors", points: 1, ...times },
      get labels() {
        looked += 1;
        return { service: `other-${at}` };
      },
    };
  });
  const series = { ...house.services.store.series, list: () => others };
  const services: Services = Object.create(house.services, {
    store: { value: { ...house.services.store, series } },
  });
  const deployments = Array.from({ length: 60 }, (_, at) => ({
    ...{ id: String(at), service: "shop", environment: at % 2 === 0 ? "prod-eu" : "staging" },
    ...{ version: null, at: new Date(at).toISOString(), atMs: at },
  }));
  const answer = await askSeries(services, { fromMs: 0, toMs: 1000, deployments });
  expect(answer).toMatchObject({ asked: 0, leftOut: 0, moved: [] });
  expect(looked).toBe(100 * 2);
});
