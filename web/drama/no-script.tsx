// Before there is a screenplay: it can be written first, at its own price, and shaped before anything is drawn.
import type { Project } from "dream-factory-client";
import { useTexts } from "../texts/texts.ts";
import { WriteScript } from "./write-script.tsx";

export function NoScript({ project }: { project: Project }) {
  const t = useTexts();
  return (
    <section className="card no-script">
      <p className="idea">{project.description}</p>
      <p className="soft">{t.drama.noScript}</p>
      <WriteScript project={project} words={t.drama.write} className="go" />
    </section>
  );
}
