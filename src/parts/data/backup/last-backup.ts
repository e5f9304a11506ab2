/** When a backup was last made, by the clock of the server or by hand; noted in the state, for `vice doctor`. */
import { z } from "zod";
import type { Services } from "../../../ports/services.ts";

const noted = z.object({ at: z.string() });

export function noteBackup({ store }: Pick<Services, "store">, at: string): void {
  store.state.set("backup", "last", { at }, Date.parse(at));
}

export const lastBackupAt = ({ store }: Pick<Services, "store">): string | null =>
  noted.safeParse(store.state.get("backup", "last")?.value).data?.at ?? null;
