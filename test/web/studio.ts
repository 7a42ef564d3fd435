// The whole product with its page, and what people do there.
import type { Page } from "playwright-core";
import { loadPage } from "../../scripts/page/load-page.ts";
import { type Product, type ProductOptions, startProduct } from "../api/local.ts";
import { callerOf, type User } from "../api/user.ts";

/** Tests have many users of one address. */
const settings = { REGISTRATIONS_PER_HOUR: "0", TEST_MODELS: "1" };

export function startStudio({ environment, ...options }: ProductOptions = {}): Promise<Product> {
  return startProduct({ ...options, environment: { ...settings, ...environment }, page: loadPage });
}

let users = 0;

/** Registers at the door, in whichever language it is. Answers the user as the API knows it. */
export async function registerHere(
  page: Page,
  product: Product,
  { url = `${product.url}/`, isKept = true } = {},
): Promise<User> {
  const [email, password] = [`studio-${process.pid}-${++users}@example.com`, "correct horse"];
  await page.goto(url);
  await page.getByLabel(/^(E-mail|邮箱)$/).fill(email);
  await page.getByLabel(/^(Password|密码)$/).fill(password);
  await page.getByLabel(/^(Keep me signed in|在这台设备上保持登录)/).setChecked(isKept);
  await page.getByRole("button", { name: /^(Create account|注册)$/ }).click();
  await page.getByRole("form", { name: /^(Make|创作)$/ }).waitFor();
  const place = isKept ? "localStorage" : "sessionStorage";
  const session = await page.evaluate(`JSON.parse(${place}.getItem('dream-factory.session'))`);
  const { token, userId } = session as { token: string; userId: string };
  return { userId, email, password, token, call: callerOf(() => product.url, token) };
}

/** Signs in at the door, in English. */
export async function signInHere(page: Page, product: Product, user: User, { isKept = true } = {}): Promise<void> {
  await page.goto(`${product.url}/`);
  await page.getByRole("button", { name: "There is an account? Sign in" }).click();
  await page.getByLabel("E-mail").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByLabel(/^Keep me signed in/).setChecked(isKept);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("form", { name: "Make" }).waitFor();
}

/** Writes it, and presses the button. */
export async function make(page: Page, prompt: string): Promise<void> {
  await page
    .getByRole("form", { name: /^(Make|创作)$/ })
    .getByRole("textbox")
    .first()
    .fill(prompt);
  await page.getByRole("button", { name: /^(Make|生成)/ }).click();
}

/** Chooses one of the models that end as their names say. */
export async function chooseModel(page: Page, model: string): Promise<void> {
  const more = page.getByText(/^(More|更多)$/);
  await more.click();
  await page.getByLabel(/^(Show test models|显示测试模型)$/).check();
  await more.click();
  await page.getByLabel(/^(Model|模型)$/).selectOption(`test/${model}`);
}

/** The picture is there, and the browser can read it. */
export async function seePicture(page: Page, prompt: string): Promise<void> {
  const tile = page.getByRole("button", { name: new RegExp(`^(Open: |打开：)${escaped(prompt)}`) });
  await tile.first().scrollIntoViewIfNeeded();
  const image = await tile.first().locator("img").elementHandle();
  await page.waitForFunction((element) => (element as unknown as { naturalWidth: number }).naturalWidth > 0, image);
}

export function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
