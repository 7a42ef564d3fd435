// What whoever deploys has set, for serverless.yml. What is there but blank is not set, as everywhere: `${env:NAME, 'default'}` would take it.
module.exports = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value.trim() !== ""));
