// Labels on a forge that spells a name as it was spelled first, as GitHub does: what was set once stays set.
import { expect, test } from "vitest";
import { type Ask, setOnGithub } from "./change-labels.ts";

test("a label that the forge spells in another case is the same label, and is not taken off again", async () => {
  const repository = ["deployed: production"];
  let labels = ["bug"];
  const asked: string[] = [];
  const ask: Ask = async (method, url, body) => {
    asked.push(method);
    if (method === "DELETE") {
      const gone = decodeURIComponent(url.split("/labels/")[1] ?? "").toLowerCase();
      labels = labels.filter((label) => label.toLowerCase() !== gone);
    }
    for (const name of (body as { labels: string[] } | null)?.labels ?? [])
      labels.push(repository.find((each) => each.toLowerCase() === name.toLowerCase()) ?? name);
    return JSON.stringify(labels.map((name) => ({ name })));
  };
  const set = (environments: string[]): Promise<void> =>
    setOnGithub(ask, "https://x/issues/15", environments);
  await set(["Production"]);
  await set(["Production"]);
  expect(labels).toEqual(["bug", "deployed: production"]);
  expect(asked).toEqual(["GET", "POST", "GET"]);
  await set([]);
  expect(labels).toEqual(["bug"]);
});
