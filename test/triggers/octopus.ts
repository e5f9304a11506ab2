// Octopus Deploy's REST API as its examples use it: spaces, releases, deployments, server tasks.
import {
  type Asked,
  type FakeVendor,
  fakeVendor,
  NOTHING,
  pick,
  type Run,
  type Said,
  TOKEN,
} from "./server.ts";

export const fakeOctopus = (releases: ReadonlySet<string> | "all" = "all"): Promise<FakeVendor> => {
  const created = new Set<string>();
  return fakeVendor((asked, fake) => {
    if (asked.headers["x-octopus-apikey"] !== TOKEN)
      return { status: 401, body: { ErrorMessage: "You must be logged in to perform this action." } };
    return answer(asked, fake, {
      isThere: (version) => releases === "all" || releases.has(version) || created.has(version),
      create: (version) => void created.add(version),
    });
  });
};

interface Releases {
  isThere: (version: string) => boolean;
  create: (version: string) => void;
}

const LISTS: Readonly<Record<string, unknown[]>> = {
  "/api/spaces/all": [{ Id: "Spaces-1", Name: "Default" }],
  "/api/Spaces-1/projects/all": [{ Id: "Projects-7", Name: "Shop", Slug: "shop" }],
  "/api/Spaces-1/environments/all": [{ Id: "Environments-3", Name: "Staging" }],
};

function answer({ method, path, body }: Asked, fake: FakeVendor, releases: Releases): Said {
  const on = `${method} ${path}`;
  const list = LISTS[path];
  if (method === "GET" && list !== undefined) return { body: list };
  const [, version] = /^GET \/api\/Spaces-1\/projects\/Projects-7\/releases\/(.+)$/.exec(on) ?? [];
  if (version !== undefined)
    return releases.isThere(version) ? { body: { Id: `Releases-${version}`, Version: version } } : NOTHING;
  if (on === "POST /api/Spaces-1/releases/create/v1") {
    releases.create(String(pick(body, "ReleaseVersion")));
    return { status: 201, body: { ReleaseId: `Releases-${pick(body, "ReleaseVersion")}` } };
  }
  if (on === "POST /api/Spaces-1/deployments") {
    const wanted = String(pick(body, "ReleaseId")).slice("Releases-".length);
    const run = fake.start(wanted, [], { comments: pick(body, "Comments") });
    return { status: 201, body: { Id: `Deployments-${run.id}`, TaskId: `ServerTasks-${run.id}` } };
  }
  if (on === "GET /api/Spaces-1/deployments")
    return {
      body: {
        Items: fake.runs.toReversed().map(({ id, facts }) => ({
          Id: `Deployments-${id}`,
          TaskId: `ServerTasks-${id}`,
          Comments: facts["comments"],
        })),
      },
    };
  const [, id, rest] = /^\/api\/Spaces-1\/tasks\/ServerTasks-(\d+)(?:\/(.*))?$/.exec(path) ?? [];
  const run = fake.runs.find((each) => String(each.id) === id);
  return run === undefined ? NOTHING : task(run, rest, fake);
}

const STATES = {
  waiting: "Queued",
  running: "Executing",
  succeeded: "Success",
  failed: "Failed",
  canceled: "Canceled",
} as const;

function task(run: Run, rest: string | undefined, fake: FakeVendor): Said {
  if (rest === "raw") return { body: fake.log(run) };
  if (rest === "cancel") {
    if (run.state === "waiting" || run.state === "running") run.state = "canceled";
    return { body: {} };
  }
  fake.advance(run);
  const ErrorMessage =
    run.state === "failed" ? "The deployment failed because one or more steps failed." : "";
  return {
    body: {
      Id: `ServerTasks-${run.id}`,
      State: STATES[run.state],
      ErrorMessage,
      HasPendingInterruptions: false,
    },
  };
}
