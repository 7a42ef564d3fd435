// The commands of the runbooks that no test here can run, by how they begin, each kind with its reason. All others are run.

export const notRun: Readonly<Record<string, readonly string[]>> = {
  "asks AWS, with an account": [
    "aws secretsmanager put-secret-value ",
    "aws secretsmanager delete-secret ",
    "npx serverless deploy --stage $STAGE",
    "npx serverless remove ",
    "CERTIFICATE=$(aws acm request-certificate ",
    "aws acm describe-certificate ",
    "aws acm wait ",
    "aws acm delete-certificate ",
    "aws apigatewayv2 create-domain-name ",
    "aws apigatewayv2 create-api-mapping ",
    "aws apigatewayv2 get-domain-name ",
    "aws apigatewayv2 delete-domain-name ",
    "HTTP_API=$(aws cloudformation describe-stack-resource ",
    "QUEUE=$(aws cloudformation describe-stacks ",
    "ACCOUNT=$(aws sts get-caller-identity ",
    "aws sqs receive-message ",
    "aws sqs purge-queue ",
    "aws dynamodb restore-table-to-point-in-time ",
    "aws dynamodb update-table ",
    "aws dynamodb delete-table ",
    "aws s3 rb ",
    "aws s3 sync ",
    "aws logs tail ",
    "TOPIC=$(aws sns create-topic ",
    "aws sns subscribe ",
    "aws cloudwatch put-metric-alarm ",
    "for kind in job account delivery; do aws cloudwatch put-metric-alarm ",
    "for name in generate-image generate-video retry-job create-upload; do aws lambda put-function-concurrency ",
    "for name in generate-image generate-video retry-job create-upload; do aws lambda delete-function-concurrency ",
  ],
  "reads a table that only the command before it makes": ["TABLE_PROVIDER=dynamodb TABLE_NAME=dream_factory_restored "],
  "asks Alibaba Cloud, with an account": [
    "aliyunlog log delete_project ",
    "aliyun oss rm ",
    "aliyun oss sync ",
    "for kind in http storage timers deliver-webhooks purge-temp oss-trigger; do aliyun ram ",
  ],
  "downloads its component, and asks Alibaba Cloud": [
    "npx s deploy -t s.domain.yaml ",
    "npx s remove -t s.yaml ",
    "npx s remove -t s.domain.yaml ",
  ],
  "asks Function Compute; test/scripts/endpoints.test.ts runs it against a server that speaks its API": [
    "npm run endpoints -- aliyun --region $ALIBABA_CLOUD_REGION\n",
  ],
  "moves a table from where none is; test/scripts/copy-table.test.ts moves one all the way round": [
    "npm run copy-table ",
  ],
  "asks two stores of the operator's": ["rclone copy ", "rclone check "],
  "deploys into an account; test/deploy takes all its steps against servers that speak the clouds' APIs": [
    "npm run deploy:aws ",
    "npm run deploy:aliyun",
  ],
  "changes the machine; test/deploy shows the units to systemd and runs the configuration of nginx": [
    "sudo apt ",
    "sudo useradd ",
    "sudo install ",
    "printf '%s\\n' NODE_ENV=production ",
    "sudo cp ",
    "sudo mv ",
    "sudo systemctl ",
    "sudo certbot ",
    "sudo nginx ",
    'sed "s/dream',
    "sudo journalctl ",
  ],
  "restores onto a server that runs here; test/scripts/backup.test.ts restores and starts one": [
    "sudo -u dream-factory cp -a ",
  ],
  "downloads from npm": ["npm ci", "sudo npm ci"],
  "downloads from PyPI": ["deploy/ffmpeg-layer.sh"],
  "is another checkout, or changes it": ["cd /opt/", "sudo git ", "git switch "],
};

/** Run before, once for all tests. */
export const built = ["npm run build -- aws\n", "npm run build -- aliyun\n"];

/** An entry that ends with a line feed is the whole command. */
export function isOneOf(entries: readonly string[], command: string): boolean {
  return entries.some((entry) => `${command}\n`.startsWith(entry));
}
