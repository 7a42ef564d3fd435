// What the page itself has made, as a file on the device. What is in the store is saved from there: `download` of the client.
export function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: the browser has only been told.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
