// POST /projects/generate-drama: a new project and its first production.
import * as z from "zod/mini";
import { budget, prompt, webhookUrl } from "./production.ts";
import { newProject } from "./settings.ts";

export const dramaRequest = z.strictObject({ ...newProject.shape, prompt, budget, webhookUrl });
