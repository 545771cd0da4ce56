# shellcheck shell=bash
# What the scripts of this folder share; source it. Sets
#   root    the source tree
#   builds  where build trees go: build/ in the source tree, or the user's cache where that cannot be written
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
builds=${PODSIM_BUILDS:-$root/build}
if ! mkdir -p "$builds" 2>/dev/null || [[ ! -w $builds ]]; then
  echo "$builds cannot be written; building in the user's cache"
  builds=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/podsim/$(printf '%s' "$root" | cksum | cut -d ' ' -f 1)
  mkdir -p "$builds"
fi

# Every fifth of ninja's "[12/80] Building ..." as a line; all other lines go to standard error.
ninja_in_fifths() {
  local line fifth=0
  while IFS= read -r line; do
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
      if ((BASH_REMATCH[1] * 5 / BASH_REMATCH[2] > fifth)); then
        fifth=$((BASH_REMATCH[1] * 5 / BASH_REMATCH[2]))
        echo "  $((fifth * 20)) % after $SECONDS s"
      fi
    else
      printf '%s\n' "$line" >&2
    fi
  done
}

# build PRESET: configures (silent unless it fails) and builds.
build() {
  local tree=$builds/$1 messages
  echo "Building $1 in $tree"
  if ! messages=$(cd "$root" && cmake --preset "$1" -B "$tree" 2>&1); then
    printf '%s\n' "$messages" >&2
    return 1
  fi
  if [[ -t 1 ]]; then
    cmake --build "$tree"
  else
    cmake --build "$tree" | ninja_in_fifths
  fi
  echo "Built after $SECONDS s"
}

# copy_source FOLDER: the source tree as a download without git has it.
copy_source() {
  mkdir -p "$1"
  tar -C "$root" --exclude='./build*' --exclude=./.git --exclude=./.cache -cf - . | tar -C "$1" -xf -
}
