# SPDX-License-Identifier: GPL-2.0-or-later
# For the scripts beside this one that keep programs in a cache folder instead of installing them; they set `part` (the folder's name, and
# the head of every message), `chosen` (the folder that the user's environment names, or nothing) and `stamp` (what is in the folder, and
# in which form), then read this file. No service starts, no package database changes, no root is needed. A folder appears whole, by one
# rename, or not at all; one with an older stamp is made anew.

folder=${chosen:-${XDG_CACHE_HOME:-$HOME/.cache}/ipxxb/$part}

say() { echo "$part: $*"; }
fail() { echo "$part: $1; remedy: $2" >&2; exit 1; }

# Ends the script where there is nothing to do.
unless_present() {
  if [ -f "$folder/complete" ] && [ "$(cat "$folder/complete")" = "$stamp" ]; then
    say "present in $folder"
    exit 0
  fi
}

# A place to build the folder in, on the same file system. What stands there by that name and is not ours would be lost in the end.
begin() {
  [ ! -e "$folder" ] || [ -f "$folder/complete" ] || rmdir "$folder" 2>/dev/null ||
    fail "$folder is there, and was not made by this script" "choose another folder by the environment, as the head of deploy/$part.sh says"
  mkdir -p "$(dirname "$folder")" 2>/dev/null && work=$(mktemp -d "$folder.XXXXXX" 2>/dev/null) ||
    fail "cannot write beside $folder" "choose another folder by the environment, as the head of deploy/$part.sh says"
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' INT TERM HUP
}

need_apt() {
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "apt-get or dpkg-deb is missing" "run this on Debian or Ubuntu"
}

# fetch PACKAGE...: to $work/packages. Run by root, apt would hand the download to the user _apt, who may not write there.
fetch() {
  mkdir "$work/packages"
  (cd "$work/packages" && apt-get download -qq -o APT::Sandbox::User=root "$@") >"$work/log" 2>&1 ||
    fail "download failed: $(grep -m1 '^E:' "$work/log" || tail -n 1 "$work/log")" "apt-get update (as root), and look whether the machine reaches its Debian mirror"
  rm "$work/log"
}

# Another run may have been faster; both folders are equal, and a rename is all that anybody sees.
publish() {
  rm -rf "$work/packages"
  echo "$stamp" >"$work/complete"
  chmod 755 "$work"
  rm -rf "$folder"
  mv -T "$work" "$folder" 2>/dev/null || [ -f "$folder/complete" ] || fail "cannot write $folder" "choose another folder by the environment, as the head of deploy/$part.sh says"
}
