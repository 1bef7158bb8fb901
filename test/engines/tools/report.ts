/** Printed when all suites are through: which engines ran, and which did not. */
import { foundEngines, missingEngines } from "./missing";

after(() => {
  console.log("\nEngines");
  for (const { name, version, seconds } of foundEngines())
    console.log(`  ${name} ${version}, ready in ${seconds.toFixed(1)} s`);
  for (const { name, reason } of missingEngines())
    console.log(`  ${name}: MISSING, its suites were skipped (${reason})`);
});
