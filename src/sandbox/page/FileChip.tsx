// A file by its name and size, as it hangs on a message, a form or a draft.
import type { UploadedFile } from "../page-protocol.ts";

/** A link to the file, with its picture where it is one. `onRemove` gives it a button to take it away again. */
export function FileChip({ file, onRemove }: { file: UploadedFile; onRemove?: () => void }) {
  const isImage = file.mimetype.startsWith("image/") && file.mimetype !== "image/svg+xml";
  return (
    <span className="file-chip">
      <a href={file.url} target="_blank" rel="noopener noreferrer">
        {isImage && <img src={file.url} alt="" />}
        <span className="file-name">{file.name}</span>
        <span className="file-size">{sizeText(file.size)}</span>
      </a>
      {onRemove && (
        <button type="button" className="quiet" aria-label={`Remove ${file.name}`} onClick={onRemove}>
          ×
        </button>
      )}
    </span>
  );
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / (1024 * 1024)).toFixed(1)} MB`;
}
