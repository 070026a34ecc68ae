/** Enough texts to make every combination of values that patterns, parts and lengths can take on one text. */
import { oncePerLimits } from '../../model/policy/limits.js';
import { bytesIn, charactersIn } from '../../model/values/text-sizes.js';
import type { Lengths, Size, TextCondition } from './languages.js';
import { holdsOf, textsOfEveryKind, TooLarge } from './languages.js';
import type { Mentions } from './mentions.js';
import { structuredTexts } from './structured/index.js';
import { Undecidable } from '../limits/undecidable.js';
import { limitOf } from '../limits/limits.js';

/**
 * Readable texts come first: constants, `x`, and texts based on the conditions; then the shortest texts for the missing
 * combinations.
 */
export function textsFor(mentions: Mentions): string[] {
    const { readsHost, readsDomain, readsAddress, readsPath, hosts, networks, roots, bases, names, extensions } =
        mentions;
    const { texts, parts, lengths, bytes, width } = mentions;
    const constants = mentions.constants.filter((value) => typeof value === 'string');
    const asked = [texts, parts, lengths, bytes, width, constants, hosts, networks, roots, bases, names, extensions];
    const key = JSON.stringify([...asked, readsHost, readsDomain, readsAddress, readsPath, mentions.instants]);
    const known = knownTexts();
    let found = known.get(key);
    if (!found) {
        if (known.size >= limitOf('knownTexts')) {
            known.clear();
        }
        assertOneKind(mentions);
        if (mentions.instants !== undefined) {
            throw new Undecidable('are read as instants, and have other conditions on their text');
        }
        if (readsAddress) {
            throw new Undecidable('are read as addresses, and have other conditions on their text');
        }
        const isStructured = readsHost || readsDomain || readsPath;
        if (isStructured && bytes.length > 0) {
            throw new Undecidable('have conditions on their bytes and their parts');
        }
        found = isStructured ? structuredTexts(mentions, lengthsOf(lengths)) : find(mentions, constants);
        known.set(key, found);
    }
    return found;
}

/** Throws `Undecidable` if conditions read parts of several kinds: no such text can be constructed. */
export function assertOneKind({ readsHost, readsDomain, readsAddress, readsPath, instants }: Mentions): void {
    if ([readsHost, readsDomain, readsAddress, readsPath, instants].filter(Boolean).length > 1) {
        throw new Undecidable(
            'are read as more than one of a URL, a mail address, an IP address, a path and an instant'
        );
    }
}

/** Cached, because the claims of a policy repeat the same query. */
const knownTexts = oncePerLimits(() => new Map<string, string[]>());

function find(mentions: Mentions, constants: readonly string[]): string[] {
    const parts = mentions.texts.flatMap((condition) => ('part' in condition ? [condition.part] : []));
    const readable = [...new Set(['x', ...parts, ...constants])];
    const [lengths, bytes] = [lengthsOf(mentions.lengths), lengthsOf(mentions.bytes)];
    const [size, others]: [Size, TextCondition[]] =
        bytes.length === 1
            ? [{ unit: 'characters', ranges: lengths }, []]
            : [
                  { unit: 'bytes', ranges: bytes },
                  lengths.length === 1 ? [] : lengths.map((length) => ({ kind: 'length', length }))
              ];
    const conditions = [...mentions.texts, ...others];
    const named = new Set(constants);
    const signature = (text: string): string =>
        named.has(text) ? JSON.stringify(text) : signatureOf(text, conditions, size);
    const seen = new Map<string, number>();
    const isWanted = (text: string): boolean => {
        const kind = signature(text);
        const count = seen.get(kind) ?? 0;
        seen.set(kind, count + 1);
        return count < mentions.width;
    };
    const generated = generate(conditions, size, readable, mentions.width);
    return [...readable, ...generated].filter(isWanted);
}

function generate(
    conditions: readonly TextCondition[],
    size: Size,
    others: readonly string[],
    count: number
): string[] {
    try {
        return textsOfEveryKind(conditions, size, others, { count, limit: limitOf('texts') });
    } catch (error) {
        if (error instanceof TooLarge) {
            throw new Undecidable('meet conditions on one text that are too large to be solved together');
        }
        throw error;
    }
}

function signatureOf(text: string, conditions: readonly TextCondition[], { unit, ranges }: Size): string {
    const length = unit === 'bytes' ? bytesIn(text) : charactersIn(text);
    const band = ranges.findIndex(({ least, most }) => least <= length && length <= most);
    return `${band}:${conditions.map((condition) => Number(holdsOf(condition, text))).join('')}`;
}

/** The ranges between the numbers that lengths are compared with: below, equal to and above each. */
function lengthsOf(bounds: readonly number[]): Lengths[] {
    const starts = new Set([0]);
    for (const bound of bounds) {
        starts.add(Math.max(0, Math.ceil(bound)));
        starts.add(Math.max(0, Math.floor(bound) + 1));
    }
    const sorted = [...starts].sort((a, b) => a - b);
    const longest = limitOf('textLength');
    if (sorted[sorted.length - 1]! > longest) {
        throw new Undecidable(`are compared with a length above ${longest}`);
    }
    return sorted.map((least, index) => ({ least, most: (sorted[index + 1] ?? Infinity) - 1 }));
}
