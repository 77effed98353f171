// Takes files into a form. Each is put on the server as soon as it is chosen; the form holds what the server made of it.
import type { FileInput as FileElement } from "@slack/types";
import { useState } from "react";
import type { UploadedFile } from "../../page-protocol.ts";
import { upload } from "../acts.ts";
import { FileChip } from "../FileChip.tsx";
import { ties, type InputProps } from "./input.ts";

/** Up to `max_files` files (Slack: 10 where the app says nothing) of the kinds that the app takes. */
export function FilesInput(props: InputProps<FileElement>) {
  const { element, state, change } = props;
  const [uploading, setUploading] = useState(0);
  const [refused, setRefused] = useState<string | null>(null);
  const files = state.files as UploadedFile[];
  const room = (element.max_files ?? 10) - files.length;

  const take = async (chosen: File[]) => {
    setRefused(chosen.length > room ? `Only ${element.max_files ?? 10} files fit here.` : null);
    const fitting = chosen.slice(0, room);
    setUploading(fitting.length);
    const outcomes = await Promise.all(fitting.map(upload));
    setUploading(0);
    const taken = outcomes.flatMap((outcome) => ("answer" in outcome ? [outcome.answer] : []));
    const refusal = outcomes.find((outcome) => "refused" in outcome);
    if (refusal) setRefused(refusal.refused);
    change({ type: element.type, files: [...files, ...taken] }, props.tells);
  };
  return (
    <div className="files-input">
      {files.map((file) => (
        <FileChip
          key={file.id}
          file={file}
          onRemove={() => {
            change({ type: element.type, files: files.filter(({ id }) => id !== file.id) }, props.tells);
          }}
        />
      ))}
      {room > 0 && (
        <input
          {...ties(props)}
          type="file"
          className="file-input"
          multiple={room > 1}
          accept={element.filetypes?.map((type) => `.${type}`).join(",")}
          onChange={(event) => {
            const chosen = [...(event.target.files ?? [])];
            event.target.value = "";
            void take(chosen);
          }}
        />
      )}
      {uploading > 0 && <p role="status">Uploading…</p>}
      {refused && <p role="alert">{refused}</p>}
    </div>
  );
}
