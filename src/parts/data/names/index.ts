/** The room of names: one application has several names in several tools; rules make one service of them. */
import { aliasService } from "./alias.ts";
import { excludeByRule } from "./exclude.ts";
import { forgetRule } from "./forget-rule.ts";
import { listNames, listUnmatched } from "./list.ts";
import { mergeServices } from "./merge.ts";
import { splitService } from "./split.ts";
import { setTeam, setTier } from "./team.ts";

export const nameCommands = [
  listNames,
  listUnmatched,
  aliasService,
  mergeServices,
  splitService,
  setTeam,
  setTier,
  excludeByRule,
  forgetRule,
];
