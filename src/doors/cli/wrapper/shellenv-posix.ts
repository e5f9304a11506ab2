/** The functions that `eval "$(vice shellenv)"` defines in dash, bash, zsh and busybox: they start no Node and, at most, `date`. */

/**
 * `vice_step NAME command [arguments]` writes a start and an end record around a command, and returns its exit code.
 * - Time: bash has it built in (EPOCHREALTIME); elsewhere one `date`, in seconds where it knows no milliseconds.
 * - Id: UUIDv7 of the time and a random UUID of the kernel; without /proc, of /dev/urandom by `od`.
 * - `set -e`: a command that is a program runs behind `||`; a shell function must not, because then the shell would
 *   ignore -e within it. It runs plainly, and an EXIT trap (if the script has none) writes the end when -e ends the shell.
 * (Here `@{` stands for a dollar and a brace, which a template would take for its own.)
 * Local variables make nested steps safe and give VICE_RUN_ID and TRACEPARENT back when a step ends.
 */
export const POSIX_STEP = String.raw`
_vice_warned=
_vice_open=
_vice_now() {
  if [ -n "@{EPOCHREALTIME-}" ] && [ -n "@{BASH_VERSION-}" ]; then
    _vice_ms=@{EPOCHREALTIME%???}
    _vice_sec=@{_vice_ms%????}
    _vice_ms=@{_vice_ms#"$_vice_sec"?}
    TZ=UTC0 printf -v _vice_at '%(%Y-%m-%dT%H:%M:%S)T' "$_vice_sec"
  else
    _vice_at=$(date -u '+%s %3N %Y-%m-%dT%H:%M:%S') || _vice_at='0 000 1970-01-01T00:00:00'
    _vice_sec=@{_vice_at%% *}
    _vice_ms=@{_vice_at#* }
    _vice_ms=@{_vice_ms%% *}
    _vice_at=@{_vice_at##* }
    case $_vice_ms in
      [0-9][0-9][0-9]) ;;
      *) _vice_ms=000 ;;
    esac
  fi
  _vice_at=$_vice_at.@{_vice_ms}Z
  _vice_ms=$((_vice_sec * 1000 + 1$_vice_ms - 1000))
}
_vice_new_id() {
  _vice_r=
  if [ -r /proc/sys/kernel/random/uuid ]; then
    read -r _vice_r < /proc/sys/kernel/random/uuid
  fi
  if [ -z "$_vice_r" ]; then
    _vice_r=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n') || :
    _vice_p=@{_vice_r#????????????????}
    _vice_r=xxxxxxxx-xxxx-4@{_vice_r%?????????????????????????????}-8@{_vice_p%?????????????}-@{_vice_p#????}
  fi
  _vice_h=
  _vice_p=$_vice_ms
  while [ "@{#_vice_h}" -lt 12 ]; do
    case $((_vice_p % 16)) in
      10) _vice_h=a$_vice_h ;;
      11) _vice_h=b$_vice_h ;;
      12) _vice_h=c$_vice_h ;;
      13) _vice_h=d$_vice_h ;;
      14) _vice_h=e$_vice_h ;;
      15) _vice_h=f$_vice_h ;;
      *) _vice_h=$((_vice_p % 16))$_vice_h ;;
    esac
    _vice_p=$((_vice_p / 16))
  done
  _vice_r=@{_vice_r#*-*-?}
  _vice_id=@{_vice_h%????}-@{_vice_h#????????}-7$_vice_r
}
_vice_json() {
  _vice_j=
  _vice_r=$1
  if [ "@{#_vice_r}" -gt 200 ]; then
    _vice_r=$(printf '%.200s' "$_vice_r")
  fi
  while :; do
    case $_vice_r in
      *[\"\\[:cntrl:]]*) ;;
      *)
        _vice_j=$_vice_j$_vice_r
        return 0
        ;;
    esac
    _vice_p=@{_vice_r%%[\"\\[:cntrl:]]*}
    _vice_r=@{_vice_r#"$_vice_p"}
    _vice_c=@{_vice_r%"@{_vice_r#?}"}
    _vice_r=@{_vice_r#?}
    case $_vice_c in
      [\"\\]) _vice_c=\\$_vice_c ;;
      *) _vice_c=$(printf '\\u%04x' "'$_vice_c") ;;
    esac
    _vice_j=$_vice_j$_vice_p$_vice_c
  done
}
_vice_write() {
  if [ ! -e "$_vice_file" ]; then
    (umask 077 && mkdir -p "$_vice_dir" && : >> "$_vice_file") 2> /dev/null || :
  fi
  { printf '%s\n' "$1" >> "$_vice_file"; } 2> /dev/null && return 0
  if [ -z "$_vice_warned" ]; then
    _vice_warned=1
    echo "vice: not recorded, $_vice_dir cannot be written; the command itself is not affected" >&2
  fi
  return 0
}
_vice_end() {
  _vice_now
  case $3 in
    0) _vice_s=succeeded ;;
    130 | 143) _vice_s=canceled ;;
    *) _vice_s=failed ;;
  esac
  if [ "$3" = 0 ]; then _vice_j=null; else _vice_j="\"exit code $3\""; fi
  _vice_write "{\"v\":1,\"op\":\"end\",\"id\":\"$1\",\"at\":\"$_vice_at\",\"status\":\"$_vice_s\",\"error\":$_vice_j,\"exitCode\":$3,\"durationMs\":$((_vice_ms - $2))}"
}
_vice_left() {
  _vice_code=$?
  while [ -n "$_vice_open" ]; do
    _vice_r=@{_vice_open%% *}
    _vice_open=@{_vice_open#* }
    _vice_end "@{_vice_r%%:*}" "@{_vice_r#*:}" "$_vice_code"
  done
  return "$_vice_code"
}
_vice_plainly() {
  case $- in
    *e*) ;;
    *) return 0 ;;
  esac
  case $(command -v "$1" 2> /dev/null) in
    */* | '') return 1 ;;
  esac
  return 0
}
_vice_trap() {
  _vice_t=
  case $- in
    *e*) ;;
    *) return 0 ;;
  esac
  [ -z "$_vice_open" ] || return 0
  { { trap; } > "$_vice_dir/trap.$$"; } 2> /dev/null || return 0
  if [ ! -s "$_vice_dir/trap.$$" ]; then
    _vice_t=1
    trap _vice_left 0
  fi
  rm -f "$_vice_dir/trap.$$"
}
vice_step() {
  if [ "$#" -lt 2 ]; then
    echo 'usage: vice_step NAME command [arguments]' >&2
    return 64
  fi
  _vice_now
  _vice_new_id
  local _vice_my _vice_from _vice_rc _vice_name _vice_tid _vice_mytrap _vice_before VICE_RUN_ID="@{VICE_RUN_ID-}" TRACEPARENT="@{TRACEPARENT-}"
  _vice_my=$_vice_id
  _vice_from=$_vice_ms
  _vice_rc=0
  _vice_mytrap=
  _vice_before=$_vice_open
  _vice_json "$1"
  _vice_name=$_vice_j
  shift
  _vice_parent=null
  case $VICE_RUN_ID in
    *[!0-9a-f-]*) ;;
    ????????-????-????-????-????????????) _vice_parent=\"$VICE_RUN_ID\" ;;
  esac
  case $TRACEPARENT in
    [0-9a-f][0-9a-f]-????????????????????????????????-????????????????-[0-9a-f][0-9a-f]*)
      _vice_tid=@{TRACEPARENT#???}
      _vice_tid=@{_vice_tid%%-*}
      ;;
    *) _vice_tid= ;;
  esac
  case $_vice_tid in
    *[!0-9a-f]* | 00000000000000000000000000000000) _vice_tid= ;;
  esac
  _vice_j=null
  if [ -n "$_vice_tid" ]; then
    _vice_j=\"$_vice_tid\"
  else
    _vice_r=$_vice_my
    if [ "$_vice_parent" != null ]; then _vice_r=$VICE_RUN_ID; fi
    while :; do
      _vice_tid=$_vice_tid@{_vice_r%%-*}
      case $_vice_r in
        *-*) _vice_r=@{_vice_r#*-} ;;
        *) break ;;
      esac
    done
    if [ "$_vice_parent" = null ]; then _vice_j=\"$_vice_tid\"; fi
  fi
  _vice_write "{\"v\":1,\"op\":\"start\",\"id\":\"$_vice_my\",\"at\":\"$_vice_at\",\"kind\":\"stage\",\"name\":\"$_vice_name\",\"parentId\":$_vice_parent,\"traceId\":$_vice_j,$_vice_who}"
  _vice_r=@{_vice_my#*-*-*-}
  VICE_RUN_ID=$_vice_my
  TRACEPARENT=00-$_vice_tid-@{_vice_r%-*}@{_vice_r#*-}-01
  export VICE_RUN_ID TRACEPARENT
  if _vice_plainly "$1"; then
    if [ -n "@{ZSH_VERSION-}" ]; then setopt localoptions posixtraps; fi
    _vice_trap
    _vice_mytrap=$_vice_t
    _vice_open="$_vice_my:$_vice_from $_vice_open"
    "$@"
    _vice_rc=$?
    _vice_open=$_vice_before
    if [ -n "$_vice_mytrap" ]; then trap - 0; fi
  else
    "$@" || _vice_rc=$?
  fi
  _vice_end "$_vice_my" "$_vice_from" "$_vice_rc"
  return "$_vice_rc"
}`
  .trim()
  .replaceAll("@{", "\x24{");
