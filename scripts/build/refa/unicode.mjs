/**
 * Determines properties and case variants by the engine's own regular expressions. `small-refa.mjs` puts this in place
 * of the tables of `refa`.
 */

/** The number of code points in one text that is searched. */
const BLOCK = 0x800;
const MAX_CODE_POINT = 0x10ffff;
const SURROGATES = 0xd800;
const BEYOND_SURROGATES = 0xe000;

/**
 * The sets of one property, each computed when it is read: about 40 ms, after which `refa` caches it.
 *
 * @param {string} property `General_Category=`, or empty if the name alone is sufficient
 * @returns {Record<string, readonly { min: number, max: number }[]>} by the names of the values, in the order of code
 * points
 */
export function propertySets(property) {
    return new Proxy({}, { get: (_, value) => rangesOf(`\\p{${property}${String(value)}}`) });
}

/**
 * The characters that a regular expression with `flags` treats as equal: groups of at least two.
 *
 * @param {'i' | 'iu'} flags
 * @returns {Record<number, readonly number[]>} for each such character, all equal characters including itself, in order
 */
export function caseFolding(flags) {
    const isUnicode = flags === 'iu';
    const folding = {};
    const alike = new Map();
    for (const { min, max } of rangesOf('\\p{Changes_When_Casemapped}\\p{Changes_When_Casefolded}')) {
        for (let code = min; code <= max && (isUnicode || code <= 0xffff); code++) {
            const character = String.fromCodePoint(code);
            // This is a coarse key: equal characters share it, and the regular expression decides.
            const common = character.toLowerCase().toUpperCase().toLowerCase();
            alike.set(common, [...(alike.get(common) ?? []), character]);
        }
    }
    for (let rest of alike.values()) {
        while (rest.length > 1) {
            const same = new RegExp(`^${rest[0]}$`, flags);
            const group = rest.filter((character) => same.test(character)).map((character) => character.codePointAt(0));
            if (group.length > 1) {
                group.forEach((code) => (folding[code] = group));
            }
            rest = rest.filter((character) => !same.test(character));
        }
    }
    return folding;
}

/** The characters that have another character in `caseFolding`. */
export function caseVarying(folding) {
    return Object.keys(folding).map((code) => ({ min: Number(code), max: Number(code) }));
}

function rangesOf(inClass) {
    const runs = new RegExp(`[${inClass}]+`, 'gu');
    const ranges = [];
    const add = (min, max) => {
        const last = ranges.at(-1);
        if (last?.max === min - 1) {
            last.max = max;
        } else {
            ranges.push({ min, max });
        }
    };
    for (let start = 0; start <= MAX_CODE_POINT; start += BLOCK) {
        if (start >= SURROGATES && start < BEYOND_SURROGATES) {
            // Characters are tried one by one if adjacent surrogates would form pairs.
            for (let code = start; code < start + BLOCK; code++) {
                runs.lastIndex = 0;
                if (runs.test(String.fromCharCode(code))) {
                    add(code, code);
                }
            }
        } else {
            const text = textFrom(start);
            const units = text.length / BLOCK;
            runs.lastIndex = 0;
            for (let run = runs.exec(text); run; run = runs.exec(text)) {
                add(start + run.index / units, start + runs.lastIndex / units - 1);
            }
        }
    }
    return ranges;
}

/** The characters from `start` on, in order. */
function textFrom(start) {
    if (start <= 0xffff) {
        return String.fromCharCode.apply(
            null,
            Uint16Array.from({ length: BLOCK }, (_, index) => start + index)
        );
    }
    const units = new Uint16Array(2 * BLOCK);
    for (let index = 0; index < BLOCK; index++) {
        const offset = start - 0x10000 + index;
        units[2 * index] = 0xd800 | (offset >> 10);
        units[2 * index + 1] = 0xdc00 | (offset & 0x3ff);
    }
    return String.fromCharCode.apply(null, units);
}
