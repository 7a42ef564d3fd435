// Whom to ask for something.
import * as z from "zod";
import { said } from "../said.ts";

const { provider, model } = said;
export const modelWish = z.strictObject({ provider, model }).meta({ id: "ModelWish" });
