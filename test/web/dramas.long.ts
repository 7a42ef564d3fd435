// A drama in a real browser: from a sentence to a film that plays with its subtitles, then one line is changed, and its price is told.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Product } from "../api/local.ts";
import { create, follow } from "../api/user.ts";
import { type Devices, missingBrowser, overflow, startDevices, violations } from "./browser.ts";
import { play } from "./playing.ts";
import { filmOf } from "./shown.ts";
import { registerHere, startStudio } from "./studio.ts";

/** As long as a film takes on a machine that has others to serve. */
const aFilm = { timeout: 600_000 };

describe.skipIf(missingBrowser !== null)(missingBrowser ?? "a drama", () => {
  let studio: Product;
  let devices: Devices;
  beforeAll(async () => {
    [studio, devices] = await Promise.all([startStudio({ environment: { WELCOME_CREDITS: "300" } }), startDevices()]);
  });
  afterAll(async () => {
    await devices?.close();
    await studio?.close();
  });

  test("from a sentence to a film, edited, moved, priced, made again, exported", async () => {
    const { page, complaints } = await devices.open({ acceptDownloads: true });
    const user = await registerHere(page, studio);
    await page.goto(`${studio.url}/#/dramas`);
    await page.getByRole("button", { name: "New drama" }).click();
    await page.getByLabel("Title", { exact: true }).fill("The Ferry");
    await page.getByLabel("What is it about?").fill("A ferrywoman gets a letter that is addressed to her mother.");
    // Typed once: it is there after a reload.
    await page.reload();
    await page.getByRole("button", { name: "New drama" }).click();
    expect(await page.getByLabel("Title", { exact: true }).inputValue()).toBe("The Ferry");
    await page.getByLabel("Scenes an episode").fill("2");
    await page.getByLabel("Seconds an episode").fill("20");
    await page.getByRole("button", { name: "Create", exact: true }).click();

    await page.getByRole("button", { name: /^Write the screenplay ?1/ }).click();
    await page.locator(".shot").first().waitFor();
    expect(await violations(page)).toEqual([]);
    const make = page.getByRole("button", { name: /^Make the film/ });
    await expect.poll(() => make.textContent()).toMatch(/at most \d+/);
    await make.click();
    await page.locator(".running").waitFor();
    // Previews come while it is made.
    await page.locator(".frame img").first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.locator(".film video").waitFor(aFilm);
    await page.getByText("The film shows everything as it is.").waitFor(aFilm);
    const film = page.locator(".film video");
    expect(await film.evaluate(play)).toMatchObject({ hasMoved: true });
    const cues = "document.querySelector('.film video track').track.cues?.length ?? 0";
    await expect.poll(() => page.evaluate(cues)).toBeGreaterThan(0);

    const first = page.locator(".shot-card").first();
    const before = await first.getAttribute("aria-label");
    await first.click();
    const words = page.getByLabel(/ says$/).first();
    await words.fill("The river keeps its letters.");
    await page.reload();
    await first.click();
    expect(await words.inputValue()).toBe("The river keeps its letters.");
    // Its price is told before it is saved.
    await page.getByText(/^Update the film: at most 1$/).waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const update = page.getByRole("button", { name: /^Update the film/ });
    await expect.poll(() => update.textContent()).toMatch(/at most 1$/);
    expect(await first.getAttribute("aria-label")).not.toBe(before);
    await page.getByRole("button", { name: "What it changes" }).click();
    await page.locator(".quoted").getByText("Voices").waitFor();
    expect(await violations(page)).toEqual([]);
    await update.click();
    await page.locator(".running").waitFor();
    await page.getByText("The film shows everything as it is.").waitFor(aFilm);

    await page.getByText("Export", { exact: true }).click();
    const [subtitles] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Subtitles (SRT)" }).click(),
    ]);
    expect(readFileSync(await subtitles.path(), "utf8")).toContain("The river keeps its letters.");
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Film (MP4)" }).click(),
    ]);
    expect([
      saved.suggestedFilename(),
      readFileSync(await saved.path())
        .subarray(4, 8)
        .toString(),
    ]).toEqual([expect.stringMatching(/^The Ferry.*\.mp4$/), "ftyp"]);
    const [packed] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Everything (ZIP)" }).click(),
    ]);
    expect(
      readFileSync(await packed.path())
        .subarray(0, 2)
        .toString(),
    ).toBe("PK");
    const { held } = (await user.call("GET", "/credits")).body.data;
    expect([held, complaints]).toEqual([0, []]);
  });

  test("a shot goes to another place by its button, and its lines go along", async () => {
    const { page } = await devices.open();
    const user = await registerHere(page, studio);
    const json = {
      title: "Two shots",
      description: "Two friends meet again at a station.",
      durationSec: 30,
      scenesPerEpisode: 1,
      language: "en",
    };
    const project = (await user.call("POST", "/projects", { json })).body.data;
    await page.goto(`${studio.url}/#/dramas/${project.id}`);
    await page.getByRole("button", { name: /^Write the screenplay/ }).click();
    await page.locator(".shot").nth(1).waitFor();
    const labels = (): Promise<string[]> =>
      page.evaluate(
        "[...document.querySelectorAll('.shot-card')].map((card) => card.ariaLabel.replace(/^Shot \\d+: /, ''))",
      );
    const [one, two, ...others] = await labels();
    await page.locator(".shot").first().hover();
    await page.getByRole("button", { name: "Shot 1: Later" }).first().click();
    await expect.poll(labels).toEqual([two, one, ...others]);
  });

  test("a scene goes to another place by its button or by hand; the price of that is told, and what was made is kept", async () => {
    const { page, complaints } = await devices.open();
    const user = await registerHere(page, studio);
    const json = { title: "Three scenes", prompt: "Two friends meet again.", durationSec: 15, language: "en" };
    const id = await filmOf(user, json);
    await page.goto(`${studio.url}/#/dramas/${id}`);
    await page.getByText("The film shows everything as it is.").waitFor(aFilm);
    const places = (): Promise<string[]> =>
      page.evaluate(
        "[...document.querySelectorAll('.scene')].map((scene) => scene.querySelector('.shot-card').ariaLabel)",
      );
    const pictures = (): Promise<string[]> =>
      page.evaluate("[...document.querySelectorAll('.scene')].map((scene) => scene.querySelector('.frame img')?.src)");
    const [one, two, three] = await places();
    const seen = await pictures();
    const later = page.getByRole("button", { name: "Scene 1: Later" });
    await later.focus();
    // Pressed twice: it goes to the end, and the focus with it.
    await page.keyboard.press("Enter");
    await expect.poll(places).toEqual([two, one, three]);
    const focused = () => page.evaluate("document.activeElement.getAttribute('aria-label')");
    expect(await focused()).toBe("Scene 2: Later");
    await page.keyboard.press("Enter");
    await expect.poll(places).toEqual([two, three, one]);
    expect(await focused()).toBe("Scene 3: Earlier");
    expect(await pictures()).toEqual([seen[1], seen[2], seen[0]]);
    await page.reload();
    await expect.poll(places).toEqual([two, three, one]);
    expect(await violations(page)).toEqual([]);
    const update = page.getByRole("button", { name: /^Update the film/ });
    await expect.poll(() => update.textContent()).toMatch(/free$/);
    await page.getByRole("button", { name: "What it changes" }).click();
    expect(await page.locator(".quoted li").allTextContents()).toEqual([expect.stringMatching(/^Cutting/)]);
    await update.click();
    await page.locator(".running").waitFor();
    await page.getByText("The film shows everything as it is.").waitFor(aFilm);
    // All of them are seen, so that nothing scrolls away under the hand.
    await page.setViewportSize({ width: 1280, height: 2400 });
    await page.locator(".scene-head").last().dragTo(page.locator(".scene-head").first());
    await expect.poll(places).toEqual([one, two, three]);
    expect((await user.call("GET", `/projects/${id}`)).body.data.sceneOrder).toBeNull();
    expect(complaints).toEqual([]);
  });

  test("its settings are there with their price, a screenplay is chosen, and it is deleted after a question", async () => {
    const { page, complaints } = await devices.open();
    const user = await registerHere(page, studio);
    const json = {
      title: "Old",
      description: "A ferry is late.",
      durationSec: 10,
      scenesPerEpisode: 1,
      language: "en",
    };
    const { id } = (await user.call("POST", "/projects", { json })).body.data;
    const first = await create(user, { prompt: "A ferry is late." }, `/projects/${id}/generate-scenes`);
    await follow(user, first.id);
    const now = async () => (await user.call("GET", `/projects/${id}`)).body;
    await page.goto(`${studio.url}/#/dramas/${id}`);
    await page.locator(".shot").first().waitFor();
    await page.getByRole("button", { name: "Settings", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Settings" });
    await dialog.getByLabel("Title", { exact: true }).fill("New");
    await dialog.getByLabel("9:16", { exact: true }).check();
    await dialog.getByLabel("Music").uncheck();
    await dialog.getByLabel("Pictures by").selectOption({ label: "sketch" });
    await dialog.getByText(/^Settle for something less/).click();
    await dialog.getByText(/^Update the film: at most \d+$/).waitFor();
    expect([await violations(page), await overflow(page)]).toEqual([[], 0]);
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { name: "New", exact: true }).waitFor();
    expect((await now()).data).toMatchObject({
      ...{ title: "New", ratios: ["16:9", "9:16"], music: false, onFailure: "stop" },
      models: { image: { provider: "sketch", model: "sketch" } },
    });

    await page.getByRole("button", { name: "Settings", exact: true }).click();
    await dialog.getByRole("button", { name: /^Write it anew/ }).click();
    const use = dialog.getByRole("button", { name: /^Use this one/ });
    await use.waitFor();
    expect((await now()).data.draft).not.toBe(first.id);
    await use.click();
    await expect.poll(async () => (await now()).data.draft).toBe(first.id);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "Delete the drama" }).click();
    const question = page.getByRole("dialog", { name: "Delete the drama" });
    await question.getByText(/go at once and for good/).waitFor();
    expect(await violations(page)).toEqual([]);
    await question.getByRole("button", { name: "Cancel" }).click();
    expect((await now()).code).toBe(0);
    await page.getByRole("button", { name: "Delete the drama" }).click();
    await question.getByRole("button", { name: "Delete the drama" }).click();
    await page.getByText("“New” is deleted.").waitFor();
    expect(page.url()).toBe(`${studio.url}/#/dramas`);
    await page.getByText("No drama yet.").waitFor();
    expect([(await now()).code, complaints]).toEqual([404, []]);
  });
});
