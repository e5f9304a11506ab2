/** Who may say by `--set` where a secret is: the place may be any file or variable of the machine that opens it. */
import type { Project, ProjectEnvironment } from "../../../domain/project/project.ts";
import { resolveLayers } from "../../../domain/values/resolve.ts";
import type { Principal } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";

interface Place {
  project: Project;
  environment: ProjectEnvironment | null;
  service: string | null;
}

/** @throws ViceError `auth.forbidden` */
export function requireSetting(
  place: Place,
  set: Readonly<Record<string, string>>,
  { scopes }: Pick<Principal, "scopes">,
): void {
  if (scopes.includes("admin")) return;
  const locate = () => ({ file: null, line: null });
  const { resolved } = resolveLayers({ ...place, set, locate });
  const moved = resolved.find(({ source, reference }) => source.layer === "deployment" && reference !== null);
  if (moved === undefined) return;
  throw new ViceError("auth.forbidden", {
    message: `${moved.key} is a secret, and only an admin says by --set where one is. Nothing was opened.`,
    hint: "Say it in vice.yaml, and let an admin register the project again: vice project register",
    scope: "admin",
  });
}
