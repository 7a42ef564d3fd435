// The label's text: strict when it is written, soft when it is read; and the code by which ours is known again.
import { describe, expect, test } from "vitest";
import { carriedLabel, checkOwn, ownLabel } from "../../shared/labels/aigc.ts";
import { aigcText, readAigc } from "../../shared/labels/aigc-text.ts";
import { foreignLabel } from "./files.ts";

const producer = { name: "001191110000XXXXXXXXXX10001", key: "the key of this system" };
const produceId = "0192f000-0000-7000-8000-000000000000-1-0";
const ownerId = "0192f000-0000-7000-8000-0000000000ff";
const output = { produceId, ownerId };
const media = "a".repeat(64);
const ours = ownLabel(producer, { produceId, ownerId, mediaSha256: media });

test("our label names us as producer and propagator, and is the same each time", () => {
  expect(ours).toMatchObject({ Label: "1", ContentProducer: producer.name, ProduceID: produceId });
  expect([ours.ContentPropagator, ours.PropagateID]).toEqual([producer.name, produceId]);
  expect(ownLabel(producer, { produceId, ownerId, mediaSha256: media })).toEqual(ours);
});

test("a label's text is JSON of printable ASCII, whatever it says", () => {
  const text = aigcText({ ...ours, ContentProducer: '某 "公司"\n' });
  expect(text).toMatch(/^[!-~]+$/);
  expect(JSON.parse(text).ContentProducer).toBe('某 "公司"\n');
});

describe("The code in it", () => {
  test("says that the label and the content are ours", () => {
    expect(checkOwn(producer, ours, media)).toEqual({ known: true, intact: true, output });
  });

  test("says of other content with the same label that it was altered, or the label copied", () => {
    expect(checkOwn(producer, ours, "b".repeat(64))).toEqual({ known: true, intact: false, output });
  });

  test("of a film, which was labelled while it streamed, covers the name alone", () => {
    const label = ownLabel(producer, { produceId, ownerId, mediaSha256: null });
    expect(checkOwn(producer, label, media)).toEqual({ known: true, intact: null, output });
  });

  test.each([
    ["another output's name", { ProduceID: "another-1-0" }],
    ["a code of nobody's", { ReservedCode1: "forged" }],
    ["no code", { ReservedCode1: "" }],
  ])("is no good with %s", (_, forged) => {
    expect(checkOwn(producer, { ...ours, PropagateID: "", ...forged }, media).known).toBe(false);
  });

  test("is no good to whoever has another key", () => {
    expect(checkOwn({ key: "another key" }, ours, media)).toEqual({ known: false, intact: null, output: null });
  });

  test("is good whatever we call ourselves by now, and under no name but the one that it was made for", () => {
    expect(checkOwn({ key: producer.key }, ours, media).known).toBe(true);
    const named = { ContentProducer: "Others", ContentPropagator: "Others" };
    expect(checkOwn(producer, { ...ours, ...named }, media).known).toBe(false);
  });

  test("names the owner to nobody else, and another one when it was changed", () => {
    const [claim, bound, owner = ""] = ours.ReservedCode1.split(".");
    expect(aigcText(ours)).not.toContain(ownerId.slice(-12));
    const changed = {
      ...ours,
      ReservedCode1: `${claim}.${bound}.${owner.replace(/^./, owner.startsWith("A") ? "B" : "A")}`,
    };
    expect(checkOwn(producer, changed, media).output?.ownerId).not.toBe(ownerId);
    const without = ownLabel(producer, { produceId, ownerId: null, mediaSha256: media });
    expect(checkOwn(producer, without, media).output).toEqual({ produceId, ownerId: null });
  });
});

describe("A label that came with a file", () => {
  test("keeps its producer, and we are who spreads it, which our code says as well", () => {
    const label = carriedLabel([foreignLabel], ours);
    expect(label).toEqual({
      ...{ Label: "1", ContentProducer: "001191110102MACQD9K64010000", ProduceID: "7f3a", ReservedCode1: "3045" },
      ...{ ContentPropagator: producer.name, PropagateID: produceId, ReservedCode2: ours.ReservedCode1 },
    });
    expect(checkOwn(producer, label, media)).toEqual({ known: true, intact: true, output });
    expect(carriedLabel([aigcText(label)], ours)).toEqual(label);
  });

  test.each([
    ["nothing", []],
    ["no JSON", ["AI!"]],
    ["a label without a producer", ['{"Label":"1"}']],
    ["a producer of endless length", [`{"Label":"1","ContentProducer":"${"x".repeat(2000)}"}`]],
    ["our own", [aigcText(ours)]],
  ])("is replaced where it is %s", (_, found) => {
    expect(carriedLabel(found, ours)).toEqual(ours);
  });
});

describe("Read softly:", () => {
  test.each([
    ["as the standard wants it", foreignLabel, []],
    ["wrapped", `{"AIGC":${foreignLabel}}`, []],
    ["encoded twice", JSON.stringify(foreignLabel), ["it is encoded twice"]],
    ["wrapped and encoded twice", JSON.stringify({ AIGC: foreignLabel }), ["it is encoded twice"]],
    ["behind the bare word", `AIGC${foreignLabel}`, []],
    ["with a word for the number", foreignLabel.replace('"1"', '"AIGC"'), ["Label is not 1, 2 or 3"]],
  ])("%s", (_, raw, deviations) => {
    const read = readAigc(raw);
    expect(read?.label).toMatchObject({ Label: "1", ContentProducer: "001191110102MACQD9K64010000" });
    expect(read?.deviations).toEqual(deviations);
  });

  test("names in lower case, numbers and missing fields are told of", () => {
    const read = readAigc('{"label":1,"contentproducer":"picwish"}');
    expect(read?.label).toMatchObject({ Label: "1", ContentProducer: "picwish", ProduceID: "" });
    expect(read?.deviations).toContain("Label is no text");
    expect(read?.deviations).toContain("ContentProducer is spelled otherwise");
    expect(read?.deviations).toContain("ProduceID is missing");
  });

  test.each([
    "",
    "null",
    "[]",
    "7",
    '{"a":1}',
    "{",
    '{"AIGC":{"AIGC":{"AIGC":{"AIGC":{"AIGC":{}}}}}}',
    "x".repeat(20_000),
  ])("%s is no label", (raw) => {
    expect(readAigc(raw)).toBeNull();
  });
});
