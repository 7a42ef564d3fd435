#!/usr/bin/env bash
# osls 4.3.1: a function that has a zip of its own (`package: { artifact: … }`), in a manifest without `package: { individually: true }`. `serverless package`
# takes it, and its template names that zip; `serverless deploy` of the same manifest makes the same template, and then wants a zip of the whole service.
# Seen: "package: 0, deploy: No example.zip file found in the package path you provided." Fails when that changes. It stops before it asks AWS for anything.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts osls@4.3.1
cat > serverless.yml <<'YAML'
service: example
provider: { name: aws, runtime: nodejs24.x, region: eu-central-1 }
functions:
  hello: { handler: index.handler, package: { artifact: hello.zip } }
YAML
# An empty archive: its end record alone.
printf 'PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' > hello.zip
export HOME=$folder SLS_TELEMETRY_DISABLED=1 AWS_ACCESS_KEY_ID=nobody AWS_SECRET_ACCESS_KEY=nothing
# Nobody listens at port 1: whatever it asks, nobody answers.
export AWS_ENDPOINT_URL=http://127.0.0.1:1 SLS_AWS_REQUEST_MAX_RETRIES=0
code=0
packaged=$(timeout 60 npx serverless package 2>&1) || code=$?
grep -q '/hello.zip"' .serverless/cloudformation-template-update-stack.json || { echo "$packaged"; exit 1; }
deployed=$(timeout 60 npx serverless deploy 2>&1 || true)
said=$(echo "$deployed" | grep -o 'No example.zip file found in the package path you provided.') || { echo "$deployed" | tail -15; exit 1; }
echo "package: $code, deploy: $said"
[ "$code" = 0 ]
