/** Names and tags follow one convention. */
import type { Rule } from "../rule";
import { namingCharacters } from "./namingCharacters";
import { namingComponent } from "./namingComponent";
import { namingEnvironment } from "./namingEnvironment";
import { namingEnvironmentIsStack } from "./namingEnvironmentIsStack";
import { namingLength } from "./namingLength";
import { namingPattern } from "./namingPattern";
import { namingTypeCode } from "./namingTypeCode";
import { namingUnique } from "./namingUnique";
import { tagsAllowed } from "./tagsAllowed";
import { tagsPresent } from "./tagsPresent";

export const namingRules: readonly Rule[] = [
  namingPattern,
  namingComponent,
  namingTypeCode,
  namingEnvironment,
  namingEnvironmentIsStack,
  namingLength,
  namingCharacters,
  namingUnique,
  tagsPresent,
  tagsAllowed,
];
