/** An error where the thing would have been: what happened, and the next step. */
import type { ReactElement } from "react";
import { ApiError } from "../api/client.ts";

export function Failure({ error, retry }: { error: Error; retry?: () => unknown }): ReactElement {
  const hint = error instanceof ApiError ? error.hint : null;
  return (
    <div className="failure" role="alert">
      <p className="failure-message">{error.message}</p>
      {hint !== null && <p>{hint}</p>}
      {retry !== undefined && (
        <button type="button" className="button" onClick={() => retry()}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Under a form: the refusal of the last command, or nothing. */
export function FormError({ error }: { error: Error | null }): ReactElement | null {
  return error === null ? null : <Failure error={error} />;
}
