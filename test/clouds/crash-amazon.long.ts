import { crashesOn } from "./crash.ts";

crashesOn("s3 + dynamodb");
