/** Conditions on one text as regular languages, and texts that are in some of these languages and not in others. */
import type { NodeFactory } from 'refa';
import { CharSet, DFA, JS, NFA, TooManyNodesError, Words } from 'refa';
import { oncePerLimits } from '../../model/policy/limits.js';
import type { TextPattern } from '../../model/policy/policy.js';
import { matchesPattern } from '../../model/values/text-patterns.js';
import { mustBe } from '../../model/policy/truth.js';
import { limitOf } from '../limits/limits.js';
import { look, poll } from '../limits/budget.js';

/** A condition on one text that a regular expression can express. */
export type TextCondition =
    | { readonly kind: 'matches'; readonly pattern: TextPattern }
    /** For `ends with`, at least one character must precede the suffix. */
    | { readonly kind: 'starts with' | 'contains' | 'ends with'; readonly part: string }
    | { readonly kind: 'equals'; readonly text: string }
    /** For the name of a path: the condition applies to its extension, in lower case. */
    | { readonly kind: 'extension'; readonly text: string }
    | { readonly kind: 'length'; readonly length: Lengths };

/** The languages are too large to build. */
export class TooLarge extends Error {}

/** Bounds on the size of a text, both included. */
export interface Lengths {
    readonly least: number;
    readonly most: number;
}

/** The ranges that the sizes of texts are divided into. */
export interface Size {
    readonly unit: 'characters' | 'bytes';
    readonly ranges: readonly Lengths[];
}

/**
 * Texts that differ from all `others`: for each combination of values that the conditions can take on one of these, and
 * for each range of sizes, up to `count` texts. Shortest first. Throws `TooLarge`.
 */
export function textsOfEveryKind(
    conditions: readonly TextCondition[],
    { unit, ranges }: Size,
    others: readonly string[],
    { count, limit }: { count: number; limit: number }
): string[] {
    try {
        const languages = conditions.map(languageOf);
        const found: string[] = [];
        const split = (texts: DFA, from: number): void => {
            look();
            if (texts.isEmpty) {
                return;
            }
            const language = languages[from];
            if (language) {
                split(intersection(texts, language.inside), from + 1);
                split(intersection(texts, language.outside), from + 1);
                return;
            }
            found.push(...ranges.flatMap((range) => shortest(texts, range, unit, count)));
            if (found.length > limit) {
                throw new TooLarge();
            }
        };
        split(without(others), 0);
        return found.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    } catch (error) {
        throw error instanceof TooManyNodesError ? new TooLarge() : error;
    }
}

/** True if the text satisfies the condition. */
export function holdsOf(condition: TextCondition, text: string): boolean {
    return mustBe(matchesPattern(text, patternOf(condition)));
}

interface Language {
    readonly inside: DFA;
    readonly outside: DFA;
}

function languageOf(condition: TextCondition): Language {
    const inside = languageFor(condition);
    return { inside, outside: complement(inside) };
}

function complement(language: DFA): DFA {
    const outside = language.copy();
    outside.complement();
    shrink(outside);
    return outside;
}

/** The language of the texts for which the condition has this value. Throws `TooLarge`. */
export function languageFor(condition: TextCondition): DFA {
    try {
        return automaton(patternOf(condition));
    } catch (error) {
        throw error instanceof TooManyNodesError ? new TooLarge() : error;
    }
}

function patternOf(condition: TextCondition): TextPattern {
    switch (condition.kind) {
        case 'matches':
            return condition.pattern;
        case 'starts with':
            return { regex: `${escape(condition.part)}.*`, ignoreCase: false };
        case 'contains':
            return { regex: `.*${escape(condition.part)}.*`, ignoreCase: false };
        case 'ends with':
            return { regex: `.+${escape(condition.part)}`, ignoreCase: false };
        case 'equals':
            return { regex: escape(condition.text), ignoreCase: false };
        case 'extension':
            return { regex: extensionPattern(condition.text), ignoreCase: false };
        case 'length': {
            const { least, most } = condition.length;
            return { regex: `.{${least},${most === Infinity ? '' : most}}`, ignoreCase: false };
        }
    }
}

/** Names without an extension: without a dot, or with their only dot at the start or at the end. */
function extensionPattern(text: string): string {
    if (text !== text.toLowerCase() || text.includes('.')) {
        return NOTHING;
    }
    const spelled = Array.from(text, (character) => {
        const upper = character.toUpperCase();
        return upper === character || upper.length > character.length
            ? escape(character)
            : `[${escape(character)}${escape(upper)}]`;
    }).join('');
    return text === '' ? '[^.]*|\\.[^.]*|.+\\.' : `.+\\.${spelled}`;
}

const NOTHING = '[]';

/** Cached, because the claims of a policy repeat the same patterns. No automaton is changed after it was built. */
const knownAutomata = oncePerLimits(() => new Map<string, DFA | TooManyNodesError>());

function automaton(pattern: TextPattern): DFA {
    const known = knownAutomata();
    const key = `${pattern.ignoreCase ? 'i' : ''}/${pattern.regex}`;
    const found = known.get(key) ?? builtOrTooLarge(pattern);
    if (known.size >= limitOf('knownTexts')) {
        known.clear();
    }
    known.set(key, found);
    if (found instanceof TooManyNodesError) {
        throw found;
    }
    return found;
}

function builtOrTooLarge(pattern: TextPattern): DFA | TooManyNodesError {
    try {
        return built(pattern);
    } catch (error) {
        if (error instanceof TooManyNodesError) {
            return error;
        }
        throw error;
    }
}

function built({ regex, ignoreCase }: TextPattern): DFA {
    const parser = JS.Parser.fromLiteral({ source: regex, flags: ignoreCase ? 'sui' : 'su' });
    const { expression, maxCharacter } = parser.parse({ backreferences: 'throw', assertions: 'throw' });
    const nfa = NFA.fromRegex(expression, { maxCharacter }, {}, polling(new NFA.LimitedNodeFactory(mostNodes())));
    const { getOut, ...states } = nfa.transitionIterator();
    // A few nodes may still represent many: each set of nodes is scanned with all its edges.
    const looked: typeof getOut = (node) => {
        poll();
        return getOut(node);
    };
    const automaton = DFA.fromTransitionIterator({ ...states, getOut: looked }, { maxCharacter }, nodeFactory());
    shrink(automaton);
    return automaton;
}

/** Arguments are well-formed Unicode, so texts with lone surrogates are left out. */
function without(texts: readonly string[]): DFA {
    const named = automaton({ regex: texts.length === 0 ? NOTHING : texts.map(escape).join('|'), ignoreCase: false });
    return intersection(complement(named), automaton({ regex: '[^\\ud800-\\udfff]*', ignoreCase: false }));
}

function intersection(a: DFA, b: DFA): DFA {
    const both = DFA.fromIntersection(a, b, nodeFactory());
    shrink(both);
    return both;
}

/** Creates the nodes of an automaton, up to the limit. */
function nodeFactory(): NodeFactory<DFA.Node> {
    return polling(new DFA.LimitedNodeFactory(mostNodes()));
}

function mostNodes(): number {
    return limitOf('automatonNodes');
}

function polling<Node>(factory: NodeFactory<Node>): NodeFactory<Node> {
    return {
        createNode: () => {
            poll();
            return factory.createNode();
        }
    };
}

/** Minimizing takes quadratic time, so it does not pay off for large automata. */
function shrink(automaton: DFA): void {
    if (automaton.countNodes() <= limitOf('minimizedNodes')) {
        automaton.minimize();
    }
}

/** Up to `count` texts of this language and size, choosing the most readable text of each shape. */
function shortest(texts: DFA, range: Lengths, unit: Size['unit'], count: number): string[] {
    const found: string[] = [];
    let rest = texts;
    while (found.length < count) {
        const text = shortestText(rest, range, unit);
        if (text === undefined) {
            break;
        }
        found.push(text);
        if (found.length < count) {
            rest = intersection(rest, without([text]));
        }
    }
    return found;
}

/** The nodes that texts of one size reach, each with the way back: the node before, and the characters in between. */
type Layer = Map<DFA.Node, { readonly from: DFA.Node; readonly width: number; readonly over: CharSet } | undefined>;

/**
 * A shortest text of a size within the bounds. Without an upper bound, a text that is larger than `least` by at most the
 * size of one character for each node exists if any does: a larger one contains a loop that can be left out.
 */
function shortestText(texts: DFA, { least, most }: Lengths, unit: Size['unit']): string | undefined {
    const widths = WIDTHS[unit];
    const last = Math.min(most, least + widths.length * texts.countNodes());
    const layers: (Layer | undefined)[] = [new Map([[texts.initial, undefined]])];
    for (let size = 0; size <= last; size++) {
        poll();
        const layer: Layer = layers[size] ?? new Map();
        const end = size < least ? undefined : [...layer.keys()].find((node) => texts.finals.has(node));
        if (end) {
            return spell(layers, size, end);
        }
        for (const node of layer.keys()) {
            poll();
            for (const [range, to] of node.out) {
                widths.forEach(({ min, max }, index) => {
                    const width = index + 1;
                    const part = { min: Math.max(range.min, min), max: Math.min(range.max, max) };
                    const next: Layer = layers[size + width] ?? new Map();
                    layers[size + width] = next;
                    const known = next.get(to);
                    if (part.min <= part.max && (!known || (known.from === node && known.width === width))) {
                        const over = known?.over ?? CharSet.empty(texts.maxCharacter);
                        next.set(to, { from: node, width, over: over.union([part]) });
                    }
                });
            }
        }
    }
    return undefined;
}

/** The characters that count for one, two, three and four. */
const WIDTHS: { readonly [unit in Size['unit']]: readonly { readonly min: number; readonly max: number }[] } = {
    characters: [{ min: 0, max: Infinity }],
    bytes: [
        { min: 0, max: 0x7f },
        { min: 0x80, max: 0x7ff },
        { min: 0x800, max: 0xffff },
        { min: 0x10000, max: Infinity }
    ]
};

function spell(layers: readonly (Layer | undefined)[], size: number, end: DFA.Node): string {
    const word: CharSet[] = [];
    let node = end;
    for (let position = size; position > 0;) {
        const step = layers[position]!.get(node)!;
        word.unshift(step.over);
        node = step.from;
        position -= step.width;
    }
    return word.map(readable).join('');
}

/** A letter that a person would type, if there is one. */
function readable(characters: CharSet): string {
    const plain = Array.from('xabcdefghijklmnopqrstuvwyz0123456789', (character) => character);
    return (
        plain.find((character) => characters.has(character.charCodeAt(0))) ??
        Words.fromUnicodeToString([Words.pickMostReadableCharacter(characters)!])
    );
}

function escape(text: string): string {
    return Array.from(text, (character) =>
        /[A-Za-z0-9 _-]/.test(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`
    ).join('');
}
