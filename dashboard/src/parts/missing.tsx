/** Stands where a page's subject would be that cannot be read: nobody knows the id, or the server does not answer. */
import type { ReactElement, ReactNode } from "react";
import { ApiError } from "../api/client.ts";
import { Failure } from "./failure.tsx";
import { PageHead } from "./page-head.tsx";

interface Props {
  /** In one word: `run`. */
  what: string;
  id: string;
  error: Error;
  retry: () => unknown;
  lead: string;
  /** Where to go from here. */
  children: ReactNode;
}

export function Missing({ what, id, error, retry, lead, children }: Props): ReactElement {
  if (!(error instanceof ApiError && error.status === 404)) {
    return (
      <div className="page">
        <PageHead title="Not readable now" />
        <Failure error={error} retry={retry} />
      </div>
    );
  }
  return (
    <div className="page">
      <PageHead title={`No such ${what}`} lead={lead} />
      <p>
        <code>{id}</code>
      </p>
      <p>{children}</p>
    </div>
  );
}
