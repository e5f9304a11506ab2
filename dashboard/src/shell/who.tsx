/** Who is signed in, with the way to the tokens and out. */
import { useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "wouter";
import { request } from "../api/client.ts";
import type { Me } from "../api/types.ts";

export function Who({ me }: { me: Me }): ReactElement {
  const client = useQueryClient();
  async function leave(): Promise<void> {
    await request<void>("DELETE", "/v1/session");
    client.clear();
    location.assign("/login");
  }
  const name = me.mode === "open" ? "Tokens" : (me.name ?? "Tokens");
  return (
    <>
      <Link
        to="/tokens"
        className="who"
        title={me.mode === "open" ? "Open mode: no sign-in on this machine" : "Tokens"}
      >
        {name}
      </Link>
      {me.mode === "session" && (
        <button type="button" className="button quiet" onClick={() => void leave()}>
          Sign out
        </button>
      )}
    </>
  );
}
