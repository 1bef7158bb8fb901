import { servePack } from "../serve";
import { encryptionRules } from "./index";

servePack({
  name: "encryption",
  description: "Data is encrypted at rest and on its way, with keys that rotate",
  rules: encryptionRules,
});
