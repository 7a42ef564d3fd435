import type { GenerationSettings } from "../jobs/asking/submit-generation.ts";
import type { RequestDeps } from "../jobs/deps.ts";
import type { AnnouncingDeps } from "../uploads/create-upload.ts";
import type { LookForUpload } from "../uploads/look-when-asked.ts";

/** What answering requests about projects needs. */
export interface ProjectDeps extends RequestDeps, Pick<AnnouncingDeps, "countStorage"> {
  generation: GenerationSettings;
  lookForUpload: LookForUpload;
  projectLimits: ProjectLimits;
}

export interface ProjectLimits {
  /** Projects that a user may have. */
  maxProjects: number;
}
