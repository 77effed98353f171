// files.*: what is known of a file, and the three steps in which an app uploads one: ask for an address, post the bytes
// there, say that it is complete.
import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, readBody } from "../http.ts";
import { newId, newSecret } from "../ids.ts";
import { objectsIn, textOf, type Fields } from "../json.ts";
import { MAX_FILE_BYTES, type Files } from "../files.ts";
import {
  needing,
  optionalText,
  requiredText,
  SlackRefusal,
  structure,
  type Methods,
  type Parts,
} from "../method.ts";
import { IDENTITY } from "../seed.ts";
import { fileOnWire } from "../wire.ts";
import type { Message, StoredFile } from "../memory.ts";

/** Addresses that were given out for uploads, by their path. */
export interface Uploads {
  methods: Methods;
  /** Answers the POST of a file's bytes to an address that was given out for it. */
  take(request: IncomingMessage, response: ServerResponse, to: { path: string; files: Files }): Promise<void>;
}

/** The files methods, and the addresses that they gave out for uploads. */
export function createUploads(): Uploads {
  const awaited = new Map<string, { id: string; name: string; length: number }>();

  return {
    methods: {
      "files.info": needing(["files:read"], (args, parts) => ({
        file: fileOnWire(fileOf(requiredText(args, "file"), parts), parts.workspace.origin()),
        comments: [],
        response_metadata: { next_cursor: "" },
      })),

      "files.getUploadURLExternal": needing(["files:write"], (args, { workspace }) => {
        const [name, length] = [requiredText(args, "filename"), Number(requiredText(args, "length"))];
        if (!Number.isInteger(length) || length < 1) throw new SlackRefusal("invalid_arguments");
        if (length > MAX_FILE_BYTES) throw new SlackRefusal("file_upload_size_restricted");
        const [id, path] = [newId("F"), `/upload/${newSecret()}`];
        awaited.set(path, { id, name, length });
        return { upload_url: workspace.origin() + path, file_id: id };
      }),

      "files.completeUploadExternal": needing(["files:write"], (args, parts) => {
        const wanted = objectsIn(structure(args, "files", "invalid_arguments"));
        const files = wanted.map((each) => fileOf(textOf(each["id"]) ?? "", parts));
        if (files.length === 0) throw new SlackRefusal("invalid_arguments");
        share(args, files, parts);
        return { files: files.map((file) => fileOnWire(file, parts.workspace.origin())) };
      }),
    },

    take: async (request, response, { path, files }) => {
      const bytes = await bytesIn(request);
      const upload = awaited.get(path);
      if (upload === undefined || bytes.length !== upload.length) {
        return answer(response, 400, "This is not the file that was announced.");
      }
      awaited.delete(path);
      const { id, name } = upload;
      files.keep({ id, name, mimetype: typeOf(bytes), user: IDENTITY.botUserId, bytes });
      answer(response, 200, `OK - ${bytes.length}`);
    },
  };
}

/** What a file is, told by how it begins: whoever uploads it does not say. */
function typeOf(bytes: Buffer): string {
  const known = BEGINNINGS.find(([, start]) => bytes.subarray(0, start.length).equals(start));
  return known?.[0] ?? "application/octet-stream";
}

const BEGINNINGS: readonly [type: string, start: Buffer][] = [
  ["image/png", Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ["image/jpeg", Buffer.from([0xff, 0xd8, 0xff])],
  ["image/gif", Buffer.from("GIF8")],
];

/** The bytes come as the body itself, or as the first file of a form. */
async function bytesIn(request: IncomingMessage): Promise<Buffer> {
  const body = await readBody(request, MAX_FILE_BYTES + 64 * 1024);
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return body;
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  const file = [...form.values()].find((value) => typeof value !== "string");
  return file === undefined ? Buffer.alloc(0) : Buffer.from(await file.arrayBuffer());
}

function fileOf(id: string, { workspace }: Parts): StoredFile {
  const file = workspace.files.get(id);
  if (file === undefined) throw new SlackRefusal("file_not_found");
  return file;
}

/** Posts a message with the files, where a channel is named. */
function share(args: Fields, files: readonly StoredFile[], { workspace }: Parts): void {
  const channel = optionalText(args, "channel_id");
  if (channel === undefined) return;
  const members = workspace.channels.get(channel)?.members;
  if (members === undefined) throw new SlackRefusal("channel_not_found");
  if (!members.includes(IDENTITY.botUserId)) throw new SlackRefusal("not_in_channel");
  const threadTs = optionalText(args, "thread_ts");
  const message: Message = {
    ts: workspace.nextTs(channel),
    user: IDENTITY.botUserId,
    content: { text: optionalText(args, "initial_comment") ?? "" },
    ...(threadTs === undefined ? {} : { threadTs }),
    files: files.map((file) => file.id),
    reactions: [],
  };
  workspace.record({ kind: "posted", channel, message });
}
