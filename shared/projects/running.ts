// Whether a production works on a project. Its name stands in the project, and counts only while that one has not settled: whoever was to take it
// out may have died.
import type { Table } from "../ports/table.ts";
import type { Project } from "./project.ts";

/** The project with the production that really works on it; a starter that died after its time leaves its name behind. */
export async function withRealRunning(table: Table, project: Project): Promise<Project> {
  return project.running === null || (await isRunning(table, project)) ? project : { ...project, running: null };
}

async function isRunning(table: Table, { userId, running }: Pick<Project, "userId" | "running">): Promise<boolean> {
  if (running === null) return false;
  const production = await table.get({ partition: `user#${userId}`, sort: `production#${running}` });
  return production !== null && production.data.state !== "settled";
}
