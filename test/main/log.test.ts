import { describe, expect, it } from "vitest";
import { openLog } from "../../src/log.ts";

function writing(secrets: readonly string[] = []) {
  const lines: string[] = [];
  const log = openLog({ level: "debug", secrets, to: { write: (line) => lines.push(line) } });
  return { log, written: () => lines.join("") };
}

describe("a log line", () => {
  it("is JSON with level, time and the ids it was given", () => {
    const { log, written } = writing();
    log.child({ ticket: "ACME-17" }).warn({ delivery: "ticket:ab12:card" }, "Slack refused a message.");
    expect(JSON.parse(written())).toMatchObject({
      level: "warn",
      ticket: "ACME-17",
      delivery: "ticket:ab12:card",
      msg: "Slack refused a message.",
    });
  });

  it("never holds a token, nor a secret that has no shape of its own", () => {
    const { log, written } = writing(["8f14e45fceea"]);
    log.error({ headers: { authorization: "Bearer xoxb-17-secret" } }, "xapp-1-A-b and 8f14e45fceea");
    expect(written()).not.toMatch(/xoxb|xapp|8f14e45fceea/);
  });

  it("never holds what people wrote, even where a whole ticket is logged", () => {
    const { log, written } = writing();
    log.info({ ticket: { number: "ACME-17", title: "payroll leaks", body: "all of it" } }, "filed");
    log.info({ intent: { do: { kind: "said", text: "all of it" } } }, "came in");
    expect(written()).not.toMatch(/payroll|all of it/);
    expect(written()).toContain("ACME-17");
  });

  it("tells of a failed query without the values that were in it", () => {
    const { log, written } = writing();
    const cause = Object.assign(new Error("duplicate key"), {
      code: "23505",
      detail: "Key (title)=(payroll)",
    });
    const error = Object.assign(
      new Error("Failed query: insert into tickets\nparams: payroll,leaks", { cause }),
      {
        query: "insert into tickets",
        params: ["payroll"],
      },
    );
    log.error({ err: error }, "The database refused a write.");
    expect(written()).not.toContain("payroll");
    expect(JSON.parse(written())).toMatchObject({
      err: { says: "Failed query: insert into tickets", cause: { code: "23505", says: "duplicate key" } },
    });
  });
});
