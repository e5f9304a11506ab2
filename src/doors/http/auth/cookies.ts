/** Reads and writes the cookies of the door. */

/** The value of a cookie in a Cookie header; `null` when it is not there. */
export function cookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

export interface CookieShape {
  name: string;
  value: string;
  path: string;
  sameSite: "Strict" | "Lax";
  secure: boolean;
  /** Seconds; 0 takes the cookie away. */
  maxAgeSeconds: number;
}

/** A Set-Cookie header; always HttpOnly. */
export function setCookie({ name, value, path, sameSite, secure, maxAgeSeconds }: CookieShape): string {
  const parts = [
    `${name}=${value}`,
    `Path=${path}`,
    `Max-Age=${maxAgeSeconds}`,
    "HttpOnly",
    `SameSite=${sameSite}`,
  ];
  return [...parts, ...(secure ? ["Secure"] : [])].join("; ");
}

/**
 * Whether the browser speaks TLS. `X-Forwarded-Proto` is believed from anybody: who forges it only makes his own
 * cookies stricter.
 */
export function isHttps(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  return (
    String(headers["x-forwarded-proto"] ?? "")
      .split(",")[0]
      ?.trim()
      .toLowerCase() === "https"
  );
}
