/** The web address of a repository, from whatever git or a forge calls it. */

const SCP = /^(?:ssh:\/\/)?[\w.-]+@([\w.-]+)(?::\d+\/|[:/])(.+)$/;

/** `git@host:group/app.git` and `https://user:token@host/group/app` are `https://host/group/app`; `null` = no address. */
export function repositoryOf(remote: string | null): string | null {
  if (remote === null) return null;
  const [, host, path] = SCP.exec(remote) ?? [];
  const text = host === undefined ? remote : `https://${host}/${path}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  url.username = "";
  url.password = "";
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "").replace(/\.git$/, "");
}

/** Whether two addresses are the same repository; hosts and paths of forges are compared without case. */
export const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Host with its port, and `group/app`. */
export function placeOf(repository: string): { host: string; path: string } | null {
  const url = URL.canParse(repository) ? new URL(repository) : null;
  const path = url?.pathname.replace(/^\/+|\/+$/g, "") ?? "";
  return url === null || path === "" ? null : { host: url.host.toLowerCase(), path };
}
