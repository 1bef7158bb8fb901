import { servePack } from "../serve";
import { namingRules } from "./index";

servePack({ name: "naming", description: "Names and tags follow one convention", rules: namingRules });
