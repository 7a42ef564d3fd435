// --help, which every command takes: what it is for and how it is called, on stdout, with 0; nothing is read, opened or made.

export const exits =
  "Exit code 0: done; 1: it could not be done, or something is wrong; 2: the command was not understood.";

/** Anywhere before `--`: behind that, it is a value. */
export function isHelpWanted(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const options = end === -1 ? args : args.slice(0, end);
  return options.includes("--help") || options.includes("-h");
}

/** For a command that reads its arguments itself: tells its usage and ends the process, if that is all that is wanted. */
export function answerHelp(about: string, usage: string, exitCodes = exits): void {
  if (!isHelpWanted(process.argv.slice(2))) return;
  console.log(`${about}\n\nUsage:\n${usage}\n\n${exitCodes}`);
  process.exit(0);
}
