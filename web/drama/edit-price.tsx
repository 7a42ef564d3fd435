// What an edit would cost before it is saved: the film's price as if it were done already.
import { useQuery } from "@tanstack/react-query";
import type { QuoteProjectRequest } from "dream-factory-client";
import { useEffect, useState } from "react";
import { useClient } from "../api/studio.tsx";
import { useTexts } from "../texts/texts.ts";

type Edit = NonNullable<QuoteProjectRequest["edit"]>;

export function EditPrice({ projectId, edit }: { projectId: string; edit: Edit }) {
  const [t, client] = [useTexts(), useClient()];
  const asked = useSettled(JSON.stringify(edit), 400);
  const { data } = useQuery({
    queryKey: [`project ${projectId}`, "edit price", asked],
    queryFn: ({ signal }) => client.quoteProject(projectId, { edit: JSON.parse(asked) }, { signal }),
  });
  if (!data) return null;
  return (
    <p className="small soft number" role="status">
      {data.nodes === 0 ? t.drama.quoteNothing : `${t.drama.refilm}: ${t.drama.atMost(data.price)}`}
    </p>
  );
}

function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
