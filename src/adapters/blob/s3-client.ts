/** Signed requests to S3 and compatible servers: address of a bucket, retries, and their errors in our words. */
import { AwsClient } from "aws4fetch";
import { ViceError } from "../../kit/errors.ts";
import { sha256Hex } from "../../kit/ids.ts";

export interface S3Client {
  /** Sends one signed request below the bucket. @throws ViceError `outside.unreachable`, `not-found` */
  send(
    method: string,
    key: string,
    query?: Record<string, string>,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<Response>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const RETRIES = 4;
const NETWORK_TRIES = 3;

/** @throws ViceError `auth.required` without credentials in the environment */
export function s3Client(bucket: string, environment: Environment): S3Client {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!accessKeyId || !secretAccessKey) {
    const hint =
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_REGION; AWS_ENDPOINT_URL for other servers than AWS).";
    throw new ViceError("auth.required", {
      message: "There are no credentials for S3 in the environment.",
      hint,
    });
  }
  const sessionToken = environment["AWS_SESSION_TOKEN"];
  const region = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || "us-east-1";
  const base = addressOf(
    bucket,
    region,
    environment["AWS_ENDPOINT_URL_S3"] || environment["AWS_ENDPOINT_URL"],
  );
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  const aws = new AwsClient({ ...credentials, region, service: "s3", retries: RETRIES });
  return {
    send: async (method, key, query = {}, body) => {
      const path = key.split("/").map(encodeURIComponent).join("/");
      const search = new URLSearchParams(query).toString();
      const url = `${base}/${path}${search === "" ? "" : `?${search}`}`;
      const headers = { "x-amz-content-sha256": sha256Hex(body ?? "") };
      const answer = await persistently(
        () => aws.fetch(url, { method, headers, ...(body === undefined ? {} : { body }) }),
        base,
      );
      if (answer.ok) return answer;
      throw refusal(answer.status, await answer.text(), `s3://${bucket}/${key}`);
    },
  };
}

/** Bucket in the host name at AWS; in the path for other servers and for names with dots (their certificates do not fit). */
function addressOf(bucket: string, region: string, endpoint: string | undefined): string {
  if (endpoint) return `${endpoint.replace(/\/+$/, "")}/${bucket}`;
  return bucket.includes(".")
    ? `https://s3.${region}.amazonaws.com/${bucket}`
    : `https://${bucket}.s3.${region}.amazonaws.com`;
}

/** aws4fetch tries again when a server says so (429, 5xx), but not when the connection breaks. */
async function persistently(send: () => Promise<Response>, url: string): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (problem) {
      const said =
        problem instanceof Error
          ? ((problem.cause as Error | undefined)?.message ?? problem.message)
          : String(problem);
      if (attempt === NETWORK_TRIES)
        throw new ViceError("outside.unreachable", { url, problem: said }, problem);
      await new Promise((resolve) => setTimeout(resolve, 100 * 4 ** attempt * (0.5 + Math.random())));
    }
  }
}

/** Codes from the S3 API reference "Error responses". */
const HINTS: Readonly<Record<string, string>> = {
  NoSuchBucket: "Make the bucket first, or correct its name.",
  AccessDenied: "Give these credentials the right to read, write and list there.",
  SignatureDoesNotMatch: "Check AWS_SECRET_ACCESS_KEY and AWS_REGION.",
  InvalidAccessKeyId: "Check AWS_ACCESS_KEY_ID.",
};

export function refusal(status: number, xml: string, url: string): ViceError {
  const code = /<Code>([^<]*)<\/Code>/.exec(xml)?.[1] ?? "";
  if (status === 404 && code !== "NoSuchBucket")
    return new ViceError("not-found", { what: "object", name: url });
  const hint = HINTS[code];
  return new ViceError("outside.unreachable", {
    url,
    problem: `it answered ${status} ${code}`.trim(),
    ...(hint ? { hint } : {}),
  });
}
