// The page's first lines: where the API is, then everything.
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { clientOfThisPage } from "./api/configuration.ts";
import { ClientProvider, createQueries } from "./api/studio.tsx";
import { App } from "./app.tsx";

const client = await clientOfThisPage();
const place = document.getElementById("studio");
if (place) {
  createRoot(place).render(
    <ClientProvider value={client}>
      <QueryClientProvider client={createQueries()}>
        <App />
      </QueryClientProvider>
    </ClientProvider>,
  );
}
