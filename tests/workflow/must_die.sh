#!/bin/sh
# must_die.sh REPORT PROGRAM [ARGUMENT...]: passes when the program fails and REPORT is in what it printed.
report=$1
shift
if printed=$("$@" 2>&1); then
  printf '%s\nIt ended well: the sanitizer is not on.\n' "$printed"
  exit 1
fi
case $printed in
  *"$report"*) exit 0 ;;
esac
printf '%s\nIt failed, but without the report: %s\n' "$printed" "$report"
exit 1
