# Sourced: makes a folder with packages from PyPI, once.
#
#   python_packages NAME REQUIREMENTS_FILE [PACKAGE==VERSION...]   those named are installed without what they want
#
# Sets "venv"; fails if PyPI cannot be reached.
python_packages() {
  local name=$1 requirements=$2 wanted
  shift 2
  wanted="$(tr '\n' ' ' <"$requirements")$*"
  venv=${XDG_CACHE_HOME:-$HOME/.cache}/modelcar/python-$name
  [ "$(cat "$venv/packages" 2>/dev/null)" != "$wanted" ] || return 0
  echo "installing from PyPI: $wanted" >&2
  rm -rf "$venv"
  mkdir -p "$(dirname "$venv")"
  python3 -m venv "$venv" && "$venv/bin/pip" install -q -r "$requirements" || return 1
  [ $# -eq 0 ] || "$venv/bin/pip" install -q --no-deps "$@" || return 1
  echo "$wanted" >"$venv/packages"
}
