/** Access tokens; a facet of the store. */

export interface StoredToken {
  id: string;
  name: string;
  scopes: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** Access tokens, by the SHA-256 of their secret. */
export interface Tokens {
  create(token: {
    id: string;
    name: string;
    sha256: string;
    scopes: readonly string[];
    createdMs: number;
    expiresMs: number | null;
  }): void;
  /** `null` for unknown, revoked and expired ones. Notes the use, at most once a minute. */
  find(sha256: string, nowMs: number): StoredToken | null;
  list(): StoredToken[];
  /** @returns false when there is none */
  revoke(id: string, nowMs: number): boolean;
  isRevoked(id: string): boolean;
  /** Whether a token was ever made: then open mode has ended, also when the last one was revoked or expired. */
  any(): boolean;
}
