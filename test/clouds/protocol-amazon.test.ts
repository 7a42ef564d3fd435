import { protocolOn } from "./protocol.ts";

protocolOn("s3 + dynamodb");
