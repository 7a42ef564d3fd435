// Dramas.
import { useTexts } from "../texts/texts.ts";

export function Dramas({ id }: { id: string | null }) {
  const t = useTexts();
  return <div className="page"><h1>{t.drama.title}</h1><p>{id}</p></div>;
}
