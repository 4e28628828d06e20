#!/usr/bin/env bash
# What people do in the console, by the command line alone: a customer grows, is rescued, is rescued and then sold the
# larger tier, gets more disk, is inherited, and leaves.
#
#   KILOCLAW_API_URL=http://127.0.0.1:4401 KILOCLAW_API_KEY_FILE=.kiloclaw/internal-api-key \
#     apps/cli/examples/journeys.sh my-run
#
# The name of the run is part of every customer's id and of every idempotency key. The same name again, within the 24 h
# for which keys are kept, succeeds and changes nothing: what was done is found, and not done twice.
#
# KILOCLAW       the command, where it is not `kiloclaw`
# KILOCLAW_NODE  the Node that reads the JSON, where it is not `node`
# INHERITED      optionally "USER_ID INSTANCE_ID" of an instance from before there were tiers
set -euo pipefail

run=${1:?Usage: journeys.sh NAME_OF_THE_RUN}
command=${KILOCLAW:-kiloclaw}
node=${KILOCLAW_NODE:-node}
export KILOCLAW_AS_ADMIN=${KILOCLAW_AS_ADMIN:-support-1}

# kc KEY ARGUMENTS…: one change, done once for its key. Prints the JSON document.
kc() {
  local key=$1
  shift
  "$command" "$@" --json --yes --idempotency-key "$run-$key"
}

# field EXPRESSION: of the JSON document on standard input, which the expression calls `it`.
field() {
  "$node" -e '
    const it = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    console.log(String(new Function("it", `return ${process.argv[1]}`)(it) ?? ""));
  ' "$1"
}

# expect EXPRESSION WANTED: ends the script where the document on standard input says something else.
expect() {
  local found
  found=$(field "$1")
  if [ "$found" != "$2" ]; then
    echo "journeys: $1 is '$found', and not '$2'" >&2
    exit 1
  fi
}

# provision CUSTOMER: their instance on perf-1-3; prints its id. The same key is the same instance.
provision() {
  "$command" instances provision --user "$run-$1" --tier perf-1-3 --idempotency-key "$run-$1-provision" --json |
    field it.instanceId
}

say() { echo "journeys: $*" >&2; }

say "J2: a customer grows"
id=$(provision grown)
owner=$run-grown
kc grown-stop instances stop "$id" --user "$owner" >/dev/null
kc grown-resize resize "$id" perf-4-8 --user "$owner" | expect it.result.newTier perf-4-8
kc grown-start instances start "$id" --user "$owner" >/dev/null
"$command" instances get "$id" --user "$owner" --json |
  expect '[it.instanceType, it.volumeSizeGb, it.status]' perf-4-8,20,running
# Asked for again under another key, it is so already.
"$command" resize "$id" perf-4-8 --user "$owner" --yes --json | expect it.unchanged true

say "J3: a rescue, and its end"
id=$(provision rescued)
owner=$run-rescued
kc rescued-lend override set "$id" --user "$owner" --preset perf-4-16 --reason "out of memory" |
  expect it.result.override.preset perf-4-16
kc rescued-restart instances restart "$id" --user "$owner" >/dev/null
kc rescued-return override clear "$id" --user "$owner" | expect it.result.clearedOverride.preset perf-4-16
kc rescued-restart-again instances restart "$id" --user "$owner" >/dev/null
"$command" instances get "$id" --user "$owner" --json |
  expect '[it.instanceType, it.effectiveSize.memory_mb, it.pendingRestart]' perf-1-3,3072,false

say "J4: a rescue, then the larger tier"
id=$(provision sold)
owner=$run-sold
kc sold-lend override set "$id" --user "$owner" --preset perf-4-16 --reason "out of memory" --apply now >/dev/null
kc sold-resize resize "$id" perf-4-8 --user "$owner" --apply now | expect it.result.clearedOverride.preset perf-4-16
"$command" instances get "$id" --user "$owner" --json | expect '[it.instanceType, it.sizeOverride === null]' perf-4-8,true

say "J5: more disk"
id=$(provision disk)
owner=$run-disk
kc disk-extend volume extend "$id" 15 --user "$owner" | expect it.result.sizeGb 15
"$command" instances get "$id" --user "$owner" --json | expect '[it.instanceType, it.volumeSizeGb]' custom,15

if [ -n "${INHERITED:-}" ]; then
  say "J6: an inherited instance"
  read -r owner id <<<"$INHERITED"
  # The first look begins to restore it; what it is, the provider tells on the way.
  "$command" instances get "$id" --user "$owner" --live --json >/dev/null
  "$command" ops watch "$id" --user "$owner" --json | expect it.operation.status succeeded
  "$command" instances get "$id" --user "$owner" --live --json | expect 'it.instanceType !== null' true
fi

say "J8: somebody leaves"
gone=$("$command" instances list --user "$run-leaver" --status destroyed --json | field it.total)
if [ "$gone" = 0 ]; then provision leaver >/dev/null; fi
"$command" person delete "$run-leaver" --yes --json | expect it.isFinished true

say "done"
