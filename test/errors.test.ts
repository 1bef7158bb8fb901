import { expect } from "chai";
import {
  AmplifyLogsError,
  ConflictError,
  InputError,
  isConflict,
  PartialFailureError,
  WindowRefusedError,
} from "../src/errors";

describe("errors", () => {
  it("name the field, the value and the fix", () => {
    const error = new InputError("must be positive", { field: "apps[1].retention", value: -3, fix: "give 1 or more" });
    expect(error.message).to.equal("apps[1].retention: must be positive (got -3). Fix: give 1 or more");
    expect([error.name, error.field, error.value, error.fix, error.retryable]).to.deep.equal([
      "InputError",
      "apps[1].retention",
      -3,
      "give 1 or more",
      false,
    ]);
  });

  it("show what is missing, and no more than a piece of what is long", () => {
    expect(new AmplifyLogsError("x", { value: undefined }).message).to.equal("x (got undefined).");
    expect(new AmplifyLogsError("x", { value: "y".repeat(1000) }).message).to.have.length.below(140);
  });

  it("know a conflict by its name, since handlers bring copies of the class", () => {
    class ConflictErrorOfABundle extends Error {
      override readonly name = "ConflictError";
    }
    expect(
      [new ConflictError("k"), new ConflictErrorOfABundle(), new Error("x"), undefined].map(isConflict),
    ).to.deep.equal([true, true, false, false]);
  });

  it("say of a partial failure whether a retry helps", () => {
    const refused = new WindowRefusedError("too much", { retryable: true });
    expect(new PartialFailureError("2 failed", [new Error("a"), refused])).to.include({
      retryable: true,
      message: "2 failed: a; too much.",
    });
    expect(new PartialFailureError("1 failed", [new Error("a")]).retryable).to.equal(false);
  });
});
