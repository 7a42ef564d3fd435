// A film is made on the page, and a part of it anew: paid for once, and what does not fit any more is told.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NobodyLeft } from "../../shared/productions/advancing/admit-node.ts";
import type { Product } from "../api/local.ts";
import { filmProject, shortProject } from "../api/short-film.ts";
import { type User, until } from "../api/user.ts";
import { type Devices, missingBrowser, startDevices, violations } from "./browser.ts";
import { signInHere, startStudio } from "./studio.ts";

describe.skipIf(missingBrowser !== null)(missingBrowser ?? "remaking", () => {
  let studio: Product;
  let devices: Devices;
  let user: User;
  let projectId: string;
  beforeAll(async () => {
    [studio, devices] = await Promise.all([startStudio(), startDevices()]);
    user = await studio.register();
    const json = { title: "Ferry", prompt: "Two people wait.", scenesPerEpisode: 2, language: "en" };
    projectId = await shortProject(user, json);
    expect(await filmProject(user, projectId)).toMatchObject({ status: "completed" });
  });
  afterAll(async () => {
    await devices?.close();
    await studio?.close();
  });

  test("a film from a sentence shows its cast and its shots while it is made", async () => {
    const { page, complaints } = await devices.open();
    const json = {
      title: "Pier",
      description: "Two people wait.",
      durationSec: 10,
      scenesPerEpisode: 2,
      language: "en",
    };
    const { id } = (await user.call("POST", "/projects", { json })).body.data;
    await signInHere(page, studio, user);
    await page.goto(`${studio.url}/#/dramas/${id}`);
    await page.getByRole("button", { name: /^Make the film ?at most/ }).click();
    await page.locator(".drama:has(.running) .shot-card").first().waitFor();
    await page.locator(".drama:has(.running) .cast").waitFor();
    expect(complaints).toEqual([]);
    expect((await user.call("DELETE", `/projects/${id}`)).status).toBe(200);
  });

  const production = async () =>
    (await user.call("GET", `/productions?projectId=${projectId}&limit=1`)).body.data.items[0];

  async function openFilm(page: Page): Promise<void> {
    await signInHere(page, studio, user);
    await page.goto(`${studio.url}/#/dramas/${projectId}`);
    await page.locator(".frame img").first().waitFor();
  }

  test("a shot that does not fit its new parts any more looks as the others do, and says so, in either language", async () => {
    const { page } = await devices.open();
    await openFilm(page);
    const card = page.locator(".shot-card").first();
    const looks = () =>
      page.evaluate(
        "(({ padding, backgroundColor }) => ({ padding, backgroundColor }))(getComputedStyle(document.querySelector('.shot-card')))",
      );
    const before = await looks();
    expect(before).toEqual({ padding: expect.any(String), backgroundColor: expect.any(String) });
    await page.route("**/api/v1/productions/*/nodes?*", async (route) => {
      const response = await route.fetch();
      const body = await response.text();
      await route.fulfill({ response, body: body.replaceAll('"state":"made"', '"state":"stale"') });
    });
    await page.reload();
    await card.getByText("Out of date").waitFor();
    expect([await looks(), await violations(page)]).toEqual([before, []]);
    await page.getByRole("button", { name: "中文" }).first().click();
    await card.getByText("待更新").waitFor();
  });

  test("a part that could not be made says why where it is shown, also to who does not see it, in either language", async () => {
    const { page } = await devices.open();
    const { items } = (await user.call("GET", `/productions/${(await production()).id}/nodes?limit=100`)).body.data;
    const shot = items.find(({ kind }: { kind: string }) => kind === "still").id.replace("still-", "");
    const failed = { state: "failed", output: null, degraded: null };
    const why: Record<string, object> = {
      [`still-${shot}`]: { ...failed, reason: new NobodyLeft().message },
      [`clip-${shot}`]: { state: "skipped", output: null },
      "poster-e1": { ...failed, reason: "Of poster-e1 no picture was made: there is nothing to be put together." },
    };
    await page.route("**/api/v1/productions/*/nodes?*", async (route) => {
      const response = await route.fetch();
      const { code, data } = await response.json();
      const shown = data.items.map((node: { id: string; kind: string }) => ({
        ...node,
        ...why[node.id],
        ...(node.kind === "portrait" && {
          ...failed,
          reason: null,
          makes: [{ error: { type: "moderation_blocked", message: "no" } }],
        }),
      }));
      await route.fulfill({ response, json: { code, data: { ...data, items: shown } } });
    });
    await openFilm(page);
    const gone = "Not made: The models that were to make it are not served here any more.";
    await page
      .getByRole("status")
      .getByText("Poster: No picture was made that it could be put together from.")
      .waitFor();
    await page.getByRole("button", { name: gone }).click();
    await page
      .getByRole("alert")
      .getByText("Picture: The models that were to make it are not served here any more.")
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await page
      .getByRole("button", { name: /^Edit: / })
      .first()
      .click();
    await page
      .getByRole("alert")
      .getByText("Portrait: The provider’s filter has refused it. Other words may do.")
      .waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "中文" }).first().click();
    await page.getByRole("status").getByText("海报：没有可用来合成的画面。").waitFor();
    await page.getByRole("alert").getByText("画面：原定的模型已不再提供。").waitFor();
    await page.getByRole("button", { name: "未完成：原定的模型已不再提供。" }).waitFor();
  });

  test("a film that is whole when its remake was cancelled needs no finishing", async () => {
    const { page } = await devices.open();
    // What a busy machine has made by other ways would be made anew: here nothing is.
    const quote = (await user.call("POST", `/projects/${projectId}/quote`, { json: {} })).body.data;
    const nothing = { ...quote, nodes: 0, price: 0, stages: [], parts: [], stale: [] };
    await page.route("**/api/v1/projects/*/quote", (route) => route.fulfill({ json: { code: 0, data: nothing } }));
    await page.route("**/api/v1/productions?*", async (route) => {
      const response = await route.fetch();
      const { code, data } = await response.json();
      const [{ nodes, ...film }] = data.items;
      const items = [{ ...film, nodes, made: nodes, status: "cancelled", reason: "cancelled" }];
      await route.fulfill({ response, json: { code, data: { ...data, items } } });
    });
    await openFilm(page);
    await page.getByText("The film shows everything as it is.").waitFor();
    expect(await page.getByRole("button", { name: /^Finish the film/ }).count()).toBe(0);
    // What was edited since is an update of it.
    const edited = { ...nothing, nodes: 1, parts: ["still-e1s1h1"], stale: ["still-e1s1h1"] };
    await page.route("**/api/v1/projects/*/quote", (route) => route.fulfill({ json: { code: 0, data: edited } }));
    await page.reload();
    await page.getByRole("button", { name: /^Update the film/ }).waitFor();
  });

  test("who presses again because the answer was lost gets the round that has begun, and pays for it alone", async () => {
    const { page } = await devices.open();
    // Nothing else tells the page of it.
    await page.route("**/api/v1/events**", (route) => route.abort());
    await openFilm(page);
    const remakes = "**/api/v1/productions/*/nodes/*/remake";
    await page.route(remakes, async (route) => {
      await route.fetch();
      await route.fulfill({ status: 502, contentType: "text/html", body: "<h1>502 Bad Gateway</h1>" });
    });
    await page.locator(".shot-card").first().click();
    const button = page.getByRole("button", { name: /^Make the picture anew ?· ?\d/ });
    await button.click();
    await page.locator(".notice.bad").waitFor();
    const { cost } = await until(production, ({ status, round }) => status === "completed" && round === 2);
    await page.unroute(remakes);
    const answer = page.waitForResponse(remakes);
    await button.click();
    expect((await answer).status()).toBe(200);
    expect(await until(production, ({ status }) => status === "completed")).toMatchObject({ round: 2, cost });
  });
});
