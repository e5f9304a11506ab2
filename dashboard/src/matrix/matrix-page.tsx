/** What runs where: the first page. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useDeferredValue, useMemo } from "react";
import { statusQuery } from "../api/queries.ts";
import { Failure } from "../parts/failure.tsx";
import { useTitle } from "../parts/page-head.tsx";
import { NARROW, useMedia } from "../parts/use-media.ts";
import { Waiting } from "../parts/waiting.tsx";
import { NOTHING_STANDS } from "../rules/holds.ts";
import { StandingContext, useStanding } from "../rules/use-standing.ts";
import { AsOf, AtField } from "./at-field.tsx";
import { buildMatrix, type Matrix } from "./build-matrix.ts";
import { FirstSteps } from "./first-steps.tsx";
import { MatrixList } from "./matrix-list.tsx";
import { MatrixTable } from "./matrix-table.tsx";
import { MatrixTools } from "./matrix-tools.tsx";
import { useMatrixView } from "./matrix-view.ts";

export function MatrixPage(): ReactElement {
  useTitle("What runs where");
  const { url, view, ephemeral, at } = useMatrixView();
  const status = useQuery(statusQuery(ephemeral, at));
  const shownView = useDeferredValue(view);
  const matrix = useMemo(
    () => (status.data === undefined ? null : buildMatrix(status.data, shownView)),
    [status.data, shownView],
  );
  const narrow = useMedia(NARROW);
  const standing = useStanding();

  if (matrix === null) {
    return (
      <div className="page">
        {status.isError ? (
          <>
            {at !== "" && <AtField at={at} change={(moment) => url.set({ at: moment })} />}
            <Failure error={status.error} retry={() => status.refetch()} />
          </>
        ) : (
          <Waiting what="what runs where" />
        )}
      </div>
    );
  }
  if (matrix.total === 0 && !ephemeral && at === "") return <FirstSteps />;
  return (
    <div className="fill">
      <h1 className="hidden">What runs where</h1>
      <MatrixTools
        url={url}
        view={view}
        ephemeral={ephemeral}
        at={at}
        items={status.data?.items ?? []}
        matrix={matrix}
      />
      {at !== "" && <AsOf at={status.data?.at ?? null} back={() => url.set({ at: "" })} />}
      {status.isError && <p className="stale">Could not read again: {status.error.message}</p>}
      {matrix.shown === 0 ? (
        <NothingFits clear={() => url.set({ q: "", team: "", tier: "", only: "" })} total={matrix.total} />
      ) : (
        <StandingContext value={at === "" ? standing : NOTHING_STANDS}>
          <Shown matrix={matrix} narrow={narrow} url={url} />
        </StandingContext>
      )}
    </div>
  );
}

function Shown({
  matrix,
  narrow,
  url,
}: {
  matrix: Matrix;
  narrow: boolean;
  url: ReturnType<typeof useMatrixView>["url"];
}): ReactElement {
  return narrow ? <MatrixList matrix={matrix} /> : <MatrixTable matrix={matrix} url={url} />;
}

function NothingFits({ clear, total }: { clear: () => void; total: number }): ReactElement {
  return (
    <div className="empty">
      <p>
        {total === 1 ? "The one service does not fit" : `None of the ${total} services fits`} the search and
        filters.
      </p>
      <button type="button" className="button" onClick={clear}>
        Clear filters
      </button>
    </div>
  );
}
