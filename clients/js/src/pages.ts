// Lists, page after page.

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Every entry: `for await (const job of each((cursor) => client.listJobs({ cursor, status: "failed" })))`. */
export async function* each<Item>(page: (cursor: string | undefined) => Promise<Page<Item>>): AsyncGenerator<Item> {
  for (let cursor: string | undefined; ; ) {
    const { items, nextCursor } = await page(cursor);
    yield* items;
    if (nextCursor === null) return;
    cursor = nextCursor;
  }
}
