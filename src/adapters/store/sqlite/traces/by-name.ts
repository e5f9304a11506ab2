/** Finds the activity that people mean by a sha, the key of a ticket, the number of a change or an address. */
import { isWholeSha } from "../../../../domain/commits/sha.ts";
import { repositoryKey } from "../../../../domain/trace/references.ts";
import { isHome, saidNumber } from "../../../../domain/trace/said-number.ts";
import { ViceError } from "../../../../kit/errors.ts";
import { blobToId } from "../codec.ts";
import type { Connection, Row } from "../connection.ts";
import { anchorKey } from "../follow/spans.ts";

const GIVEN = `SELECT a.id FROM anchor k JOIN activity a ON a.n = k.n WHERE k.k = ? AND k.gives = 1
  ORDER BY k.place, k.n LIMIT 1`;
const SELECT =
  "SELECT a.id, json_extract(a.doc, '$.repository') AS repository FROM lasting l JOIN activity a ON a.n = l.n";
const NUMBERED = `${SELECT} WHERE l.kind = ? AND l.name = ? ORDER BY l.occurred_ms DESC LIMIT ?`;
const AT = `${SELECT} WHERE l.kind = ? AND l.url = ? ORDER BY l.occurred_ms DESC LIMIT ?`;
/** Repositories that have the same number. */
const MOST = 1000;
const NAMED = 5;

/** @returns its id; `null` = nothing is called that. @throws ViceError `input.invalid` when several changes are */
export function byName(db: Connection, text: string): string | null {
  const word = text.trim();
  const key = keyIn(word);
  if (key !== null) {
    const row = db.get(GIVEN, anchorKey(key));
    return row === undefined ? null : blobToId(row["id"]);
  }
  // A number may be that of a change or of an issue: the change comes first.
  for (const kind of word.includes("!") ? ["change"] : ["change", "ticket"]) {
    const found = ofKind(db, kind, word);
    const [newest] = found;
    if (found.some((each) => homeOf(each) !== homeOf(newest ?? {}))) throw severalMeant(word, found);
    if (newest !== undefined) return blobToId(newest["id"]);
  }
  return null;
}

/** A whole sha or the key of a ticket, as an anchor: the first on the way that carries it as its own. */
function keyIn(word: string): string | null {
  const sha = word.toLowerCase();
  if (isWholeSha(sha)) return `commit ${sha}`;
  return /^[a-z][a-z0-9_]*-\d+$/i.test(word) ? `ticket ${word.toUpperCase()}` : null;
}

/** `#15`, `!15`, `group/app!15`, or the address of its page. */
function ofKind(db: Connection, kind: string, word: string): Row[] {
  if (/^https?:\/\//i.test(word)) return db.all(AT, kind, word.toLowerCase(), 1);
  const said = saidNumber(word);
  if (said === null || said.sign === null) return [];
  return db.all(NUMBERED, kind, said.number, MOST).filter((row) => isHome(said.path, homeOf(row)));
}

const homeOf = ({ repository }: Row): string =>
  typeof repository === "string" ? repositoryKey(repository) : "";

function severalMeant(word: string, rows: readonly Row[]): ViceError {
  const sign = word.slice(word.search(/[#!]/));
  const homes = [...new Set(rows.map(homeOf))].sort().map((home) => `${home.replace(/^[^/]*\//, "")}${sign}`);
  return new ViceError("input.invalid", {
    message: `"${word}" may mean several: ${homes.slice(0, NAMED).join(", ")}${homes.length > NAMED ? " and more" : ""}.`,
    hint: "Write more of it, or its address.",
    candidates: homes.slice(0, NAMED),
  });
}
