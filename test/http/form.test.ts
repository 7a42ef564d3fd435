// A form with files as an object.
import { describe, expect, test } from "vitest";
import { FormFile, readForm } from "../../shared/http/form.ts";

async function sent(fill: (form: FormData) => void) {
  const form = new FormData();
  fill(form);
  const request = new Request("http://127.0.0.1", { method: "POST", body: form });
  return readForm(request.headers.get("content-type") ?? "", new Uint8Array(await request.arrayBuffer()));
}

const file = (text: string) => new File([text], "a.png");

describe("A form", () => {
  test("has values, lists and objects, as its names say", async () => {
    const read = await sent((form) => {
      form.append("prompt", "ein Fuchs 狐");
      form.append("image[]", file("one"));
      form.append("input_reference[image_url]", "https://example.com/a.png");
      form.append("input_reference[note]", "x");
    });
    expect({ ...read }).toEqual({
      prompt: "ein Fuchs 狐",
      image: [new FormFile(new TextEncoder().encode("one"))],
      input_reference: { image_url: "https://example.com/a.png", note: "x" },
    });
  });

  test("makes a list of what comes more than once", async () => {
    const read = await sent((form) => {
      form.append("image", file("one"));
      form.append("image", file("two"));
    });
    expect(read.image).toHaveLength(2);
  });

  test.each([
    ["__proto__", "x"],
    ["constructor[prototype]", "x"],
    ["a[__proto__]", "x"],
    ["a[b][c]", "x"],
  ])("with a field named %s is refused", async (name, value) => {
    await expect(sent((form) => form.append(name, value))).rejects.toMatchObject({ type: "invalid_request" });
  });

  test("that gives one name in two ways, or has too many fields, is refused", async () => {
    const twoWays = sent((form) => {
      form.append("a", "1");
      form.append("a[b]", "2");
    });
    await expect(twoWays).rejects.toThrow(/given in two ways/);
    const many = sent((form) => {
      for (let i = 0; i < 101; i++) form.append(`f${i}`, "x");
    });
    await expect(many).rejects.toThrow(/at most 100 fields/);
  });

  test.each([
    ["without its boundary", "multipart/form-data", "--x\r\n"],
    ["with another boundary", "multipart/form-data; boundary=y", "--x\r\n"],
    [
      "that breaks off",
      "multipart/form-data; boundary=x",
      '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nhalf',
    ],
    ["that is no form", "multipart/form-data; boundary=x", "hello"],
  ])("%s is 400, in words", async (_, type, body) => {
    await expect(readForm(type, new TextEncoder().encode(body))).rejects.toMatchObject({ type: "invalid_request" });
  });
});
