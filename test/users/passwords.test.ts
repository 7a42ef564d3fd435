import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { hashPassword, verifyPassword } from "../../shared/users/passwords.ts";

test("a hash verifies its own password, and no other", async () => {
  const stored = await hashPassword("correct horse");
  expect(await verifyPassword("correct horse", stored)).toBe(true);
  expect(await verifyPassword("Correct horse", stored)).toBe(false);
  expect(await verifyPassword("correct horse\0", stored)).toBe(false);
  expect(await verifyPassword("", stored)).toBe(false);
});

test("the same password never has the same hash twice", async () => {
  const [one, two] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
  expect(one).not.toBe(two);
});

test("a password may come in another normal form than it was set in", async () => {
  const stored = await hashPassword("Amélie-1".normalize("NFD"));
  expect(await verifyPassword("Amélie-1".normalize("NFC"), stored)).toBe(true);
});

test("where there is no hash, every password is wrong", async () => {
  expect(await verifyPassword("correct horse", null)).toBe(false);
});

test("a hash of another cost is verified too, as the reference implementation's test vector", async () => {
  const vector = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  expect(await verifyPassword("password", vector)).toBe(true);
  expect(await verifyPassword("passwore", vector)).toBe(false);
});

test("a stored hash that is damaged is a defect, not a wrong password", async () => {
  await expect(verifyPassword("correct horse", "$argon2id$v=19$m=1")).rejects.toThrow("cannot be read");
});

test("the main thread goes on while passwords are hashed", async () => {
  let isHashed = false;
  const hashing = hashPassword("correct horse").then(() => {
    isHashed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isHashed).toBe(false);
  await hashing;
});

test("two are hashed at once and 100 may wait; whoever comes then is asked to come back", () => {
  const script = `
    import { hashPassword, verifyPassword } from "./shared/users/passwords.ts";
    const refused = [];
    for (let n = 0; n < 110; n++) {
      hashPassword("p").catch((error) => refused.push([n, error.type, error.retryAfterMs]));
    }
    await verifyPassword("p", null).catch((error) => refused.push(["verify", error.type]));
    console.log(JSON.stringify(refused));
    process.exit(0);`;
  const out = execFileSync(process.execPath, ["--input-type=module-typescript", "-e", script], { encoding: "utf8" });
  const refused = [102, 103, 104, 105, 106, 107, 108, 109].map((n) => [n, "unavailable", 3000]);
  expect(JSON.parse(out)).toEqual([...refused, ["verify", "unavailable"]]);
});
