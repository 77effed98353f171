// A page on its way by mail, against a mail server that is there.
import type { AddressInfo, Socket } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { describe, expect, test } from "vitest";
import { mailWay } from "../../../src/chat/ways/mail.ts";
import { aPage, KEY, machineNow, never, now } from "./pages.ts";

const place = "mail:sam@vendor.example";
const ref = `${place} ${KEY}`;
const post = { key: KEY, place, under: null, message: aPage() };

/** A mail server on this machine that keeps what it is given, and behaves as a test wants. */
async function aMailServer(options: SMTPServerOptions = {}) {
  const mails: { to: string[]; text: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const [head = "", ...body] = Buffer.concat(chunks).toString().split("\r\n\r\n");
        // Lines that quoted-printable broke are whole again.
        const text = [`${head}\r\n`, ...body.map((part) => part.replace(/=\r\n/g, ""))].join("\r\n");
        mails.push({ to, text });
        done();
      });
    },
    ...options,
  });
  // A connection that a test cuts is no fault of the server's.
  server.on("error", () => undefined);
  const sockets: Socket[] = [];
  server.server.on("connection", (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    mails,
    /** Ends all connections without a word. */
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    url: `smtp://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function wayBy(smtpUrl: string, timeoutMs = 2_000) {
  return mailWay({ smtpUrl, from: "Belfry <belfry@vendor.example>", timeoutMs, machineNow });
}

/** What the server says in place of yes. */
function refusal(responseCode: number): Error {
  return Object.assign(new Error("no"), { responseCode });
}

function header(mail: { text: string } | undefined, name: string): string | undefined {
  const unfolded = (mail?.text ?? "").replace(/\r\n[ \t]+/g, " ");
  return new RegExp(`^${name}: (.*)\r$`, "im").exec(unfolded)?.[1];
}

describe("a page by mail", () => {
  test("is one mail, and another in its thread that says who has it", async () => {
    await using server = await aMailServer();
    const way = wayBy(server.url);
    expect(await way.post(post, never)).toEqual({ is: "sent", ref });
    const standing = [["Sam Okafor has it"]];
    expect(await way.edit(ref, aPage("acknowledged", { standing }), never)).toEqual({ is: "sent", ref });
    const [first, second] = server.mails;
    expect(first?.to).toEqual(["sam@vendor.example"]);
    expect(first?.text).toContain("Customer: ACME Print");
    expect(first?.text).toContain("Sat 28 Nov 2026 00:05 UTC");
    expect(header(first, "Auto-Submitted")).toBe("auto-generated");
    expect(header(first, "Message-ID")).toMatch(/^<[0-9a-f]{40}@vendor\.example>$/);
    expect(header(second, "In-Reply-To")).toBe(header(first, "Message-ID"));
    expect(header(second, "References")).toBe(header(first, "Message-ID"));
    expect(header(second, "Message-ID")).not.toBe(header(first, "Message-ID"));
    expect(second?.text).toContain("Sam Okafor has it");
  });

  test("that is repeated says so, under the same Message-ID", async () => {
    await using server = await aMailServer();
    const way = wayBy(server.url);
    await way.post(post, never);
    await way.post({ ...post, message: aPage("ringing", { mayRepeat: true }) }, never);
    const [first, repeat] = server.mails;
    expect(first?.text).not.toContain("may have reached you before");
    expect(repeat?.text).toContain("may have reached you before");
    expect(header(repeat, "Message-ID")).toBe(header(first, "Message-ID"));
    expect(await way.lookFor(KEY, { place, under: null, since: now }, never)).toBe("cannot tell");
  });

  test("takes no header and no second recipient from a title", async () => {
    await using server = await aMailServer();
    const headline = "Down\r\nBcc: all@vendor.example\r\n\r\nHello";
    await wayBy(server.url).post({ ...post, message: aPage("ringing", { headline }) }, never);
    expect(server.mails[0]?.to).toEqual(["sam@vendor.example"]);
    expect(header(server.mails[0], "Bcc")).toBeUndefined();
    expect(header(server.mails[0], "Subject")).toBe("Down Bcc: all@vendor.example Hello");
  });
});

describe("what the mail server answers decides", () => {
  test("a recipient that is refused for good fails, one that is put off is tried again", async () => {
    let code = 550;
    await using server = await aMailServer({ onRcptTo: (_address, _session, done) => done(refusal(code)) });
    const way = wayBy(server.url);
    expect(await way.post(post, never)).toEqual({
      is: "failed",
      why: "SMTP 550: the mail server does not accept mail to this address.",
    });
    code = 451;
    expect(await way.post(post, never)).toEqual({ is: "retry", at: now, why: "SMTP 451", lane: false });
  });

  test("a mail that is refused after it was read never arrived", async () => {
    await using server = await aMailServer({
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on("end", () => done(refusal(452)));
      },
    });
    expect(await wayBy(server.url).post(post, never)).toMatchObject({ is: "retry", why: "SMTP 452" });
  });

  test("a connection that ends after the mail was read leaves it open whether it arrived", async () => {
    let cut = () => {};
    await using server = await aMailServer({
      onData: (stream) => {
        stream.resume();
        stream.on("end", () => cut());
      },
    });
    cut = server.cut;
    expect(await wayBy(server.url).post(post, never)).toMatchObject({ is: "unknown" });
  });

  test("a server that never answers the mail leaves it open whether it arrived", async () => {
    await using server = await aMailServer({ onData: (stream) => void stream.resume(), closeTimeout: 10 });
    expect(await wayBy(server.url, 300).post(post, never)).toMatchObject({ is: "unknown" });
  });

  test("a server that is not there got nothing", async () => {
    const { url } = await aMailServer().then(async (gone) => {
      await gone[Symbol.asyncDispose]();
      return gone;
    });
    expect(await wayBy(url).post(post, never)).toMatchObject({ is: "retry", lane: false });
  });

  test("a password that is wrong says where it stands, and is told nowhere", async () => {
    await using server = await aMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(refusal(535)),
    });
    const got = await wayBy(server.url.replace("//", "//belfry:hunter22@")).post(post, never);
    expect(got).toMatchObject({ is: "failed" });
    expect(JSON.stringify(got)).toContain("password in SMTP_URL");
    expect(JSON.stringify(got)).not.toContain("hunter22");
  });
});
