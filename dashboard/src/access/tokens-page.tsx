/** Tokens: who may come in from outside, with what scopes, until when. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { tokensQuery } from "../api/queries.ts";
import type { TokenItem } from "../api/types.ts";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { Failure, FormError } from "../parts/failure.tsx";
import { Icon } from "../parts/icon.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { Moment } from "../time/moment.tsx";
import { CreateToken } from "./create-token.tsx";

export function TokensPage(): ReactElement {
  const tokens = useQuery(tokensQuery);
  const [creating, setCreating] = useState(false);
  return (
    <div className="page">
      <PageHead title="Tokens" lead="For scripts, for other machines, and for signing in to this page.">
        <button type="button" className="button primary" onClick={() => setCreating(true)}>
          <Icon name="plus" /> New token
        </button>
      </PageHead>
      {tokens.isError && tokens.data === undefined && (
        <Failure error={tokens.error} retry={() => tokens.refetch()} />
      )}
      {tokens.isPending && <Waiting what="tokens" />}
      {tokens.data?.items.length === 0 && (
        <p className="empty">
          No token yet. While there is none, this server answers on this machine only (open mode).
        </p>
      )}
      {tokens.data !== undefined && tokens.data.items.length > 0 && <TokenTable items={tokens.data.items} />}
      {creating && <CreateToken close={() => setCreating(false)} />}
    </div>
  );
}

function TokenTable({ items }: { items: readonly TokenItem[] }): ReactElement {
  const revoke = useCommand<{ id: string }>("token.revoke", ["tokens"], () => announce("Token revoked"));
  return (
    <>
      <ScrollArea label="Tokens">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Scopes</th>
              <th scope="col">Made</th>
              <th scope="col">Last used</th>
              <th scope="col">Ends</th>
              <th scope="col">
                <span className="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((token) => (
              <tr key={token.id} data-row={token.id}>
                <th scope="row">{token.name}</th>
                <td data-label="scopes">{token.scopes.join(", ")}</td>
                <td data-label="made">
                  <Moment at={token.createdAt} />
                </td>
                <td data-label="last used">
                  {token.lastUsedAt === null ? (
                    <span className="unknown">never</span>
                  ) : (
                    <Moment at={token.lastUsedAt} />
                  )}
                </td>
                <td data-label="ends">
                  {token.expiresAt === null ? (
                    <span className="unknown">never</span>
                  ) : (
                    <Moment at={token.expiresAt} />
                  )}
                </td>
                <td className="actions">
                  <button
                    type="button"
                    className="button"
                    disabled={revoke.isPending}
                    onClick={() => revoke.mutate({ id: token.id })}
                  >
                    Revoke<span className="hidden"> {token.name}</span>
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      <FormError error={revoke.error} />
    </>
  );
}
