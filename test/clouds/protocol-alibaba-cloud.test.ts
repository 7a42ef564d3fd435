import { protocolOn } from "./protocol.ts";

protocolOn("oss + tablestore");
