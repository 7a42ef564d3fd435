import { crashesOn } from "./crash.ts";

crashesOn("oss + tablestore");
