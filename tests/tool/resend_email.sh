#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Runs the command-line tool as a person or a script would: resend_email.sh RESEND_EMAIL FIRST_CALL FAKE_CLOUD
# Checks exit status and what is said. Nothing leaves this machine.
set -u
tool=$1
first_call=$2
fake_cloud=$3
unset HUAWEICLOUD_SDK_AK HUAWEICLOUD_SDK_SK HUAWEICLOUD_SDK_SECURITY_TOKEN HUAWEICLOUD_SDK_PROJECT_ID
unset HUAWEICLOUD_SDK_IDP_ID HUAWEICLOUD_SDK_ID_TOKEN_FILE HUAWEICLOUD_SDK_IAM_ENDPOINT HUAWEICLOUD_SDK_STS_ENDPOINT
export HUAWEICLOUD_SDK_CREDENTIALS_FILE=/nowhere/credentials
# A proxy of the environment must not see what is meant for this machine.
export http_proxy=http://127.0.0.1:9 all_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
unset no_proxy NO_PROXY
dir=$(mktemp -d)
trap 'exec 9>&-; rm -rf "$dir"' EXIT
failed=0
passed=0

# check NAME STATUS TEXT COMMAND...: runs the command, and wants that exit status and that text (grep -E) in its output.
check() {
  name=$1 status=$2 text=$3
  shift 3
  "$@" >"$dir/out" 2>&1 </dev/null
  got=$?
  cat "$dir/out" >>"$dir/everything"
  if [ "$got" -eq "$status" ] && { [ -z "$text" ] || grep -qE -- "$text" "$dir/out"; }; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name: wanted status $status and '$text', got status $got and:"
    sed 's/^/  | /' "$dir/out"
  fi
}

# The demo, over a real socket and in memory.
check "demo: the email was resent, with the request's id" 0 'email to user [0-9a-f]{32} was resent \(request [0-9a-f]{32}\)' \
  "$tool" --demo
check "demo in memory" 0 'was resent \(request' "$tool" --transport fake
check "demo over Beast" 0 'was resent \(request' "$tool" --demo --transport beast
check "demo with a template" 0 'was resent' "$tool" --demo --template-id email01 ada
check "demo: a missing user is named, with code and remedy, and the others are served" 1 '^2 sent, 1 not sent, 0 unknown' \
  "$tool" --demo ada missing-bob carol
check "the remedy" 1 'Check the user id' "$tool" --demo missing-bob
check "the code" 1 'WKS.00170312' "$tool" --demo missing-bob
check "a wrong id: not sent, without a request" 1 "user_id must not be '.' or '..'.*0 attempts" "$tool" --demo ..
check "an empty id" 1 'user_id is empty' "$tool" --demo ''

# JSON: one line per user, in order, on standard output alone.
"$tool" --demo --json ada missing-bob "$(printf 'a\377b')" >"$dir/json" 2>"$dir/errors"
status=$?
cat "$dir/json" "$dir/errors" >>"$dir/everything"
[ "$status" -eq 1 ] && [ ! -s "$dir/errors" ] && [ "$(wc -l <"$dir/json")" -eq 3 ] || { echo "FAILED: --json: status, lines"; failed=$((failed + 1)); }
line='^\{"user_id":"%s","outcome":"%s","status":%s,"error_code":"%s","error_msg":"%s","request_id":"%s","attempts":%s\}$'
expect_line() {
  # shellcheck disable=SC2059  # the format is ours
  if sed -n "${1}p" "$dir/json" | grep -qE -- "$(shift; printf "$line" "$@")"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: --json line $1 is: $(sed -n "${1}p" "$dir/json")"
  fi
}
expect_line 1 ada sent 200 '' '' '[0-9a-f]{32}' 1
expect_line 2 missing-bob not_sent 400 WKS.00170312 'The user does not exist' '[0-9a-f]{32}' 1
expect_line 3 "a$(printf '\357\277\275')b" not_sent 0 '' '.*UTF-8.*' '' 0

# Users from a file and from standard input.
printf '\357\273\277ada\r\n\r\n# a comment\n  missing-bob \t\nada' >"$dir/users"
check "users from a file: comments, blanks and line ends are no part of an id" 1 '^1 sent, 1 not sent' \
  "$tool" --demo --users-file "$dir/users"
check "a user that is named twice: served once, and said so" 1 'ada is named more than once' \
  "$tool" --demo --users-file "$dir/users"
check "users from a file that is not there" 2 "cannot read the users' file" "$tool" --demo --users-file "$dir/none"
check "users from an empty file" 2 'name at least one user' "$tool" --demo --users-file /dev/null
check "users from standard input" 0 '^2 sent' sh -c "printf 'ada\nbob\n' | '$tool' --demo --users-file -"

# Wrong usage and configuration: status 2, and a sentence of what to do.
check "no user" 2 '--region' "$tool"
check "no place" 2 '--region ID' "$tool" ada
check "an unknown region: the known ones are listed" 2 "'mars-1' is not known.*--endpoint.*cn-north-4" "$tool" --region mars-1 ada
check "no keys: every way to give them is named" 2 \
  'set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK; .2. the profile file ./nowhere/credentials. does not exist; write one' \
  "$tool" --region cn-north-4 --project-id p --metadata-service off ada
check "no project, and no region to look it up by" 2 'given with --project-id, the region with --region' \
  env HUAWEICLOUD_SDK_AK=a HUAWEICLOUD_SDK_SK=s "$tool" --endpoint http://127.0.0.1:1 ada
check "a metadata service at no address" 2 'metadata-service' "$tool" --region cn-north-4 --metadata-service ftp://a ada
check "--explain without a region" 2 'which --endpoint does not tell; set HUAWEICLOUD_SDK_STS_ENDPOINT' \
  "$tool" --explain --endpoint https://a.example --project-id p ada
check "--explain in a region without STS" 2 "which is not known in the region 'cn-east-5'; set HUAWEICLOUD_SDK_STS_ENDPOINT" \
  "$tool" --explain --region cn-east-5 ada
check "--explain with an STS that is none" 2 'HUAWEICLOUD_SDK_STS_ENDPOINT: ' \
  env HUAWEICLOUD_SDK_STS_ENDPOINT=ftp://a.example "$tool" --explain --region cn-north-4 ada
check "region and endpoint" 2 'excludes' "$tool" --region cn-north-4 --endpoint https://a.example ada
check "demo and endpoint" 2 'excludes' "$tool" --demo --endpoint https://a.example ada
check "plain http to another machine" 2 'use https' "$tool" --endpoint http://a.example --project-id p ada
check "a URL that is none" 2 'https' "$tool" --endpoint ftp://a.example --project-id p ada
check "an unknown option" 2 '--help' "$tool" --bogus
check "an unknown transport" 2 'curl' "$tool" --transport pigeon ada
check "a timeout of nothing" 2 '--timeout must be' "$tool" --demo --timeout 0
check "a timeout that is no number" 2 '--timeout' "$tool" --demo --timeout soon
check "help" 0 'Exit status' "$tool" --help
check "version" 0 'resend-email [0-9]' "$tool" --version

check "a project id that cannot be one" 2 "project_id must not be" "$tool" --demo --project-id .. ada
check "an output that cannot be written: ended, and what became of those under way is told" 1 '^  user ada: sent' sh -c "'$tool' --demo --json ada bob 2>&1 >/dev/full"
check "a key with a line end" 2 'holds a line end' env HUAWEICLOUD_SDK_AK="$(printf 'a\nb')" HUAWEICLOUD_SDK_SK=s \
  "$tool" --endpoint http://127.0.0.1:1 --project-id p ada

# Denials explained.
check "a denial is explained on demand" 1 'reason of the denial: implicit deny by identity-based policy' \
  "$tool" --demo --explain denied-ada
check "and only then" 1 'resendEmail..$' "$tool" --demo denied-ada
check "in JSON, too" 1 '"attempts":1,"reason":"implicit deny by identity-based policy"}$' \
  "$tool" --transport fake --explain --json denied-ada

# Credentials and projects as an account has them, against services on a loopback port.
mkfifo "$dir/end"
"$fake_cloud" <"$dir/end" >"$dir/cloud" &
cloud=$!
exec 9>"$dir/end"
tries=0
until [ -s "$dir/cloud" ] || [ "$tries" -ge 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
url=$(head -1 "$dir/cloud")
# A region of that place, and no way out of it.
in_mars() { env HUAWEICLOUD_SDK_REGION_WORKSPACE_MARS_1="$url" HUAWEICLOUD_SDK_IAM_ENDPOINT="$url" HUAWEICLOUD_SDK_STS_ENDPOINT="$url" "$@"; }
printf '[basic]\nak = TOOLKEY\nsk = canary-secret\n' >"$dir/profile"
printf '[basic]\nak = TOOLKEY\nsk = canary-secret\nproject_id = p1\n' >"$dir/profile-with-project"
printf '[basic]\nak = TOOLKEY\nsk: canary-secret\n' >"$dir/broken"
printf 'canary-id-token\n' >"$dir/id-token"
for transport in curl beast; do
  check "$transport: keys of the environment, the project looked up" 0 'ada was resent' \
    in_mars env HUAWEICLOUD_SDK_AK=TOOLKEY HUAWEICLOUD_SDK_SK=canary-secret "$tool" --transport "$transport" --region mars-1 ada
  check "$transport: keys of the profile file" 0 'ada was resent' \
    in_mars env HUAWEICLOUD_SDK_CREDENTIALS_FILE="$dir/profile" "$tool" --transport "$transport" --region mars-1 ada
  check "$transport: keys and project of the profile file, no region" 0 'ada was resent' \
    env HUAWEICLOUD_SDK_CREDENTIALS_FILE="$dir/profile-with-project" "$tool" --transport "$transport" --endpoint "$url" ada
  check "$transport: keys of the server's agency" 0 'ada was resent' \
    in_mars "$tool" --transport "$transport" --region mars-1 --metadata-service "$url" ada
  check "$transport: keys for an OIDC id token" 0 'ada was resent' \
    in_mars env HUAWEICLOUD_SDK_IDP_ID=provider HUAWEICLOUD_SDK_ID_TOKEN_FILE="$dir/id-token" "$tool" --transport "$transport" --region mars-1 ada
  check "$transport: a denial explained by STS" 1 'reason of the denial: implicit deny$' \
    in_mars env HUAWEICLOUD_SDK_CREDENTIALS_FILE="$dir/profile" "$tool" --transport "$transport" --region mars-1 --explain denied
done
check "a broken profile file: line and remedy, nothing of the secret" 2 'malformed in line 3' \
  in_mars env HUAWEICLOUD_SDK_CREDENTIALS_FILE="$dir/broken" "$tool" --region mars-1 --metadata-service off ada
check "a wrong secret: said once, not for each user" 2 'verify aksk signature fail' \
  in_mars env HUAWEICLOUD_SDK_AK=TOOLKEY HUAWEICLOUD_SDK_SK=canary-wrong "$tool" --region mars-1 ada bob
check "the look-up does not answer: each user is reported, as the fault may pass" 1 \
  '^."user_id":"bob","outcome":"not_sent","status":0,.*looking up the project id' \
  in_mars env HUAWEICLOUD_SDK_IAM_ENDPOINT=http://127.0.0.1:1 HUAWEICLOUD_SDK_CREDENTIALS_FILE="$dir/profile" \
  "$tool" --region mars-1 --timeout 1 --json ada bob
[ "$(wc -l <"$dir/out")" -eq 2 ] || { echo "FAILED: a line for each user"; failed=$((failed + 1)); }
check "an OIDC id token of somebody else: nobody else's keys are used instead" 2 '.1. temporary keys.*refused with 401 The ID token' \
  in_mars env HUAWEICLOUD_SDK_IDP_ID=stranger HUAWEICLOUD_SDK_ID_TOKEN_FILE="$dir/id-token" \
  HUAWEICLOUD_SDK_CREDENTIALS_FILE="$dir/profile" "$tool" --region mars-1 --metadata-service "$url" ada
check "keys and project of the profile file: its project, as with the SDKs, not the variable's" 0 'ada was resent' \
  env HUAWEICLOUD_SDK_PROJECT_ID=other HUAWEICLOUD_SDK_CREDENTIALS_FILE="$dir/profile-with-project" "$tool" --endpoint "$url" ada
check "two projects of one name" 2 'several of this name .p2, p3.; choose one, or give the project id' \
  in_mars env HUAWEICLOUD_SDK_REGION_WORKSPACE_TWICE="$url" HUAWEICLOUD_SDK_CREDENTIALS_FILE="$dir/profile" "$tool" --region twice ada
exec 9>&-
wait "$cloud"
[ "$(grep -c '^p1 ada$' "$dir/cloud")" -eq 11 ] || { echo "FAILED: emails of the services:"; cat "$dir/cloud"; failed=$((failed + 1)); }

# With keys in the environment, against a port where nobody listens.
export HUAWEICLOUD_SDK_AK=AKEXAMPLE HUAWEICLOUD_SDK_SK=canary-secret HUAWEICLOUD_SDK_PROJECT_ID=p
check "nobody listens: not sent, and the address is named" 1 'not_sent.*127.0.0.1:1: ' \
  "$tool" --endpoint http://127.0.0.1:1 --timeout 5 --json ada
check "nobody listens, over Beast" 1 'not_sent.*127.0.0.1:1' \
  "$tool" --transport beast --endpoint http://127.0.0.1:1 --timeout 5 --json ada
check "a proxy that does not listen: named, without its password" 1 'not_sent.*127.0.0.1:9' \
  "$tool" --proxy http://user:canary-secret@127.0.0.1:9 --endpoint https://workspace.invalid --timeout 5 --json ada
check "the endpoint of a region from the environment" 1 '127.0.0.1:1' \
  env HUAWEICLOUD_SDK_REGION_WORKSPACE_MARS_1=http://127.0.0.1:1,http://b.example "$tool" --region mars-1 --timeout 5 ada

# The README's first program.
check "first-call without arguments" 2 '' "$first_call"
check "first-call where nobody listens: the error says so" 1 'not_sent, 4 attempts' "$first_call" http://127.0.0.1:1 p ada

# What went in as a secret, and what the services issued, over all of it. Keys were issued, or the search proves nothing.
if ! grep -qE 'was resent' "$dir/everything" || grep -nE 'canary|issued-|metadata-token-' "$dir/everything"; then
  echo "FAILED: a secret was printed, or there was no output to search"
  failed=$((failed + 1))
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
