#!/usr/bin/env bash
# ali-oss 6.23.0: with an endpoint that is an IP address the bucket stands neither in the host that is connected to nor in the path. The client
# sends a Host header of the region's own domain, with the bucket in front, to that address. So a server that is reached by its address sees
# requests for bucket.oss-region.aliyuncs.com, and a request that is signed by hand for bucket.ADDRESS or ADDRESS/bucket goes elsewhere.
# Expected: the bucket in the path, as other clients of object stores do with an address.
#
# Seen: "PUT /a.txt with Host: films.oss-cn-hangzhou.aliyuncs.com". Fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts ali-oss@6.23.0
cat > ask.cjs <<'JS'
const http = require("node:http");
const OSS = require("ali-oss");
const server = http.createServer((request, response) => {
  console.log(`${request.method} ${request.url} with Host: ${request.headers.host}`);
  request.resume().on("end", () => response.writeHead(200, { etag: '"a"' }).end());
});
server.listen(0, "127.0.0.1", async () => {
  const endpoint = `http://127.0.0.1:${server.address().port}`;
  const client = new OSS({ region: "oss-cn-hangzhou", bucket: "films", endpoint, accessKeyId: "id", accessKeySecret: "secret", authorizationV4: true });
  await client.put("a.txt", Buffer.from("a"));
  server.closeAllConnections();
  server.close();
});
JS
seen=$(timeout 60 node ask.cjs 2>/dev/null)
echo "$seen"
[ "$seen" = "PUT /a.txt with Host: films.oss-cn-hangzhou.aliyuncs.com" ]
