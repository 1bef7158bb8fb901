import { readDeployment } from "../src/local/deployment";

const apps = Array.from({ length: Number(process.argv[2] ?? 1) }, (_, index) => ({
  name: `app${index}`,
  appId: `d${String(index).padStart(13, "0")}`,
  domainName: `app${index}.example`,
}));

void readDeployment("infdev", { "aws:region": "eu-central-1", "amplify-logs:apps": JSON.stringify(apps) }).then(
  ({ resources, fetchers }) => {
    if (fetchers.length !== apps.length) throw new Error(`${fetchers.length} fetchers for ${apps.length} apps`);
    console.log(`${resources} resources`);
  },
);
