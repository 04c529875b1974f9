# SPDX-License-Identifier: Apache-2.0
# Sourced by mvnw and bin/ringfence.

# The version of a java command, empty if it can't say. Reads the JDK's `release` file where there is one, since asking
# java itself costs tens of milliseconds.
java_version() {
    home=$(dirname "$(dirname "$(readlink -f "$1")")")
    version=$(sed -n 's/^JAVA_VERSION="\([^"]*\)".*/\1/p' "$home/release" 2>/dev/null) || version=
    [ -n "$version" ] || version=$("$1" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
    echo "$version"
}

# Sets java (a command), java_version and java_major (17 for 17.0.15), from JAVA_HOME or else PATH; says what is missing
# and exits when neither has Java 17 or newer. With the argument "jdk" only a JDK will do, since a JRE can't compile.
find_java() {
    seen=
    for java in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)"; do
        [ -n "$java" ] || continue
        if [ ! -x "$java" ]; then
            seen="$seen
    $java: not there"
            continue
        fi
        java_version=$(java_version "$java")
        java_major=${java_version%%[!0-9]*}
        if [ "${java_major:-0}" -lt 17 ]; then
            seen="$seen
    $java: Java ${java_major:-of unknown release}"
        elif [ "${1:-}" = jdk ] && [ ! -x "$(dirname "$(readlink -f "$java")")/javac" ]; then
            seen="$seen
    $java: no compiler (a JRE, not a JDK)"
        else
            return 0
        fi
    done
    cat >&2 <<END
ringfence: needs a JDK, 17 or newer. Looked at JAVA_HOME and PATH:${seen:-
    no java}
Install one (Debian and Ubuntu: apt install openjdk-17-jdk-headless), or set JAVA_HOME to where one is.
END
    exit 1
}
