import { servePack } from "../serve";
import { guardrailRules } from "./index";

servePack({ name: "guardrails", description: "Access, retention, resilience and cost", rules: guardrailRules });
