// For esbuild: of each module of ours only what is used, so that nobody pays for schemas and commands beside it.
import { join } from "node:path";

export const onlyWhatIsUsed = {
  name: "only-what-is-used",
  setup: (build) =>
    build.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      sideEffects: false,
    })),
};
