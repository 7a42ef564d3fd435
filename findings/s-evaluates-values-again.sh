#!/usr/bin/env bash
# @serverless-devs/s 3.1.10: what ${env('NAME', '')} in s.yaml brings in is evaluated once more. A secret that holds ${x} stops `s preview`
# ("${x} not found"), and one that holds ${vars.app} silently becomes the value of that variable.
# Seen: "${vars.app} became: replaced". Fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @serverless-devs/s@3.1.10
cat > s.yaml <<'YAML'
edition: 3.0.0
name: example
access: default
vars:
  app: replaced
resources:
  example:
    component: fc3
    props:
      region: cn-hangzhou
      functionName: example
      environmentVariables:
        SECRET: ${env('SECRET', '')}
YAML
export HOME=$folder
out=$(SECRET='${vars.app}' NODE_ENV=test timeout 60 npx s preview -t s.yaml -o json --silent 2>&1 || true)
echo "$out" | grep -o '"SECRET": *"[^"]*"' || { echo "$out" | tail -5; exit 1; }
echo "$out" | grep -q '"SECRET": *"replaced"' && echo '${vars.app} became: replaced'
