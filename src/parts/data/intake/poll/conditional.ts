/** Asks only for what changed: sends the ETag of the last answer, and gives that answer again where the vendor says 304. */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { SourceHttp } from "../../../../ports/source.ts";

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Compressed, for one instance; lists of a vendor shrink to about a tenth. */
const MOST_BYTES = 8 * 1024 * 1024;

interface Kept {
  etag: string;
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * For one connection with one token. A 304 costs GitHub's rate limit nothing (GitHub docs "Best practices for using the
 * REST API", "Use conditional requests"); where a vendor sends no ETag, nothing changes. In memory only: the first walk
 * after a start reads everything once.
 */
export function conditional(http: SourceHttp, mostBytes = MOST_BYTES): SourceHttp {
  const kept = new Map<string, Kept>();
  let bytes = 0;

  const forget = (url: string): void => {
    bytes -= kept.get(url)?.body.length ?? 0;
    kept.delete(url);
  };
  /** The last used stands last; the first ones go when there is no more room. */
  const keep = (url: string, answer: Kept): void => {
    forget(url);
    kept.set(url, answer);
    bytes += answer.body.length;
    for (const oldest of kept.keys()) {
      if (bytes <= mostBytes) return;
      forget(oldest);
    }
  };

  return {
    getJson: async (url, headers) => {
      // Pages of one address may differ by their range alone (Heroku).
      const key = `${url} ${headers["range"] ?? ""}`;
      const before = kept.get(key);
      const sent = before === undefined ? headers : { ...headers, "if-none-match": before.etag };
      const answer = await http.getJson(url, sent);
      if (answer.status === 304 && before !== undefined) {
        keep(key, before);
        const body: unknown = JSON.parse((await unpack(before.body)).toString());
        return { status: 200, headers: { ...before.headers, ...answer.headers }, body };
      }
      const { etag } = answer.headers;
      if (answer.status === 200 && etag !== undefined) {
        const body = await pack(JSON.stringify(answer.body), { level: 1 });
        keep(key, { etag, headers: answer.headers, body });
      } else forget(key);
      return answer;
    },
  };
}
