#!/bin/sh
# A script for the example runner: it is called once for each phase, with the phase's name.
set -eu

case "$1" in
setup)
    echo "Looking at what is here"
    uname -a
    ;;
execution)
    for number in 1 2 3 4 5; do
        printf '\033[36mstep %s of 5\033[0m\n' "$number"
        sleep "${PAUSE:-1}"
    done
    ;;
validation)
    echo "Everything is as it was meant to be"
    ;;
cleanup)
    echo "Nothing was left behind"
    ;;
esac
