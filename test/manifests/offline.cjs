// Loaded into a process before its own code: nobody outside of this machine can be reached, and who tried to is written down.
const dns = require("node:dns");
const fs = require("node:fs");
const net = require("node:net");

function refuse(target) {
  fs.appendFileSync(process.env.CONNECTIONS, `${target}\n`);
  return Object.assign(new Error(`this test is offline: ${target}`), { code: "ENOTFOUND" });
}

net.Socket.prototype.connect = function connect(options) {
  const error = refuse(JSON.stringify(options?.host ?? options?.[0]?.host ?? options?.path ?? options));
  process.nextTick(() => this.destroy(error));
  return this;
};
dns.lookup = (name, ...rest) => process.nextTick(() => rest.at(-1)(refuse(name)));
dns.promises.lookup = async (name) => {
  throw refuse(name);
};
