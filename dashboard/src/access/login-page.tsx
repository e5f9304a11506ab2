/** Sign in with a token, or through the company's single sign-on. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useLocation } from "wouter";
import { request } from "../api/client.ts";
import type { Me } from "../api/types.ts";
import { FormError } from "../parts/failure.tsx";
import { TextField } from "../parts/field.tsx";
import { useTitle } from "../parts/page-head.tsx";

export function LoginPage({ me }: { me: Me }): ReactElement {
  useTitle("Sign in");
  const { oidc } = me.signIn;
  return (
    <main className="login">
      <h1>
        <img src="/favicon.svg" alt="" width="28" height="28" /> Sign in to vice
      </h1>
      {oidc !== null && (
        <a className="button primary wide" href={oidc.url}>
          {oidc.label}
        </a>
      )}
      {oidc !== null && me.signIn.token && <p className="or">or</p>}
      {me.signIn.token && <TokenForm first={oidc === null} />}
    </main>
  );
}

function TokenForm({ first }: { first: boolean }): ReactElement {
  const [token, setToken] = useState("");
  const client = useQueryClient();
  const [path, navigate] = useLocation();
  const signIn = useMutation({
    mutationFn: () => request<void>("POST", "/v1/session", { token: token.trim() }),
    onSuccess: async () => {
      await client.resetQueries();
      if (path === "/login") navigate("/");
    },
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    signIn.mutate();
  }
  return (
    <form className="form" onSubmit={submit}>
      <TextField
        label="Token"
        type="password"
        value={token}
        change={setToken}
        required
        hint={'Whoever runs the server makes one: "vice token create".'}
      />
      <FormError error={signIn.error} />
      <button
        type="submit"
        className={first ? "button primary wide" : "button wide"}
        disabled={signIn.isPending}
      >
        Sign in
      </button>
    </form>
  );
}
