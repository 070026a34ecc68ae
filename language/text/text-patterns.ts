/** Turns globs and regular expressions into one regular expression that the whole text must match (M12). */
import { DFA, JS, NFA, TooManyNodesError, Words } from 'refa';
import type { TextPattern } from '../../server/model/policy/policy.js';

/** The pattern to match, which must not have a `patternProblem`. */
export function textPattern(pattern: { glob?: string; regex?: string }): TextPattern {
    if (pattern.glob !== undefined) {
        return { regex: globRegex(pattern.glob), ignoreCase: false };
    }
    const { source, flags } = splitRegex(pattern.regex ?? '//');
    return { regex: source, ignoreCase: flags.includes('i') };
}

/** The pattern of a text that ends with the given one. */
export function ending(text: string): TextPattern {
    return { regex: `.*${escaped(text)}`, ignoreCase: false };
}

/** A regular expression that matches only the text. */
export function escaped(text: string): string {
    return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/**
 * True if the whole text matches; also true for a pattern that is not a regular expression, which is reported
 * separately.
 */
export function matches(text: string, pattern: TextPattern): boolean {
    try {
        // This uses the automaton, because the engine's regular expressions backtrack and cannot be stopped.
        return automatonOf(pattern).test(Words.fromStringToUnicode(text));
    } catch {
        return true;
    }
}

/** The size of the largest automaton that a decision uses (`patternNodes` in `server/model/policy/limits.ts`). */
const MOST_NODES = 30_000;

/** The number of edges that are examined to find out if a pattern is trivial: this takes some tenths of a second. */
const MOST_EDGES = 2_000_000;

function automatonOf({ regex, ignoreCase }: TextPattern): NFA {
    const parser = JS.Parser.fromLiteral({ source: regex, flags: ignoreCase ? 'sui' : 'su' });
    const { expression, maxCharacter } = parser.parse({
        backreferences: 'throw',
        assertions: 'throw',
        maxNodes: MOST_NODES
    });
    return NFA.fromRegex(expression, { maxCharacter }, {}, new NFA.LimitedNodeFactory(MOST_NODES));
}

/** The reason, in a sentence, why a regular expression is outside of the regular subset; undefined if it is inside. */
export function regexProblem(regex: string): string | undefined {
    const { source, flags } = splitRegex(regex);
    if (!/^i?$/.test(flags)) {
        return `The only flag is \`i\`, which ignores case, not \`${flags}\`. A dot also matches line breaks, and the whole text is matched, without any flag.`;
    }
    let parser: JS.Parser;
    try {
        new RegExp(source, `su${flags}`);
        parser = JS.Parser.fromLiteral({ source, flags: `su${flags}` });
    } catch (error) {
        return `This is not a regular expression: ${reason(error)}`;
    }
    try {
        // The parser would otherwise expand back-references where it can.
        if (!hasBackreference(parser.ast.pattern)) {
            automatonOf({ regex: source, ignoreCase: flags !== '' });
            return undefined;
        }
    } catch (error) {
        if (error instanceof TooManyNodesError) {
            return `This pattern is too large: its automaton has more than ${MOST_NODES} nodes. Use smaller numbers of repetitions, or \`size of\` to limit the length of a text.`;
        }
        // The library's description of the problem is not suitable for authors.
    }
    return 'A pattern only describes a set of texts: it has no back-references (`\\1`), no look-ahead or look-behind, and no `^`, `$` or `\\b`. The whole text is matched anyway: write `.*` at an end that is free.';
}

/**
 * Determines if every text or no text matches; undefined if only some texts do, or if the pattern is too large to tell.
 */
export function triviality(pattern: TextPattern): 'every' | 'none' | undefined {
    try {
        const matching = automatonOf(pattern);
        if (matching.isEmpty) {
            return 'none';
        }
        if (!matching.test([])) {
            return undefined;
        }
        const { getOut, ...states } = matching.transitionIterator();
        let edges = 0;
        // A set of many nodes has many edges, all of which are examined for each new node.
        const counted: typeof getOut = (node) => {
            edges += node.out.size;
            if (edges > MOST_EDGES) {
                throw new TooManyNodesError('too many edges');
            }
            return getOut(node);
        };
        const others = DFA.fromTransitionIterator(
            { ...states, getOut: counted },
            matching,
            new DFA.LimitedNodeFactory(2000)
        );
        others.complement();
        return others.isEmpty ? 'every' : undefined;
    } catch {
        return undefined;
    }
}

/**
 * Converts a regular expression of another language, which matches if some part of the text fits it, to one that must
 * fit the whole text. In the other language, `^` and `$` mark the ends, and `(?i)` ignores case.
 */
export function regexOf(searched: string): string {
    const [, flag = '', start = '', middle = '', end = ''] = /^(\(\?i\))?(\^?)(.*?)(\$?)$/s.exec(searched) ?? [];
    const before = start || middle.startsWith('.*') ? '' : '.*';
    const after = end || /(?<!\\)\.\*$/.test(middle) ? '' : '.*';
    return `/${before}${middle.replace(/(?<!\\)\//g, '\\/')}${after}/${flag && 'i'}`;
}

/** Matches signs of a regular expression that no glob needs. */
const REGEX_SIGNS =
    /^\^|^\(\?i\)|[^$]\$$|\.\*.*\.\*|\.\+|\\[dwsDWSb](?=[+*{]|$)|\[[^\]]*\w-\w[^\]]*\]|\([^()]*\|[^()]*\)/;

/** The regular expression that somebody wrote in quotes; undefined for a glob. */
export function quotedRegex(glob: string): string | undefined {
    const regex = REGEX_SIGNS.test(glob) ? regexOf(glob) : undefined;
    return regex !== undefined && regexProblem(regex) === undefined ? regex : undefined;
}

/** The only text that fits a regular expression of plain words; undefined for one with special characters. */
export function onlyText(regex: string): string | undefined {
    return /^\/([\w -]+)\/i?$/.exec(regex)?.[1];
}

function hasBackreference(node: unknown): boolean {
    if (typeof node !== 'object' || node === null) {
        return false;
    }
    return (
        ('type' in node && node.type === 'Backreference') ||
        Object.entries(node).some(
            ([property, value]) =>
                (property === 'element' || property === 'elements' || property === 'alternatives') &&
                (Array.isArray(value) ? value.some(hasBackreference) : hasBackreference(value))
        )
    );
}

function splitRegex(regex: string): { source: string; flags: string } {
    const end = regex.lastIndexOf('/');
    return { source: regex.slice(1, end), flags: regex.slice(end + 1) };
}

/**
 * The characters that separate the parts of a URL, an address or a path: `*` matches none of them, `**` matches all of
 * them.
 */
function globRegex(glob: string): string {
    return (glob.match(/\*+|[^*]+/g) ?? [])
        .map((part) => (part === '*' ? '[^\\/?#@:\\\\]*' : part.startsWith('*') ? '.*' : escaped(part)))
        .join('');
}

function reason(error: unknown): string {
    const text = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, '') : String(error);
    return `${text.replace(/\.$/, '')}.`;
}
