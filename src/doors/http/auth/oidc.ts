/** OpenID Connect: code flow with PKCE, state and nonce; the ID token's signature is checked against the provider's keys. */
import type { Configuration } from "openid-client";
import { ViceError } from "../../../kit/errors.ts";
import { isLoopbackHost } from "../addresses.ts";
import type { Door } from "../door.ts";

export type OidcSettings = NonNullable<Door["services"]["config"]["oidc"]>;

/** What has to be remembered between leaving for the provider and coming back. */
export interface Flow {
  state: string;
  nonce: string;
  verifier: string;
  redirectUri: string;
}

export interface Oidc {
  /** @returns where to send the person, and what to remember. @throws ViceError `outside.unreachable` */
  begin(redirectUri: string): Promise<{ url: string; flow: Flow }>;
  /** @param query of the callback, with its question mark. @throws ViceError `auth.required`, `outside.unreachable` */
  finish(flow: Flow, query: string): Promise<Record<string, unknown>>;
}

const SCOPE = "openid email profile";

/** Nothing is loaded and nobody is asked before the first person signs in. */
export function oidcOf(settings: OidcSettings): Oidc {
  let found: Promise<Configuration> | null = null;
  const configuration = (): Promise<Configuration> => {
    found ??= discover(settings).catch((error: unknown) => {
      found = null;
      throw unreachable(settings, error);
    });
    return found;
  };
  return {
    begin: async (redirectUri) => {
      const client = await import("openid-client");
      const config = await configuration();
      const verifier = client.randomPKCECodeVerifier();
      const flow: Flow = { state: client.randomState(), nonce: client.randomNonce(), verifier, redirectUri };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, flow };
    },
    finish: async ({ state, nonce, verifier, redirectUri }, query) => {
      const client = await import("openid-client");
      const config = await configuration();
      const here = new URL(query, redirectUri);
      const checks = {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      };
      try {
        const tokens = await client.authorizationCodeGrant(config, here, checks);
        const claims = tokens.claims();
        if (claims === undefined) throw new Error("the provider gave no ID token");
        return { ...claims, ...(await moreAbout(client, config, tokens.access_token, claims.sub)) };
      } catch (error) {
        throw refused(error);
      }
    },
  };
}

async function discover(settings: OidcSettings): Promise<Configuration> {
  const client = await import("openid-client");
  const issuer = new URL(settings.issuer);
  // A provider on this machine, for trying it out; everywhere else only TLS.
  const plain = issuer.protocol === "http:" && isLoopbackHost(issuer.hostname);
  const execute = [client.enableNonRepudiationChecks, ...(plain ? [client.allowInsecureRequests] : [])];
  const { clientId, clientSecret } = settings;
  return client.discovery(issuer, clientId, undefined, client.ClientSecretPost(clientSecret), {
    execute,
    timeout: 10,
  });
}

/** Groups often stand only in the user info. */
async function moreAbout(
  client: typeof import("openid-client"),
  config: Configuration,
  accessToken: string,
  subject: string,
): Promise<Record<string, unknown>> {
  if (config.serverMetadata().userinfo_endpoint === undefined) return {};
  return { ...(await client.fetchUserInfo(config, accessToken, subject)) };
}

const unreachable = (settings: OidcSettings, error: unknown): ViceError =>
  new ViceError("outside.unreachable", { url: settings.issuer, problem: messageOf(error) }, error);

function refused(error: unknown): ViceError {
  const message = `The sign-in was not completed: ${messageOf(error)}.`;
  return new ViceError("auth.required", { message, hint: "Begin again at /login." }, error);
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\.$/, "").slice(0, 200);
