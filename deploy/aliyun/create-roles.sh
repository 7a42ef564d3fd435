#!/bin/sh
# The roles that s.yaml names, each with its policy: makes them, or brings those that are there to what stands here. Doing it again changes nothing.
#   sh deploy/aliyun/create-roles.sh            with the CLI `aliyun`, whose user may change RAM
#   sh deploy/aliyun/create-roles.sh --print    writes what it would send, for the console
# Reads the variables of s.yaml. Exit code 0: all are there; 1: it could not be done; 2: a variable lacks.
set -eu
cd "$(dirname "$0")"

: "${APP_NAME:=dream-factory}" "${ALIBABA_CLOUD_REGION:=cn-hangzhou}" "${TABLE_NAME:=dream_factory}"
: "${LOG_STORE:=functions}" "${DEAD_LETTER_QUEUE:=dream-factory-dead-letters}"
for name in ALIBABA_CLOUD_ACCOUNT_ID OSS_BUCKET TABLESTORE_INSTANCE LOG_PROJECT; do
  eval "value=\${$name:-}"
  if [ -z "$value" ]; then echo "$name must be set, as for s.yaml." >&2; exit 2; fi
done
# RAM knows instances in lower case only.
instance=$(printf %s "$TABLESTORE_INSTANCE" | tr '[:upper:]' '[:lower:]')

fill() {
  sed -e "s|{{APP_NAME}}|$APP_NAME|g" -e "s|{{ALIBABA_CLOUD_REGION}}|$ALIBABA_CLOUD_REGION|g" \
    -e "s|{{ALIBABA_CLOUD_ACCOUNT_ID}}|$ALIBABA_CLOUD_ACCOUNT_ID|g" -e "s|{{OSS_BUCKET}}|$OSS_BUCKET|g" \
    -e "s|{{TABLESTORE_INSTANCE}}|$instance|g" -e "s|{{TABLE_NAME}}|$TABLE_NAME|g" \
    -e "s|{{LOG_PROJECT}}|$LOG_PROJECT|g" -e "s|{{LOG_STORE}}|$LOG_STORE|g" \
    -e "s|{{DEAD_LETTER_QUEUE}}|$DEAD_LETTER_QUEUE|g" "$1" | tr -d '\n' | sed 's/  */ /g'
}

make_role() {
  if aliyun ram GetRole --RoleName "$1" >/dev/null 2>&1; then
    aliyun ram UpdateRole --RoleName "$1" --NewAssumeRolePolicyDocument "$2" >/dev/null
  else
    aliyun ram CreateRole --RoleName "$1" --AssumeRolePolicyDocument "$2" >/dev/null
  fi
}

# A policy keeps five versions; the oldest one goes.
make_policy() {
  if aliyun ram GetPolicy --PolicyType Custom --PolicyName "$1" >/dev/null 2>&1; then
    aliyun ram CreatePolicyVersion --PolicyName "$1" --PolicyDocument "$2" --SetAsDefault true \
      --RotateStrategy DeleteOldestNonDefaultVersionWhenLimitExceeded >/dev/null
  else
    aliyun ram CreatePolicy --PolicyName "$1" --PolicyDocument "$2" >/dev/null
  fi
}

attach() {
  if aliyun ram ListPoliciesForRole --RoleName "$1" | grep -q "\"PolicyName\": *\"$1\""; then return; fi
  aliyun ram AttachPolicyToRole --RoleName "$1" --PolicyType Custom --PolicyName "$1" >/dev/null
}

for file in policies/*.json; do
  kind=$(basename "$file" .json)
  name="$APP_NAME-$kind"
  case $kind in oss-trigger) trust=$(fill trust/oss.json) ;; *) trust=$(fill trust/fc.json) ;; esac
  policy=$(fill "$file")
  if [ "${1:-}" = --print ]; then
    printf '%s\n  trust:  %s\n  policy: %s\n' "$name" "$trust" "$policy"
  else
    make_role "$name" "$trust"
    make_policy "$name" "$policy"
    attach "$name"
    echo "The role $name has its policy."
  fi
done
