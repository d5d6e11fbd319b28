#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Runs the command-line tool over lists, as an administrator would: resend_list.sh RESEND_EMAIL FAKE_CLOUD
# Checks exit status, what is said, and which emails the service got. Nothing leaves this machine.
set -u
tool=$1
fake_cloud=$2
unset HUAWEICLOUD_SDK_SECURITY_TOKEN HUAWEICLOUD_SDK_IDP_ID HUAWEICLOUD_SDK_ID_TOKEN_FILE
export HUAWEICLOUD_SDK_AK=TOOLKEY HUAWEICLOUD_SDK_SK=canary-secret HUAWEICLOUD_SDK_PROJECT_ID=p1
export http_proxy=http://127.0.0.1:9 all_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
unset no_proxy NO_PROXY
dir=$(mktemp -d)
cloud=
trap 'exec 9>&-; rm -rf "$dir"' EXIT
failed=0
passed=0

good() { passed=$((passed + 1)); }
bad() {
  failed=$((failed + 1))
  echo "FAILED: $1"
  [ $# -eq 1 ] || sed 's/^/  | /' "$2"
}

# check NAME STATUS TEXT COMMAND...: runs the command, and wants that exit status and that text (grep -E) in its output.
check() {
  name=$1 status=$2 text=$3
  shift 3
  "$@" >"$dir/out" 2>&1 </dev/null
  got=$?
  cat "$dir/out" >>"$dir/everything"
  if [ "$got" -eq "$status" ] && { [ -z "$text" ] || grep -qE -- "$text" "$dir/out"; }; then good; else bad "$name: wanted status $status and '$text', got status $got and:" "$dir/out"; fi
}
# also TEXT: the output of the last check has this text, too. never TEXT: it has not.
also() { if grep -qE -- "$1" "$dir/out"; then good; else bad "$name: '$1' is missing in:" "$dir/out"; fi; }
never() { if grep -qE -- "$1" "$dir/out"; then bad "$name: '$1' is in:" "$dir/out"; else good; fi; }
# is NAME COMMAND...: the command succeeds.
is() {
  name=$1
  shift
  if "$@" >"$dir/out" 2>&1; then good; else bad "$name" "$dir/out"; fi
}
# await TEXT FILE: until the text is in the file, or for ten seconds.
await() {
  tries=0
  until grep -q "$1" "$2" 2>/dev/null || [ "$tries" -ge 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
}
# The service of the tests below: begin_service, then $url, then end_service: "$dir/emails" has who was sent one.
begin_service() {
  rm -f "$dir/cloud" "$dir/end"
  mkfifo "$dir/end"
  "$fake_cloud" "$@" <"$dir/end" >"$dir/cloud" &
  cloud=$!
  exec 9>"$dir/end"
  await http "$dir/cloud"
  url=$(head -1 "$dir/cloud")
}
end_service() {
  exec 9>&-
  wait "$cloud"
  sed -n 's/^p1 //p' "$dir/cloud" >"$dir/emails"
}
# With no pace: what is about the pace says so.
fast() { "$tool" --per-minute 0 "$@"; }

# --- What a list may look like ---
printf '\357\273\277"user_name" , note,user_id,template_id\r\nAda,"two\r\nlines, ""quoted""",u-1,t1\r\n\r\nBob,,u-2,\r\n' >"$dir/list.csv"
check "CSV: a byte order mark, quotes, line breaks in values, empty lines and columns of others" 0 '^2 sent' \
  fast --demo --users-file "$dir/list.csv"
also 'user u-1 \(Ada\) was resent'
printf 'user_id;x\nu-1;\n' >"$dir/semicolons.csv"
check "CSV with semicolons" 0 'user u-1 was resent' fast --demo --users-file "$dir/semicolons.csv"
printf 'x\tuser_id\n\tu-1\n' >"$dir/tabs.csv"
check "CSV with tabs" 0 'user u-1 was resent' fast --demo --users-file "$dir/tabs.csv"
check "CSV from standard input" 0 'user u-1 was resent' sh -c "printf 'user_id\nu-1\n' | '$tool' --demo --users-file -"
printf 'user_id,template_id\nu-1,t1\nu-2,\n' >"$dir/templates.csv"
check "a template of one's own, and the one for all" 0 'u-2 with the template t9' \
  fast --demo --dry-run --template-id t9 --users-file "$dir/templates.csv"
also 'u-1 with the template t1'
printf 'u-1\nu-2\nu-1\n\n# u-3\nu-2\n' >"$dir/twice"
check "named twice: sent once, and said" 0 '^2 sent, 0 not sent, 0 unknown' fast --demo --users-file "$dir/twice"
also 'user u-1 is named more than once'

# --- What is wrong in it is told with its line, and nothing is sent ---
printf 'user_id,user_name\nu-1,\n,\nu-3\nu-4,a,b\n..,\n"u\n7",c\n\377,\n# u-9\n' >"$dir/wrong.csv"
check "wrong lines: nothing is sent" 2 'nothing was sent; mend the list' fast --demo --users-file "$dir/wrong.csv"
also 'wrong.csv:3: names no user'
also 'wrong.csv:4: has 1 values where the header has 2 columns'
also 'wrong.csv:5: has 3 values'
also "wrong.csv:6: .*must not be '.'"
also 'wrong.csv:7: an id or a name holds a line break'
also 'wrong.csv:9: .*UTF-8'
never 'wrong.csv:10'
never 'was resent'
check "wrong lines are left out on demand, and are no success" 1 'user u-1 was resent' \
  fast --demo --lenient --users-file "$dir/wrong.csv"
also 'wrong.csv:9: '
check "and none for a dry run" 1 'Nothing was sent' fast --demo --lenient --dry-run --users-file "$dir/wrong.csv"
printf 'user_id,note\nu-1,"never\nclosed\nu-3,x\n' >"$dir/open.csv"
printf 'user_id,note\nu-1,"x\ny"z\nu-3,x\n' >"$dir/quote.csv"
for lenient in '' --lenient; do
  # shellcheck disable=SC2086  # nothing, or one word
  check "an open quote may hide anybody: nothing is sent $lenient" 2 'open.csv:2: a quote is opened and never closed' \
    fast --demo $lenient --users-file "$dir/open.csv"
  never 'was resent'
  # shellcheck disable=SC2086
  check "so may a stray one $lenient" 2 'quote.csv:2: a quote stands where none may stand, in line 3;' \
    fast --demo $lenient --users-file "$dir/quote.csv"
  never 'was resent'
done
printf 'USER_ID,Template_Id\nu-1,t1\n' >"$dir/capitals.csv"
check "column names in capitals" 0 'u-1 with the template t1' fast --demo --dry-run --users-file "$dir/capitals.csv"
printf 'u-1\nu-2,Bob\n' >"$dir/headless.csv"
check "CSV without a header" 2 'headless.csv:2: .*must name a column user_id or user_name' fast --demo --users-file "$dir/headless.csv"
printf 'u-1\na\000b\n' >"$dir/nul"
check "a NUL byte" 2 'nul:2: an id or a name holds a line break or another control character' fast --demo --users-file "$dir/nul"
printf '\377\376u\000' >"$dir/utf16.csv"
check "UTF-16" 2 'utf16.csv:1: the file is UTF-16; save it as UTF-8' fast --demo --users-file "$dir/utf16.csv"
seq -f 'bad,%g' 30 >"$dir/many-wrong"
check "many wrong lines: the first ones, and how many more" 2 'many-wrong: 10 more lines are wrong' fast --demo --users-file "$dir/many-wrong"
check "a folder is no list" 2 'users' fast --demo --users-file "$dir"

# --- Names and selection ---
printf 'user_name\nAda\nmissing-bob\n' >"$dir/names.csv"
check "a name that nobody has: its line, and nothing is sent" 2 "names.csv:3: nobody is called 'missing-bob'" \
  fast --demo --users-file "$dir/names.csv"
never 'was resent'
check "and left out on demand" 1 'user id-of-Ada \(Ada\) was resent' fast --demo --lenient --users-file "$dir/names.csv"
printf 'user_name\ntwin\n' >"$dir/twin.csv"
begin_service
check "a name that two have: both ids" 2 "twin.csv:2: several are called 'twin' .t-1, t-2.; give the user_id" \
  fast --endpoint "$url" --users-file "$dir/twin.csv"
printf 'user_name\nbob\n' >"$dir/bob.csv"
for transport in curl beast; do
  check "a name over $transport" 0 'user bob-id \(bob\) was resent' \
    fast --transport "$transport" --endpoint "$url" --users-file "$dir/bob.csv"
done
end_service
is "two emails to bob, none to the twins" test "$(sort "$dir/emails" | tr '\n' ' ')" = "bob-id bob-id "
printf 'user_name\nmissing-\033[31mred\n' >"$dir/escape.csv"
check "a name that would steer the terminal" 2 'escape.csv:2: ' fast --demo --users-file "$dir/escape.csv"
never "$(printf '\033')"
for word in group= description= group=odd,group=even; do
  check "a word that would mean everybody: $word" 2 "'.*' (lacks what comes|is the second of its kind)" fast --demo --select "$word"
done
begin_service
check "a name of the service that is none: nothing is sent" 2 "lists the user 'n-1', who cannot be served: .*control character" \
  fast --endpoint "$url" --select all
never 'was resent'
check "and left out on demand" 1 '^5 sent, 0 not sent, 0 unknown' fast --endpoint "$url" --select all --lenient
end_service
is "those who can be served, once each" test "$(sort "$dir/emails" | tr '\n' ' ')" = "ada bob bob-id t-1 t-2 "
check "whom --select means" 0 '^3 sent' fast --demo --select user-activated,has-email,can-sign-in,group=odd
never 'demo-7'
check "and whom not" 0 '^4 would be sent' fast --demo --dry-run --select not-user-activated
also 'demo-12 '
check "nobody fits" 2 '--select fits nobody' fast --demo --select locked,not-locked
check "a word that is none" 2 "'hungry' is none of all, user-activated" fast --demo --select hungry
check "what the service does not tell" 2 'does not tell who has signed in' fast --demo --select inactive
check "users who cannot be listed: nothing is sent" 2 'cannot be listed, so nothing was sent: connection' \
  fast --timeout 1 --endpoint http://127.0.0.1:1 --select all

# --- The journal ---
printf 'u-1\nu-2\nmissing-3\n' >"$dir/three"
check "a journal: the first run" 1 '^2 sent, 1 not sent, 0 unknown.$' fast --demo --journal "$dir/journal" --users-file "$dir/three"
check "the second one tries again only what was not sent" 1 '^0 sent, 1 not sent, 0 unknown, 2 sent before.$' \
  fast --demo --journal "$dir/journal" --users-file "$dir/three"
check "in JSON, too" 1 '^."user_id":"u-1","outcome":"sent_before","status":0,' \
  fast --demo --json --journal "$dir/journal" --users-file "$dir/three"
check "a dry run knows it" 0 '^1 would be sent, 2 were sent before' fast --demo --dry-run --journal "$dir/journal" --users-file "$dir/three"
check "all were sent before: a success" 0 '2 sent before' fast --demo --journal "$dir/journal" u-1 u-2
check "another project is another journal" 2 'is about .*another file does not know who was served' fast --demo --project-id other --journal "$dir/journal" u-1
check "another template is another mailing" 2 'is about .*template t1' fast --demo --template-id t1 --journal "$dir/journal" u-1
check "an id that no journal can hold: nothing is sent" 2 "of the command line: .*UTF-8" \
  fast --demo --journal "$dir/journal" "$(printf '\377')" u-9
never 'was resent'
for option in --journal --users-file --report --select; do
  check "$option without a value" 2 "^resend-email: $option is given without a value" fast --demo "$option" '' u-1
done
is "a dry run makes no journal" test ! -e "$dir/none"
check "a dry run without a journal" 0 'Nothing was sent' fast --demo --dry-run --journal "$dir/none" u-1
is "and it has made none" test ! -e "$dir/none"
check "a journal in no folder" 2 'nowhere/journal' fast --demo --journal "$dir/nowhere/journal" u-1
printf '{"version":1,"subject":"resend-email, demo, project 0bec5db98280d2d02fd6c00c2de791ce"}\n{"event":"begin","key":"u-1"}\n' >"$dir/crashed"
check "whose fate is unknown is left alone and listed" 1 'not known whether the email to user u-1 went out before' \
  fast --demo --journal "$dir/crashed" u-1 u-2
also '^1 sent, 0 not sent, 0 unknown, 1 unknown from before'
also 'nobody can say whether these were sent the email, so ask them: u-1$'
check "also by a run without them" 0 'so ask them: u-1$' fast --demo --journal "$dir/crashed" u-2
check "and tried again on demand" 0 'user u-1 was resent' fast --demo --allow-duplicates --journal "$dir/crashed" u-1 u-2

# Two processes on one journal, and one that is interrupted; the service counts.
seq -f 'u-%g' 40 >"$dir/forty"
begin_service 40 50
"$tool" --per-minute 0 --endpoint "$url" --journal "$dir/shared" --users-file "$dir/forty" >"$dir/first" 2>&1 </dev/null &
first=$!
await resent "$dir/first"
check "a second process on a journal" 2 'in use' fast --endpoint "$url" --journal "$dir/shared" --users-file "$dir/forty"
kill -INT "$first"
wait "$first"
is "the first one, interrupted: status 1" test $? -eq 1
is "it says so, and how to go on" grep -q 'Ended early, as asked.*not tried. The same command goes on' "$dir/first"
is "not all were served yet" test "$(grep -c 'was resent' "$dir/first")" -lt 40
check "the same command goes on" 0 'sent before' fast --endpoint "$url" --journal "$dir/shared" --users-file "$dir/forty"
end_service
is "one email each" test "$(sort -u "$dir/emails" | wc -l) $(wc -l <"$dir/emails")" = "40 40"

# Asked twice: what is under way is stopped, and noted as unknown.
begin_service 3 60000
"$tool" --per-minute 0 --endpoint "$url" --journal "$dir/stopped" u-1 u-2 >"$dir/first" 2>&1 </dev/null &
first=$!
await begin "$dir/stopped"
kill -INT "$first"
await interrupted "$dir/first"
kill -INT "$first"
wait "$first"
is "stopped: status 1" test $? -eq 1
is "it says whom it concerns" grep -q 'not known whether the email to user u-1 went out: cancelled' "$dir/first"
is "and how to go on" grep -q 'Stopped, as asked. 1 were not tried. The same command goes on' "$dir/first"
is "the journal says no more than is known" test "$(tail -1 "$dir/stopped")" = '{"event":"unknown","key":"u-1"}'
kill "$cloud"
wait "$cloud" 2>/dev/null

# --- How a run ends early ---
printf 'missing-1\nmissing-2\nu-3\n' >"$dir/failures"
check "after so many failures" 1 'Ended early, after 2 users who were not served.*1 were not tried' \
  fast --demo --stop-after 2 --users-file "$dir/failures"
never 'u-3 was resent'
begin_service
check "keys that are refused: once, not for each user" 1 'Ended early, as it concerns all: unauthorized: 401.*2 were not tried' \
  env HUAWEICLOUD_SDK_SK=canary-wrong "$tool" --endpoint "$url" u-1 u-2 u-3
end_service
is "and nothing was sent" test ! -s "$dir/emails"
check "a denial of one user does not end it" 1 '^1 sent, 1 not sent' fast --demo denied-1 u-2
check "a full disk: before the next email, and said" 1 'Ended early, as the journal cannot be written.*File too large' \
  sh -c "ulimit -f 4; exec '$tool' --per-minute 0 --demo --quiet --journal '$dir/small' --users-file '$dir/forty'"
long=$(seq -s _ 60)
check "a full disk when the last one's end is noted: no success" 1 'Ended early, as the journal cannot be written' \
  sh -c "ulimit -f 1; exec '$tool' --per-minute 0 --demo --journal '$dir/long' $long$long"
check "with room it goes on" 0 'sent before' fast --demo --journal "$dir/small" --users-file "$dir/forty"

# --- Reports ---
printf 'user_id,user_name\nu-1,"<b>A&""B"\nmissing-2,=1+1\n' >"$dir/reported.csv"
for format in csv json html; do
  check "a report: $format" 1 '^1 sent, 1 not sent' fast --demo --users-file "$dir/reported.csv" --report "$dir/report.$format"
  is "$format: whole, and nothing beside it" test ! -e "$dir/report.$format.part"
done
is "CSV: no formula" grep -qF '"missing-2","'\''=1+1","not_sent","400","WKS.00170312","The user does not exist"' "$dir/report.csv"
is "CSV: quotes" grep -qF '"u-1","<b>A&""B","sent","200"' "$dir/report.csv"
is "JSON: a row" grep -qE '^."user_id":"missing-2","outcome":"not_sent","status":400,"error_code":"WKS.00170312",.*"user_name":"=1\+1"' "$dir/report.json"
is "JSON: the sum" grep -qF '"listed":2,"sent":1,"sent_before":0,"not_sent":1,"unknown":0' "$dir/report.json"
is "HTML: what is said is text" grep -qF '<td>&lt;b&gt;A&amp;&quot;B</td>' "$dir/report.html"
is "HTML: what to do" grep -qF 'Check the user id: it is the Workspace user' "$dir/report.html"
check "a report that is full: the run ends in order, and says so" 1 'there is no report: ' \
  sh -c "seq -f u-%g 300 | (ulimit -f 40; exec '$tool' --per-minute 0 --demo --quiet --users-file - --report '$dir/full.csv')"
also '^[0-9]+ sent, 0 not sent'
check "whose turn did not come is in it" 1 'were not tried' fast --demo --stop-after 1 --report "$dir/rest.csv" missing-1 u-2 u-3
is "all three" grep -c . "$dir/rest.csv"
also '^4$'
is "not tried" grep -qF '"u-3","","not_tried"' "$dir/rest.csv"
check "left out is not 'not tried'" 1 '^2 sent|was resent' fast --demo --lenient --users-file "$dir/names.csv" --report "$dir/left.json"
is "the counts" grep -qF '"listed":1,"sent":1,' "$dir/left.json"
cp "$dir/three" "$dir/three.csv"
check "a report over the list" 2 'written over the journal or the list' fast --demo --users-file "$dir/three.csv" --report "$dir/./three.csv"
check "a report over the journal" 2 'written over the journal or the list' fast --demo --journal "$dir/j.json" --report "$dir/j.json" u-1
mkdir "$dir/folder.csv"
check "a report over a folder: nothing is sent" 2 'cannot write the report' fast --demo --report "$dir/folder.csv" u-1
never 'was resent'
check "a report of another kind" 2 '--report writes .csv, .json or .html' fast --demo --report "$dir/report.pdf" u-1
check "a report in no folder: nothing is sent" 2 "cannot write the report" fast --demo --report "$dir/nowhere/r.csv" u-1
never 'was resent'

# --- On a terminal ---
if command -v script >/dev/null; then
  check "a bar, and those who were not served" 0 'missing-3 was not sent' \
    script -qec "'$tool' --per-minute 0 --demo --users-file '$dir/three' || true" /dev/null
  also '\[[#-]+\] [0-3]/3  [0-2] sent'
  also '2 sent, 1 not sent, 0 unknown[.]'
  never 'was resent'
fi

# --- Quiet, and the pace ---
check "an option without its value: the next one is not taken for it" 2 "no host begins with .-." \
  "$tool" --endpoint --per-minute 0 u-1
check "quiet: only who was not served, and the sum" 1 'user missing-3 was not sent' fast --demo --quiet --users-file "$dir/three"
never 'was resent'
check "quiet, and a sum that cannot be written: no success" 1 '' sh -c "'$tool' --per-minute 0 --demo --quiet u-1 u-2 >/dev/full"
check "a pace that is none" 2 '--per-minute' "$tool" --demo --per-minute -1 u-1

if grep -nE 'canary' "$dir/everything" "$dir"/report.* "$dir"/journal; then bad "a secret was printed"; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
