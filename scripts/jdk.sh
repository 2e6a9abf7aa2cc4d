# Sourced: finds a JDK 25 in JAVA_HOME, /usr/lib/jvm, or PATH.

# Reads the file "release" of a JDK: to ask java itself takes longer than a whole command may.
is_jdk25() {
  local line
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    [[ $line != JAVA_VERSION=\"25[\".+-]* ]] || return 0
  done <"$1/release"
  return 1
}

# Sets "jdk"; fails without a word if there is none.
find_jdk() {
  local home javac
  for home in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/*; do
    if is_jdk25 "$home"; then
      jdk=$home
      return
    fi
  done
  javac=$(command -v javac) || return 1
  home=$(dirname "$(dirname "$(readlink -f "$javac")")")
  is_jdk25 "$home" || return 1
  jdk=$home
}

jdk_missing='a JDK 25 is missing: install openjdk-25-jdk-headless or temurin-25-jdk, or set JAVA_HOME to one.'
maven_missing='Maven is missing: install the package maven (3.8.7 or newer).'
