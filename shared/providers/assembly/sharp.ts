// sharp, loaded when the first picture is needed: a cold start must not pay for it.

export async function loadSharp() {
  const { default: sharp } = await import("sharp");
  // No two pictures share anything, so a cache would only hold memory.
  sharp.cache(false);
  return sharp;
}
