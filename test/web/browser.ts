// A browser of the machine's, headless: nothing is downloaded. One for a file; each test has a context of its own, as a device has.
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const require = createRequire(import.meta.url);
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = [process.env.CHROMIUM_PATH, ...places].find((path) => path && existsSync(path));

/** Null: there is one. Where every change is checked, it is installed: there its absence is a failure. */
export const missingBrowser = executablePath
  ? null
  : "There is no Chromium here: apt-get install chromium, or name one with CHROMIUM_PATH.";
if (missingBrowser && process.env.BROWSER_TESTS === "required") throw new Error(missingBrowser);

/** What one step may take on a machine that has others to serve. */
const STEP_MS = 90_000;

export interface Device {
  page: Page;
  context: BrowserContext;
  /** What the console and the page's scripts have complained of. */
  complaints: string[];
}

export interface Devices {
  /** Another browser, of somebody else or somewhere else. */
  open(options?: BrowserContextOptions): Promise<Device>;
  close(): Promise<void>;
}

export async function startDevices(): Promise<Devices> {
  const folder = await mkdtemp(join(tmpdir(), "dream-factory-browser-"));
  const browser = await chromium.launch({
    executablePath: executablePath ?? "",
    // Containers have little of /dev/shm.
    args: ["--disable-dev-shm-usage"],
    env: { ...process.env, FONTCONFIG_FILE: await fontsIn(folder) } as Record<string, string>,
  });
  return {
    open: (options) => open(browser, options),
    async close() {
      // Pages go on to ask: what a test's route has begun to fetch for one breaks off with it, and is nobody's failure.
      const pages = browser.contexts().flatMap((context) => context.pages());
      await Promise.all(pages.map((page) => page.unrouteAll({ behavior: "ignoreErrors" })));
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What moves is drawn anew at every frame, which takes a third of a browser's time: unless a test wants to see it, nothing does. */
const usual = { locale: "en", viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" } as const;

async function open(browser: Browser, options: BrowserContextOptions = {}): Promise<Device> {
  const context = await browser.newContext({ ...usual, ...options });
  context.setDefaultTimeout(STEP_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error.stack)));
  return { page, context, complaints };
}

/** Chinese glyphs from a package that is there already, beside what the system has. */
async function fontsIn(folder: string): Promise<string> {
  const fonts = dirname(require.resolve("@expo-google-fonts/noto-sans-sc/package.json"));
  const path = join(folder, "fonts.conf");
  const system = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>';
  const own = `<dir>${join(fonts, "400Regular")}</dir><dir>${join(fonts, "700Bold")}</dir>`;
  await writeFile(path, `<?xml version="1.0"?><fontconfig>${system}${own}<cachedir>${folder}</cachedir></fontconfig>`);
  return path;
}

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe has to say of the page as it is shown. */
export async function violations(page: Page): Promise<string[]> {
  const run = `axe.run(document, { runOnly: ${JSON.stringify(rules)} })`;
  const of = "({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')";
  return page.evaluate(`${axe};${run}.then(({ violations }) => violations.map(${of}))`);
}

/** Wider than the window, or than the card that it stands in: 0 unless something sticks out. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(`(() => {
    const over = [document.documentElement.scrollWidth - innerWidth];
    for (const card of document.querySelectorAll(".card")) {
      const { overflowX, paddingRight, borderRightWidth } = getComputedStyle(card);
      if (overflowX !== "visible") continue;
      const edge = card.getBoundingClientRect().right - parseFloat(paddingRight) - parseFloat(borderRightWidth);
      for (const part of card.children) {
        if (getComputedStyle(part).position !== "absolute") over.push(part.getBoundingClientRect().right - edge);
      }
    }
    return Math.max(0, Math.floor(Math.max(...over)));
  })()`);
}
