/** Roles by grant: who, where, and what one role includes. */
import { expect, test } from "vitest";
import { type Grant, ROLES, rolesOf } from "./roles.ts";

const grant = (who: string, role: Grant["role"], over: Partial<Grant> = {}): Grant => ({
  who,
  role,
  service: null,
  environment: null,
  team: null,
  ...over,
});
const kim = { id: "oidc:77", name: "kim@example.com" };
const ci = { id: "token:0193f1c2", name: "ci" };
const prod = { service: "shop", environment: "prod-eu", team: "payments" };
const dev = { ...prod, environment: "dev" };
const policy = [
  grant("*", "viewer"),
  grant("token:ci", "deployer", { environment: "dev*" }),
  grant("kim@example.com", "approver", { service: "shop", environment: "PROD-*" }),
  grant("ops", "admin"),
];

test.each([
  [ci, dev, ["viewer", "deployer"]],
  [ci, prod, ["viewer"]],
  [kim, prod, ["viewer", "approver"]],
  [kim, { ...prod, service: "ledger" }, ["viewer"]],
  [kim, { ...prod, environment: null }, ["viewer"]],
  [{ id: "token:ops", name: "ops" }, prod, [...ROLES]],
  [{ id: "token:other", name: null }, prod, ["viewer"]],
])("%o in %o", (who, place, roles) => expect(rolesOf(policy, who, place)).toEqual(roles));

test("without a policy scopes alone decide", () => expect(rolesOf([], ci, prod)).toEqual([...ROLES]));

test("whoever is not in the policy has no role", () =>
  expect(rolesOf([grant("ops", "admin")], kim, prod)).toEqual([]));

test("a name is no pattern of its own", () => {
  expect(rolesOf([grant("token.ci", "admin")], ci, prod)).toEqual([]);
  expect(rolesOf([grant("token:(ci", "admin")], ci, prod)).toEqual([]);
});
