// Run as a process of its own: reads words from its input and writes a WAV. Arguments: the synthesiser's module, its language, how high the voice is.
const [, , at, language, pitch] = process.argv;
let words = "";
for await (const chunk of process.stdin.setEncoding("utf8")) words += chunk;
const { default: open } = await import(at);
// Two hyphens end the options: words may begin with one. A NUL would end the words.
const made = await open({
  arguments: ["-v", language, "-p", pitch, "-w", "out.wav", "--", words.replaceAll("\0", " ")],
});
process.stdout.write(made.FS.readFile("out.wav"), () => process.exit(0));
