// The layer that brings an ffmpeg, for serverless.yml: none, unless whoever deploys has one.
const layer = process.env.FFMPEG_LAYER?.trim();
module.exports = { ffmpeg: layer ? [layer] : [] };
