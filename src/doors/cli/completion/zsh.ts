/** The completion script for zsh. */
import { posixTables } from "./posix-tables.ts";
import type { CompletionTable } from "./spots.ts";

const COMPLETE = `_vice() {
  local at="" word="" before="" current="" i
  local -a found
  for (( i = 2; i < CURRENT; i++ )); do
    word="\${words[i]}"
    [[ "$word" == -* ]] && continue
    if (( \${\${(@f)"$(_vice_next "$at")"}[(Ie)$word]} )); then at="\${at:+$at }$word"; fi
  done
  current="\${words[CURRENT]}"
  before="\${words[CURRENT-1]}"
  if [[ "$current" == --*=* ]]; then
    before="\${current%%=*}"
    compset -P '*='
    found=("\${(@f)$(_vice_values "$at $before")}")
  else
    found=("\${(@f)$(_vice_candidates "$at" "$before" "$current")}")
  fi
  found=("\${(@)found:#}")
  if (( \${#found} )); then compadd -- "\${found[@]}"; else _files; fi
}
_vice_candidates() {
  local any=""
  if [[ "$2" == --* ]]; then
    any="$(_vice_values "$1 $2")"
    if [[ -n "$any" ]]; then print -r -- "$any"; return; fi
  fi
  if [[ "$3" == -* ]]; then _vice_flags "$1"; else _vice_next "$1"; _vice_arguments "$1"; fi
}
if [[ "\${funcstack[1]-}" == "_vice" ]]; then _vice "$@"; elif (( $+functions[compdef] )); then compdef _vice vice; fi`;

export const zshScript = (table: CompletionTable): string =>
  [
    "#compdef vice",
    '# vice completion for zsh: eval "$(vice completion zsh)" in ~/.zshrc, after compinit',
    posixTables(table),
    COMPLETE,
  ].join("\n");
