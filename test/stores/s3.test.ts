// The whole contract of object stores, against each store that this adapter knows.
import { objectStoreContract } from "../contracts/object-store.ts";
import { openS3 } from "./s3-fixture.ts";

objectStoreContract("s3: aws", () => openS3("aws"));
objectStoreContract("s3: r2", () => openS3("r2"));
objectStoreContract("s3: minio", () => openS3("minio"), { hasRaces: true });
objectStoreContract("s3: cos", () => openS3("cos"), { hasRaces: true, repeatsUploads: true });
objectStoreContract("s3: qiniu", () => openS3("qiniu"), { hasRaces: true, repeatsUploads: true });
