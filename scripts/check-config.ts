// npm run check-config [-- --offline] [--json]: reads the settings as npm start would, says all that is wrong with them, what is odd and what they
// lead to, and writes, reads, copies and deletes a probe in the table and in the store. Whatever is not there is not made.
// Exit code 0: npm start would take them, whatever it is warned of; 1: it would not, one line for each problem; 2: not understood.
//
// No value of a secret is shown. --offline opens and asks nothing.
import { environmentByPlace } from "../shared/config/environment.ts";
import { type Probed, probeAll } from "./check-config/probe.ts";
import { checkSettings } from "./check-config/settings.ts";
import { Found, parsed, runCommand, say } from "./subcommands.ts";

await runCommand("npm run check-config --", {
  usage: "[--offline] [--json]",
  about:
    "What is wrong with the settings, what is odd, and what they lead to; table and store are tried, unless --offline.",
  async run(args) {
    const { values, isJson } = parsed(args, { offline: { type: "boolean", default: false } });
    const { file, own } = environmentByPlace();
    const { problems, warnings, said, config } = await checkSettings(file, own);
    const probes = config && !values.offline ? await probeAll(config) : [];
    const failed = probes.filter(({ isFine }) => !isFine);
    const lines = [
      ...said,
      ...probes.filter(({ isFine }) => isFine).map(lineOf),
      ...warnings.map((each) => `warning: ${each}`),
    ];
    say(isJson, lines, { isUsable: problems.length + failed.length === 0, problems, warnings, said, probes });
    const wrong = [...problems.map(({ variable, message }) => `${variable} ${message}`), ...failed.map(lineOf)];
    if (wrong.length === 0) return;
    if (!isJson) console.error(["The configuration is not usable:", ...wrong.map((line) => `  ${line}`)].join("\n"));
    throw new Found();
  },
});

function lineOf({ of, said }: Probed): string {
  return `${of} tried: ${said}`;
}
