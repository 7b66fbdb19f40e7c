#!/bin/sh
# Checks attempts at the exercises: check.sh FILE.c ... Without a file it checks those that come with the exercises: each broken one
# must fail, and each mended one must pass. Needs gcc and ramframe.h, which RAMFRAME_INCLUDE may say the folder of.
#
# Exit code: 0 if all is as it must be, 1 if not, 2 if an attempt says no exercise or does not compile.
here=$(cd "$(dirname "$0")" && pwd) || exit 2
include=${RAMFRAME_INCLUDE:-$here/../../core/c}
made=$(mktemp -d) || exit 2
trap 'rm -rf "$made"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The exercise that a file says it is for: its first line is `/* Exercise: NAME`.
exercise_of() {
    sed -n '1s/^\/\* Exercise: \([a-z]*\).*/\1/p' "$1"
}

compile() {
    "${CC:-gcc}" -std=gnu11 -O1 -Wall -Wextra -DCHECKED -I"$here" -I"$include" "$@"
}

# Compiles and checks one file; the check says what it found.
check() {
    exercise=$(exercise_of "$1")
    if [ -z "$exercise" ]; then
        echo "$1: the first line must say \`/* Exercise: NAME\`, as in the broken file" >&2
        return 2
    fi
    compile "$1" "$made/check.o" -o "$made/check" || return 2
    "$made/check" "$exercise"
}

# Each broken file fails, which is no failure here, and each mended one passes.
check_all() {
    all=0
    for folder in torn lost stays waits crash; do
        check "$here/$folder/broken.c"
        [ $? = 1 ] || { echo "$folder/broken.c: it must fail" >&2; all=1; }
        check "$here/$folder/mended.c"
        [ $? = 0 ] || { echo "$folder/mended.c: it must pass" >&2; all=1; }
    done
    return $all
}

compile -c "$here/check.c" -o "$made/check.o" || exit 2
if [ $# = 0 ]; then
    check_all
    exit
fi
worst=0
for file; do
    check "$file"
    code=$?
    [ $code -le $worst ] || worst=$code
done
exit $worst
