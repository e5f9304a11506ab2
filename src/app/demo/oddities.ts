/** What every intake meets: an event that nobody uses, the same delivery once more, a body that fits no schema. Pure. */
import { uuidOf } from "./random.ts";
import { type Hook, isHook, type Scene } from "./story.ts";

const DAY = 86_400_000;

/** @param past the deliveries of the story, of which one comes again */
export function oddities(past: readonly Scene[], nowMs: number): Hook[] {
  const again = past.find((scene): scene is Hook => isHook(scene) && scene.source === "github");
  return [starred(nowMs - 2 * DAY), ...(again === undefined ? [] : [again]), ownScript(nowMs - DAY)];
}

/** GitHub sends all its events where somebody chose "Send me everything". */
function starred(atMs: number): Hook {
  const headers = {
    "content-type": "application/json",
    "x-github-event": "star",
    "x-github-delivery": uuidOf("star"),
  };
  const repository = {
    id: 4102,
    full_name: "example-shop/search",
    html_url: "https://github.shop.example.com/example-shop/search",
  };
  return {
    atMs,
    source: "github",
    headers,
    body: { action: "created", starred_at: new Date(atMs).toISOString(), repository },
  };
}

/** A script of somebody's own that was pointed at Jenkins' address. */
function ownScript(atMs: number): Hook {
  const body = {
    app: "label-printer",
    target: "warehouse-3",
    state: "done",
    at: new Date(atMs).toISOString(),
  };
  return { atMs, source: "jenkins", headers: { "content-type": "application/json" }, body };
}
