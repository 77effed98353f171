// Turns a drawing into a PNG picture, with a font that ships: a bare machine has none, and text would be left out silently.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { renderAsync } from "@resvg/resvg-js";

const require = createRequire(import.meta.url);
const fonts = join(dirname(require.resolve("dejavu-fonts-ttf/package.json")), "ttf");

/**
 * The PNG of an SVG text, drawn so many times as large as it says: twice is sharp on a phone. Works beside the event loop.
 */
export async function pngOf(svg: string, times = 2): Promise<Buffer> {
  const picture = await renderAsync(svg, {
    fitTo: { mode: "zoom", value: times },
    font: {
      loadSystemFonts: false,
      fontFiles: [join(fonts, "DejaVuSans.ttf"), join(fonts, "DejaVuSans-Bold.ttf")],
      defaultFontFamily: "DejaVu Sans",
    },
  });
  return picture.asPng();
}
