// What people are told when the database refuses, and what is kept for those who look into it.
import { describe, expect, it } from "vitest";
import { DeskError } from "../../src/core/errors.ts";
import { isBroken, isRace, NeverBegan, translated } from "../../src/store/faults.ts";

/** An error as drizzle passes it on: with the statement and its values in the message. */
function raised(code: string): Error {
  const cause = Object.assign(new Error("said the database"), { code, detail: "Key (title)=(secret words)" });
  return new Error("Failed query: insert into tickets\nparams: secret words", { cause });
}

describe("a database error", () => {
  it.each([
    ["40P01", "a deadlock"],
    ["53300", "too many connections"],
    ["55P03", "a lock that was not given in time"],
    ["57014", "a statement that took too long"],
    ["57P01", "a server that is shut down"],
    ["57P03", "a server that is starting up"],
    ["25006", "a database that may only be read"],
    ["28P01", "a wrong password"],
    ["3D000", "a database that is not there yet"],
    ["53100", "a full disk"],
    ["ECONNREFUSED", "nobody listening"],
    ["EAI_AGAIN", "a name server that is away"],
    ["CONNECT_TIMEOUT", "a connection that is not made in time"],
    ["CONNECTION_CLOSED", "a connection that broke"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "a certificate that nobody vouches for"],
  ])("%s (%s) may pass: it is unavailable", (code) => {
    expect(translated(raised(code))).toMatchObject({ code: "unavailable", cause: { code } });
  });

  it.each([
    ["23505", "a row that is there already"],
    ["42703", "a column that is not there"],
    ["22P02", "a value that cannot be read"],
    ["UNDEFINED_VALUE", "a value that was never given"],
    ["ERR_INVALID_ARG_TYPE", "a value of the wrong type"],
  ])("%s (%s) is a fault of ours: it is internal", (code) => {
    expect(translated(raised(code))).toMatchObject({ code: "internal", cause: { code } });
  });

  it("keeps what people wrote to itself", () => {
    const error = translated(raised("23505")) as DeskError;
    const cause = error.cause as Error;
    const told = [error.message, error.stack, cause.message, cause.stack, JSON.stringify(cause)].join("\n");
    expect(told).not.toContain("secret words");
    expect(told).toContain("said the database");
  });

  it("that a transaction met before it began is the same error", () => {
    const error = new NeverBegan("It could not begin.", { cause: raised("ECONNREFUSED") });
    expect(translated(error)).toMatchObject({ code: "unavailable" });
    expect(isBroken(error)).toBe(true);
  });

  it("is none where a refusal or a fault of the work itself was raised", () => {
    const refusal = new DeskError("not-allowed", "No.", { cause: raised("23505") });
    const fault = new TypeError("undefined is not a function");
    expect(translated(refusal)).toBe(refusal);
    expect(translated(fault)).toBe(fault);
    expect(isRace(refusal)).toBe(false);
  });

  it("ends the connection where the server ended it, and not where one statement failed", () => {
    const codes = ["57P01", "57P02", "25P03", "08006", "ECONNRESET", "CONNECTION_DESTROYED"];
    expect(codes.filter((code) => !isBroken(raised(code)))).toEqual([]);
    expect(["23505", "57014", "40001", "55P03", "25006"].filter((code) => isBroken(raised(code)))).toEqual(
      [],
    );
  });
});
