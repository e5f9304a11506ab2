/** Workers of a running server: enrichment, polling, and what is done by the clock. Started and stopped together. */
import type { Logger } from "pino";
import { supervise } from "../adapters/target/process/index.ts";
import { startScheduler } from "../parts/auto/index.ts";
import { createEnrichment, createPollWorker, startExports, startSchedules } from "../parts/data/index.ts";
import { keepLeases, watchDrift, watchTrunk } from "../parts/deploy/index.ts";
import { startNotices } from "../parts/notify/index.ts";
import { startCheckClock } from "../parts/verify/index.ts";
import { watchAbnormal, writeDigest } from "../parts/viz/index.ts";
import type { Wired } from "./wire.ts";

export interface Workers {
  stop: () => Promise<void>;
}

export function startWorkers(wired: Wired, logger: Logger): Workers {
  const { services } = wired;
  const now = Date.now;
  const failed =
    (what: string) =>
    (error: unknown): void =>
      logger.warn({ err: error }, `${what} failed; it is tried again`);
  const enrichment = createEnrichment({ services, now, onError: failed("asking a vendor") });
  wired.onAccepted((source, reading, transitions) => enrichment.accepted(source, reading, transitions));
  enrichment.start();
  const poll = createPollWorker({ services, now, onError: failed("polling") });
  poll.start().catch(failed("polling"));
  const schedules = startSchedules({
    services,
    now,
    onError: failed("scheduled work"),
    onDone: (name, result) => logger.info({ name, result }, "scheduled work is done"),
  });
  const pipelines = startScheduler({ services, now, onError: failed("a scheduled pipeline") });
  const stopTrunk = watchTrunk({ services, now, onError: failed("looking at the trunk") });
  const stopLeases = keepLeases({ services, now, onError: failed("renewing locks") });
  const stopDrift = watchDrift({ services, now, onError: failed("asking what runs") });
  const stopAbnormal = watchAbnormal({ services, now, onError: failed("looking for what is not as usual") });
  const checks = startCheckClock({ services, now, onError: failed("checking") });
  const notices = startNotices({
    services,
    now,
    onError: failed("telling people"),
    writeDigest,
    onGivenUp: ({ id, channel, attempts }, problem) =>
      logger.error({ id, channel, attempts, problem }, "a notice was given up; see: vice notify outbox"),
  });
  const exports = startExports({
    services,
    now,
    onError: failed("sending spans"),
    onRefused: (told) => logger.warn(told, "spans were refused; see: vice data exporters"),
  });
  const unsupervise = supervise({
    home: services.config.home,
    onRestart: (told) => logger.warn(told, "an application had ended by itself and was started again"),
    onError: failed("watching over applications"),
  });
  return {
    stop: async () => {
      await Promise.all([
        unsupervise(),
        enrichment.stop(),
        poll.stop(),
        schedules.stop(),
        pipelines.stop(),
        stopTrunk(),
        stopDrift(),
        stopAbnormal(),
        stopLeases(),
        checks.stop(),
        notices.stop(),
        exports.stop(),
      ]);
    },
  };
}
