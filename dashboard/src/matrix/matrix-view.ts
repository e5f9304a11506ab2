/** The state of the matrix in the address. */
import { useMemo } from "react";
import { listOf, type UrlState, useUrlState } from "../parts/url-state.ts";
import type { MatrixView } from "./build-matrix.ts";

export function useMatrixView(): { url: UrlState; view: MatrixView; ephemeral: boolean; at: string } {
  const url = useUrlState();
  const view = useMemo(
    (): MatrixView => ({
      q: url.get("q"),
      team: url.get("team"),
      tier: url.get("tier"),
      only: url.get("only"),
      grouped: url.get("group") === "team",
      pinnedServices: listOf(url.get("pin")),
      pinnedEnvironments: listOf(url.get("pincol")),
    }),
    [url],
  );
  return { url, view, ephemeral: url.get("ephemeral") === "true", at: url.get("at") };
}

export const isFiltered = (view: MatrixView): boolean =>
  view.q !== "" || view.team !== "" || view.tier !== "" || view.only !== "";
