/** Decides whether to deliver at once: only on CI, only with a server, and never louder than one warning. */
import { type Environment, type ServerAddress, spoolOf } from "./home.ts";
import { warnOnce } from "./say.ts";
import { codeOf } from "./spool.ts";

/** CI systems set `CI`; `false` and `0` are how people switch it off. */
export const onCi = (env: Environment): boolean => !["", "0", "false"].includes((env.CI ?? "").toLowerCase());

/** @returns whether the records have arrived; `null` = it was not tried */
export async function flushOnCi(env: Environment, server: ServerAddress | null): Promise<boolean | null> {
  if (!onCi(env) || server === null) return null;
  try {
    const { FLUSH_LIMIT_MS, flushOnce } = await import("./flush.ts");
    const problem = await flushOnce(spoolOf(env).folder, server, FLUSH_LIMIT_MS);
    if (problem !== null)
      warnOnce(
        `${server.url} did not take the records (${problem}); they are kept, send them with: vice flush`,
      );
    return problem === null;
  } catch (problem) {
    warnOnce(`the records could not be sent (${codeOf(problem)}); they are kept, send them with: vice flush`);
    return false;
  }
}
