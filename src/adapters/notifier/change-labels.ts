/**
 * Labels of vice on a change: those that begin with `deployed: ` become what is wanted, all others stay as they are. GitHub docs
 * "REST API endpoints for labels" (a pull request is an issue there; a label that the repository does not know is made),
 * GitLab docs "Merge requests API", update: `add_labels` and `remove_labels`.
 */

/** Labels that begin so are vice's. */
const OWN = "deployed: ";
/** GitHub's names of labels are no longer. */
const LONGEST = 50;
const PER_PAGE = 100;
const MOST_PAGES = 5;

/** One request to the forge. @returns the answer's text. Throws when it refuses, but for statuses that are `fine` */
export type Ask = (method: string, url: string, body: unknown, fine?: readonly number[]) => Promise<string>;

/** @param change address of the change in the forge's API */
export type SetLabels = (ask: Ask, change: string, environments: readonly string[]) => Promise<void>;

interface Turn {
  add: string[];
  remove: string[];
}

/** Case does not tell labels apart: GitHub gives the one that it has, however it is spelled there. */
function turnOf(known: readonly string[], environments: readonly string[]): Turn {
  // A comma would end a label at GitLab.
  const labels = environments.map((name) => `${OWN}${name.replaceAll(",", " ")}`.slice(0, LONGEST).trim());
  const wanted = new Map(labels.map((label) => [label.toLowerCase(), label]));
  const there = new Set(known.map((label) => label.toLowerCase()));
  return {
    add: [...wanted].flatMap(([folded, label]) => (there.has(folded) ? [] : [label])),
    remove: known.filter((label) => {
      const folded = label.toLowerCase();
      return folded.startsWith(OWN) && !wanted.has(folded);
    }),
  };
}

export const setOnGithub: SetLabels = async (ask, change, environments) => {
  const labels = `${change}/labels`;
  const known: string[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const rows: unknown = JSON.parse(await ask("GET", `${labels}?per_page=${PER_PAGE}&page=${page}`, null));
    if (!Array.isArray(rows)) break;
    known.push(...rows.map((row: unknown) => String(Object(row)["name"])));
    if (rows.length < PER_PAGE) break;
  }
  const { add, remove } = turnOf(known, environments);
  if (add.length > 0) await ask("POST", labels, { labels: add });
  // 404: somebody was faster.
  for (const label of remove) await ask("DELETE", `${labels}/${encodeURIComponent(label)}`, null, [404]);
};

export const setOnGitlab: SetLabels = async (ask, change, environments) => {
  const row: unknown = Object(JSON.parse(await ask("GET", change, null)))["labels"];
  const known = Array.isArray(row) ? row.map(String) : [];
  const { add, remove } = turnOf(known, environments);
  if (add.length === 0 && remove.length === 0) return;
  await ask("PUT", change, {
    ...(add.length === 0 ? {} : { add_labels: add.join(",") }),
    ...(remove.length === 0 ? {} : { remove_labels: remove.join(",") }),
  });
};
