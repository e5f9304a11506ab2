/** The completion script for bash (3.2 and later). */
import { posixTables } from "./posix-tables.ts";
import type { CompletionTable } from "./spots.ts";

/** No `compgen -W`: it would run what stands in a name. `=` is a word of its own to bash. */
const COMPLETE = `_vice() {
  local at="" word="" i=1 cur="\${COMP_WORDS[COMP_CWORD]}" before="" line=""
  COMPREPLY=()
  while [ "$i" -lt "$COMP_CWORD" ]; do
    word="\${COMP_WORDS[i]}"
    i=$((i + 1))
    case "$word" in -*|=) continue ;; esac
    if [ -n "$(_vice_next "$at" | grep -Fx -e "$word")" ]; then at="\${at:+$at }$word"; fi
  done
  before="\${COMP_WORDS[COMP_CWORD-1]}"
  if [ "$cur" = "=" ]; then cur=""; elif [ "$before" = "=" ]; then before="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  while IFS= read -r line; do
    case "$line" in "$cur"*) COMPREPLY+=("$line") ;; esac
  done <<EOF_VICE
$(_vice_candidates "$at" "$before" "$cur")
EOF_VICE
  [ "\${#COMPREPLY[@]}" -gt 0 ] && [ -z "\${COMPREPLY[0]}" ] && COMPREPLY=()
  return 0
}
_vice_candidates() {
  case "$2" in
    --*) _vice_any="$(_vice_values "$1 $2")"
      if [ -n "$_vice_any" ]; then printf '%s\\n' "$_vice_any"; return; fi ;;
  esac
  case "$3" in
    -*) _vice_flags "$1" ;;
    *) _vice_next "$1"; _vice_arguments "$1" ;;
  esac
}
complete -o default -F _vice vice`;

export const bashScript = (table: CompletionTable): string =>
  [
    '# vice completion for bash: eval "$(vice completion bash)" in ~/.bashrc',
    posixTables(table),
    COMPLETE,
  ].join("\n");
