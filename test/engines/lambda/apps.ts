/** The apps of a stack, as its fetchers know them. */
import type { SimulatedApp } from "../../../src/local/simulator/site";
import { ofType, variablesOf, type Deployed } from "./deployed";

export const appsOf = (deployed: Deployed): SimulatedApp[] =>
  ofType(deployed, "aws:lambda/function:Function")
    .map(variablesOf)
    .filter((variables) => "APP_ID" in variables)
    .map((variables) => ({
      name: variables["APP_NAME"]!,
      appId: variables["APP_ID"]!,
      domainName: variables["DOMAIN_NAME"]!,
    }));
