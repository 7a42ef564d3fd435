// Whom to ask for something.
import * as z from "zod/mini";
import { said } from "../said.ts";

const { provider, model } = said;
export const modelWish = z.strictObject({ provider, model }).register(z.globalRegistry, { id: "ModelWish" });
