/** The package's `main`: Pulumi's plugin runner loads a component package by its folder. Programs get `index` by `exports`. */
import { main } from "@pulumi/pulumi/provider";
import { packageFolder } from "./packaging";
import { AmplifyLogProvider } from "./provider";

// The functions are packed from the nearest package.json up; a program in another language has none.
process.chdir(packageFolder());
void main(new AmplifyLogProvider(), process.argv.slice(2));
