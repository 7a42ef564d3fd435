// Files to the device: by a link that the server answers as a download, else read whole and handed over.

/** `?download=` where the store is the server's own or signs; elsewhere the browser reads the file and gives it its name. */
export async function download(url: string, name: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status}`);
  saveAs(await response.blob(), name);
}

export function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: the browser has only been told.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
