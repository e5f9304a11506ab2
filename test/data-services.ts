// A real store in a temporary home with the services that the data commands use; nothing is faked but the clock.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBlobStore } from "../src/adapters/blob/open.ts";
import { createExporters } from "../src/adapters/exporter/create.ts";
import { createRestrictedHttp } from "../src/adapters/http-client/restricted.ts";
import { createSqliteQuery } from "../src/adapters/query/sqlite-query.ts";
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import { lockHome } from "../src/app/home.ts";
import type { EventType, NewEvent } from "../src/domain/event.ts";
import type { Facts, Step } from "../src/domain/transition.ts";
import type { CommandContext } from "../src/kit/command.ts";
import { activityId, sha256Hex, uuidv7 } from "../src/kit/ids.ts";
import type { NewDelivery } from "../src/ports/deliveries.ts";
import type { AppendItem } from "../src/ports/event-log.ts";
import type { ProjectionSettings } from "../src/ports/read-models.ts";
import type { ServerConfig, Services } from "../src/ports/services.ts";
import type { Store } from "../src/ports/store.ts";

export const SETTINGS: ProjectionSettings = {
  configRules: [],
  sourceOrder: [],
  abandonAfterMs: 6 * 3_600_000,
  environmentOrder: [],
};

export const T0 = Date.parse("2026-11-20T10:00:00.000Z");

export const openStore = (file: string, mode: "read" | "write"): Store =>
  openSqliteStore({ file, mode, settings: SETTINGS });

export interface House {
  home: string;
  store: Store;
  services: Services;
  context: (over?: Partial<CommandContext<Services>>) => CommandContext<Services>;
  close: () => void;
}

/** A home with a store to write to. */
export function openHouse(config: Partial<ServerConfig> = {}): House {
  const home = mkdtempSync(join(tmpdir(), "vice-data-"));
  const store = openStore(join(home, "vice.db"), "write");
  const services = servicesOf(home, store, config);
  return {
    home,
    store,
    services,
    context: (over = {}) => contextOf(services, over),
    close: () => {
      store.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export function servicesOf(home: string, store: Store, config: Partial<ServerConfig> = {}): Services {
  const parts: Partial<Services> = {
    version: "0.1.0",
    config: { ...CONFIG, home, ...config },
    store,
    log: {
      append: async (item) => {
        const [result] = store.log.append([item]);
        if (result === undefined) throw new Error("nothing was appended");
        return result;
      },
      settled: async () => {},
      depth: 0,
    },
    query: createSqliteQuery(),
    openBlobs: (url) => openBlobStore(url),
    openStore,
    lockHome: (folder) => lockHome(folder, 0),
    outbound: (ownHost) =>
      createRestrictedHttp({ allowPrivateHosts: config.allowPrivateHosts ?? [], ownHost }),
    exporters: createExporters(() => config.otlpExporter ?? null, {
      outbound: (ownHost) =>
        createRestrictedHttp({ allowPrivateHosts: config.allowPrivateHosts ?? [], ownHost }),
      ...{ env: {}, now: Date.now, version: "0.1.0" },
    }),
    demo: false,
    baseUrl: null,
  };
  return parts as Services;
}

export const contextOf = (
  services: Services,
  over: Partial<CommandContext<Services>> = {},
): CommandContext<Services> => ({
  services,
  principal: { id: "local", name: "local", scopes: ["admin"] },
  now: () => T0 + 3_600_000,
  progress: () => {},
  signal: new AbortController().signal,
  ...over,
});

const CONFIG: Omit<ServerConfig, "home"> = {
  file: null,
  host: "127.0.0.1",
  port: 0,
  rules: [],
  sourceOrder: [],
  environmentOrder: [],
  abandonAfterMs: SETTINGS.abandonAfterMs,
  timeZone: "UTC",
  keepBodiesDays: null,
  keepRunsDays: null,
  sources: [],
  channels: [],
  otlpExporter: null,
  transforms: [],
  mappings: {},
  oidc: null,
  trustedProxy: null,
  rateLimit: null,
  roles: [],
  trunk: [],
  backup: null,
  dashboards: [],
  flow: { columns: {}, labels: [] },
  prometheus: null,
  allowPrivateHosts: [],
  publicUrl: null,
};

/** One deployment as a delivery with its body and one event. */
export function deployment(
  externalId: string,
  facts: Facts = {},
  step: Step = "succeeded",
  atMs = T0,
): AppendItem {
  const at = new Date(atMs).toISOString();
  const body = Buffer.from(JSON.stringify({ externalId, step, at }));
  const delivery: NewDelivery = {
    id: uuidv7(atMs),
    source: "gitlab",
    instance: "gitlab.example.com",
    headerId: null,
    bodySha256: sha256Hex(body),
    seenSha256: sha256Hex(body),
    receivedAt: at,
    verified: true,
    outcome: "accepted",
    reason: null,
    contentType: "application/json",
    headers: {},
    body,
  };
  const object = {
    identityKind: "deployment",
    source: "gitlab",
    instance: "gitlab.example.com",
    externalId,
    attempt: 1,
  };
  const all: Facts = {
    kind: "deployment",
    service: "shop",
    environment: "prod-eu",
    version: `v${externalId}`,
    ...facts,
  };
  const data = { object, step, at, reopens: false, facts: all, verified: true, generation: 0 };
  const event = plainEvent("vice.activity.observed.v1", data, activityId(object), at);
  return {
    delivery,
    events: [{ ...event, actor: null, delivery: { id: delivery.id, sha256: delivery.bodySha256 } }],
  };
}

/** An event that came with no delivery. */
export const plainEvent = <T extends EventType>(
  type: T,
  data: NewEvent<T>["data"],
  subject: string | null = null,
  time = new Date(T0).toISOString(),
): NewEvent<T> => ({
  type,
  source: "/commands",
  subject,
  time,
  data,
  actor: "local",
  traceparent: null,
  delivery: null,
});
