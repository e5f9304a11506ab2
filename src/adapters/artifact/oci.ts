/** Artifact `oci`: an image of a registry, by its digest; who runs it fetches it. https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
import { createHash } from "node:crypto";
import { z } from "zod";
import { ViceError } from "../../kit/errors.ts";
import { ask, askJson, type Headers, refused } from "./download.ts";
import type { ArtifactKindAdapter } from "./kind.ts";

const NAME =
  /^(?:([^/]+\.[^/]+|[^/]+:\d+|localhost)\/)?([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?$/;
const image = z.string().regex(NAME, "an image like registry.example.com/shop or shop:1.4.2");
const schema = z.union([image, z.strictObject({ image })]).transform((given) => ({
  image: typeof given === "string" ? given : given.image,
}));

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

export const ociKind: ArtifactKindAdapter<z.output<typeof schema>> = {
  schema,
  resolve: async ({ spec, version }, { signal }) => {
    const [, host = "docker.io", path = "", written] = NAME.exec(spec.image) ?? [];
    const repository = host === "docker.io" && !path.includes("/") ? `library/${path}` : path;
    const tag = version ?? written ?? "latest";
    const isDigest = /^sha(256|512):[0-9a-f]{64,}$/.test(tag);
    const url = `${baseOf(host)}/v2/${repository}/manifests/${encodeURIComponent(tag)}`;
    const digest = await digestOf(url, signal);
    return {
      ...{ kind: "oci", name: `${host}/${repository}`, commitSha: null, digest },
      version: isDigest ? null : tag,
      from: `${host}/${repository}@${digest}`,
    };
  },
  bring: async ({ from }) => {
    throw new ViceError("not-supported", {
      message: `${from} is an image, and this target runs no images.`,
      hint: "Give it a folder, git, npm or tarball artifact, or a target that runs images: command.",
    });
  },
};

/** As docker does: only on this machine without TLS. */
function baseOf(host: string): string {
  if (host === "docker.io") return "https://registry-1.docker.io";
  return /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host) ? `http://${host}` : `https://${host}`;
}

async function digestOf(url: string, signal: AbortSignal): Promise<string> {
  const headers: Record<string, string> = { accept: MANIFESTS };
  let answer = await ask(url, { method: "HEAD", headers, signal });
  if (answer.status === 401) {
    Object.assign(headers, await anonymous(answer.headers.get("www-authenticate"), signal));
    answer = await ask(url, { method: "HEAD", headers, signal });
  }
  if (!answer.ok) throw refused(url, answer.status);
  const told = answer.headers.get("docker-content-digest");
  if (told !== null && /^sha(256|512):[0-9a-f]{64,}$/.test(told)) return told;
  // The header is optional; the digest is that of the manifest as it is sent.
  const whole = await ask(url, { headers, signal });
  if (!whole.ok) throw refused(url, whole.status);
  return `sha256:${createHash("sha256")
    .update(Buffer.from(await whole.arrayBuffer()))
    .digest("hex")}`;
}

/** A token for what everybody may read. https://distribution.github.io/distribution/spec/auth/token/ */
async function anonymous(challenge: string | null, signal: AbortSignal): Promise<Headers> {
  const said = new Map(
    [...(challenge ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  const realm = said.get("realm") ?? "";
  if (!/^Bearer /i.test(challenge ?? "") || !URL.canParse(realm)) return {};
  const url = new URL(realm);
  for (const key of ["service", "scope"]) if (said.has(key)) url.searchParams.set(key, said.get(key) ?? "");
  const { token, access_token: other } = z
    .looseObject({ token: z.string().optional(), access_token: z.string().optional() })
    .catch({})
    .parse(await askJson(url.href, { signal }));
  const found = token ?? other;
  return found === undefined ? {} : { authorization: `Bearer ${found}` };
}
