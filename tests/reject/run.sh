#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Checks a refusal: run.sh FILE PRECOMPILED COMPILER [FLAG...]
#
# PRECOMPILED.gch is precompiled.hpp, made by the same compiler with the same flags.
#
# The file must compile with HWC_REJECT=0, and with HWC_REJECT=1 be refused by exactly one error, which holds the sentence
# of the file's line `// refused: ...`. A line `// flags: ...` adds compiler flags, with which nothing is
# precompiled.
set -u
file=$1
precompiled=$2
shift 2
sentence=$(sed -n 's|^// refused: ||p' "$file")
flags=$(sed -n 's|^// flags: ||p' "$file")
[ -n "$sentence" ] || { echo "$file: the line '// refused: ...' is missing"; exit 1; }

[ -n "$flags" ] || set -- "$@" -include "$precompiled"

# shellcheck disable=SC2086  # the flags are words
if ! output=$("$@" $flags -fsyntax-only -DHWC_REJECT=0 "$file" 2>&1); then
  printf '%s\n' "$output"
  echo "$file: does not compile with HWC_REJECT=0, so a refusal proves nothing"
  exit 1
fi
# shellcheck disable=SC2086
if output=$("$@" $flags -fsyntax-only -DHWC_REJECT=1 "$file" 2>&1); then
  echo "$file: was not refused"
  exit 1
fi
errors=$(printf '%s\n' "$output" | grep -cE '(^|: )(fatal )?error: ')
if ! printf '%s\n' "$output" | grep -E '(^|: )(fatal )?error: ' | grep -qF "$sentence"; then
  printf '%s\n' "$output"
  echo "$file: was refused, but not with the sentence: $sentence"
  exit 1
fi
if [ "$errors" -ne 1 ]; then
  printf '%s\n' "$output"
  echo "$file: was refused with $errors errors instead of our one"
  exit 1
fi
