/** The rules of the mock: a freeze, a lock, two approvals, and what its commands do to them. */
import type { Approvals, CanDeploy, Freeze, Lock, Pulled, Scope } from "../src/api/rule-types.ts";

export interface Rules {
  andons: Pulled[];
  freezes: Freeze[];
  locks: Lock[];
  approvals: Approvals;
}

const ANY: Scope = { service: null, team: null, environment: null, tier: null };
const ago = (baseMs: number, ms: number): string => new Date(baseMs - ms).toISOString();

export function rulesOf(baseMs: number): Rules {
  const at = ago(baseMs, 3_600_000);
  const place = { service: "voucher-cron", environment: "prod-us" };
  const freeze = { id: "f1", scope: { ...ANY, team: "messaging", tier: "staging" as const } };
  return {
    andons: [],
    freezes: [
      {
        ...freeze,
        reason: "audit",
        at,
        by: "oidc:kim@example.com",
        byName: "oidc:kim@example.com",
        from: at,
        to: null,
      },
    ],
    locks: [
      {
        ...{ id: "l1", ...place, target: null, holder: "release job", reason: "migration by hand", at },
        ...{ until: null, fencingToken: 41 },
      },
    ],
    approvals: {
      asked: [
        { ...place, version: "v2.0.0", by: "local", byName: "local", at, reason: "the new vouchers" },
        {
          ...place,
          version: "v1.9.0",
          by: "oidc:kim@example.com",
          byName: "oidc:kim@example.com",
          at,
          reason: null,
        },
      ],
      items: [
        {
          ...{
            id: "a1",
            ...place,
            version: "v2.0.0",
            by: "oidc:lee@example.com",
            byName: "oidc:lee@example.com",
            at,
          },
          ...{ expiresAt: null, note: "seen on staging" },
        },
      ],
    },
  };
}

type Input = Record<string, unknown>;

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

export const RULE_COMMANDS: Record<string, (rules: Rules, input: Input) => unknown> = {
  "deploy.andon-pull": (rules, { service, team, environment, tier, reason }) => {
    const scope = { service: text(service), team: text(team), environment: text(environment) };
    const id = `p${rules.andons.length + 1}`;
    const said = { id, reason: String(reason), at: new Date().toISOString(), by: "local", byName: "local" };
    rules.andons.push({
      ...said,
      scope: { ...scope, tier: text(tier) as Scope["tier"] },
      byWhat: "person",
    });
    return {};
  },
  "deploy.andon-release": (rules, { id }) => {
    rules.andons = rules.andons.filter((one) => one.id !== id);
    return {};
  },
};

export const canDeploy = ({ andons }: Rules, search: URLSearchParams): CanDeploy => ({
  service: search.get("service") ?? "",
  environment: search.get("environment") ?? "",
  version: search.get("version"),
  allowed: andons.length === 0,
  reasons: andons.map(({ reason, at, by }) => ({
    ...{ rule: "andon", message: `The line is stopped: ${reason}`, hint: "vice andon release" },
    ...{ since: at, by, until: null },
  })),
  unknown: [],
  overridden: [],
});
