/** Conformance suite of the port of checks: every kind runs it against something real. */
import { expect, test } from "vitest";
import type { CommonSpec } from "../domain/verify/forms.ts";
import type { CheckAnswer, CheckCall, Checker, Cookies } from "../ports/check.ts";

/** Checks as they stand in a file, against what the world has started. */
export interface CheckWorld {
  good: object;
  /** Each of them fails, and says why. */
  bad: ReadonlyArray<readonly [given: object, says: RegExp]>;
  /** What it would wait for for ever. */
  hangs: object;
  /** Fails, and what came holds this text. */
  tells: readonly [given: object, secret: string];
  /** Leads to a place where clouds keep keys; `null` = this kind goes nowhere by itself. */
  closed: object | null;
  close: () => Promise<void>;
}

export interface CheckerConformance {
  checker: Checker;
  open: () => Promise<CheckWorld>;
  /** Beside what every call has. */
  call?: Partial<CheckCall>;
}

const FEW_MS = 3000;
const nothing: Cookies = { take: () => {}, for: () => null, all: () => ({}) };

export function checkerConformance(kind: string, { checker, open, call = {} }: CheckerConformance): void {
  let count = 0;
  const read = (given: object): CommonSpec => checker.schema.parse({ type: kind, ...given });
  const run = (given: object, over: Partial<CheckCall> = {}): Promise<CheckAnswer> => {
    count += 1;
    const about = { cwd: "/", env: {}, secrets: [], version: null, commitSha: null, cookies: nothing };
    const named = { run: `conformance-${kind}`, step: String(count), signal: AbortSignal.timeout(10_000) };
    return checker.run({ ...about, ...named, ...call, ...over, spec: read(given) });
  };
  const within = (about: string, check: (world: CheckWorld) => Promise<void>): void =>
    test(`check ${kind}: ${about}`, async () => {
      const world = await open();
      try {
        await check(world);
      } finally {
        await world.close();
      }
    });

  within("passes what is right, and says nothing against it", async ({ good }) => {
    expect(checker.kind).toBe(kind);
    expect(await run(good)).toMatchObject({ error: null });
    expect(await run(good)).toMatchObject({ error: null });
  });

  within("says in words what is wrong", async ({ bad }) => {
    for (const [given, says] of bad) expect((await run(given)).error).toMatch(says);
  });

  within("hides what is secret, whole", async ({ tells: [given, secret] }) => {
    const open = await run(given);
    expect(JSON.stringify(open)).toContain(secret.slice(0, 6));
    const hidden = await run(given, { secrets: [secret] });
    expect(hidden.error).not.toBeNull();
    for (let at = 0; at + 6 <= secret.length; at += 1)
      expect(JSON.stringify(hidden)).not.toContain(secret.slice(at, at + 6));
  });

  within("ends soon when it is stopped, before or while it looks", async ({ hangs }) => {
    for (const signal of [AbortSignal.abort("stop"), AbortSignal.timeout(100)]) {
      const begun = performance.now();
      expect((await run(hangs, { signal })).error).not.toBeNull();
      expect(performance.now() - begun).toBeLessThan(FEW_MS);
    }
  });

  within("never goes where clouds keep their keys", async ({ closed }) => {
    if (closed !== null) expect((await run(closed)).error).toContain("where checks never go");
  });

  within("takes no key that it does not know, and has a name for what it looks at", async ({ good }) => {
    expect(checker.schema.safeParse({ type: kind, ...good, unknown: 1 }).success).toBe(false);
    expect(checker.schema.safeParse({ ...good, type: "other" }).success).toBe(false);
    expect(checker.subject(read(good))).not.toBe("");
    expect(checker.about).not.toBe("");
  });
}
