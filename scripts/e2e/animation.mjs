/** Combines frames of an animation into a GIF, which every page can show. */
import gifenc from 'gifenc';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';

const { GIFEncoder, nearestColorIndex, quantize } = gifenc;
/** The index after the last colour, which marks pixels that did not change since the previous frame. */
const COLOURS = 255;
/** Uniform areas have one of these colours and keep it exactly; the other pixels are the edges of letters. */
const AREA_COLOURS = 96;

/**
 * @param {string} folder the folder of the frames, in the order of their names. Each name ends in the number of
 * milliseconds that its frame is shown: `017-400.png`. All have the same size.
 * @returns {Uint8Array} the GIF, which loops
 */
export function animation(folder) {
    const frames = distinct(
        readdirSync(folder)
            .sort()
            .map((name) => ({
                ms: Number(/-(\d+)\.png$/.exec(name)[1]),
                image: PNG.sync.read(readFileSync(join(folder, name)))
            }))
    );
    const palette = paletteOf(frames.map(({ image }) => image));
    const indexOf = indexIn(palette);
    const gif = GIFEncoder();
    let before;
    for (const { image, ms } of frames) {
        const { width, height, data } = image;
        const index = Uint8Array.from(coloursOf(data), indexOf);
        const shown = before ? index.map((colour, at) => (colour === before[at] ? COLOURS : colour)) : index;
        const rest = before
            ? { transparent: true, transparentIndex: COLOURS, dispose: 1 }
            : { palette, repeat: 0, dispose: 1 };
        gif.writeFrame(shown, width, height, { delay: ms, ...rest });
        before = index;
    }
    gif.finish();
    return gif.bytes();
}

/** A frame that looks like the previous one extends the previous one. */
function distinct(frames) {
    const kept = [];
    for (const { image, ms } of frames) {
        const last = kept.at(-1);
        if (last && last.image.data.equals(image.data)) {
            last.ms += ms;
        } else {
            kept.push({ image, ms });
        }
    }
    return kept;
}

/**
 * One palette for all frames, so that unchanged pixels stay exactly the same: it is made from the first frame, and from
 * the changes in each later one.
 */
function paletteOf(images) {
    const counts = new Map();
    images.forEach(({ data }, frame) => {
        const [now, before] = [coloursOf(data), frame > 0 ? coloursOf(images[frame - 1].data) : undefined];
        now.forEach((colour, at) => {
            if (colour !== before?.[at]) {
                counts.set(colour, (counts.get(colour) ?? 0) + 1);
            }
        });
    });
    const byCount = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour);
    const areas = byCount.slice(0, AREA_COLOURS).map(channelsOf);
    const rest = Uint32Array.from(byCount.slice(AREA_COLOURS));
    const edges = rest.length > 0 ? quantize(new Uint8Array(rest.buffer), COLOURS - areas.length) : [];
    // There are as many colours as fit in a byte: the last one never occurs in a picture.
    return [...areas, ...edges, ...Array.from({ length: COLOURS + 1 - areas.length - edges.length }, () => [0, 0, 0])];
}

/** The index of a colour, or of the nearest one. */
function indexIn(palette) {
    const known = new Map();
    const seen = palette.slice(0, COLOURS);
    return (colour) => {
        const index = known.get(colour) ?? nearestColorIndex(seen, channelsOf(colour));
        known.set(colour, index);
        return index;
    };
}

/** The colours, with one number for each pixel. */
function coloursOf(data) {
    return new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
}

function channelsOf(colour) {
    return [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
}
