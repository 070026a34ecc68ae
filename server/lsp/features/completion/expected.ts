/**
 * Finds the tokens that the grammar expects after a prefix. Names may be keywords, so a text has several readings: all
 * are followed at once, and those that read the fewest keywords as names take precedence.
 *
 * Langium's own completion follows the one reading that its parser chose, which after `when once` is a parameter
 * `once`.
 */
import type { IToken } from 'chevrotain';
import { type Grammar, GrammarAST, GrammarUtils } from 'langium';

/** The terminal for keywords that are read as names. */
const KEYWORD_NAME = 'KEYWORD_NAME';

/** A keyword, a reference to a declaration, or a call of a rule for names, texts or numbers. */
export type ExpectedElement = GrammarAST.Keyword | GrammarAST.CrossReference | GrammarAST.RuleCall;

/** The positions that are reached from one position, and the expectations where the tokens end, each with its cost. */
interface Reading {
    readonly ends: Map<number, number>;
    readonly expected: Map<ExpectedElement, number>;
}

export class ExpectationFinder {
    private readonly entry: GrammarAST.ParserRule;

    constructor(grammar: Grammar) {
        const entry = GrammarUtils.getEntryRule(grammar);
        if (!entry) {
            throw new Error('The grammar has no entry rule.');
        }
        this.entry = entry;
    }

    /** The expected elements; empty if no reading of the tokens is the prefix of a valid text. */
    after(tokens: readonly IToken[]): ExpectedElement[] {
        const { expected } = new Reader(tokens).read(this.entry.definition, 0);
        const least = Math.min(...expected.values());
        return [...expected].filter(([, cost]) => cost === least).map(([element]) => element);
    }
}

class Reader {
    private readonly memo = new Map<GrammarAST.AbstractElement, Map<number, Reading>>();

    constructor(private readonly tokens: readonly IToken[]) {}

    read(element: GrammarAST.AbstractElement, from: number): Reading {
        let readings = this.memo.get(element);
        if (!readings) {
            this.memo.set(element, (readings = new Map<number, Reading>()));
        }
        let reading = readings.get(from);
        if (!reading) {
            readings.set(from, (reading = this.repeat(element, from)));
        }
        return reading;
    }

    private repeat(element: GrammarAST.AbstractElement, from: number): Reading {
        const cardinality = element.cardinality;
        const first = this.readOnce(element, from);
        const result: Reading = { ends: new Map(first.ends), expected: new Map(first.expected) };
        if (cardinality === '*' || cardinality === '+') {
            const open = [...first.ends];
            for (let next = open.pop(); next; next = open.pop()) {
                const [at, cost] = next;
                const again = this.readOnce(element, at);
                put(result.expected, again.expected, cost);
                for (const [end, more] of again.ends) {
                    if (cost + more < (result.ends.get(end) ?? Infinity)) {
                        result.ends.set(end, cost + more);
                        open.push([end, cost + more]);
                    }
                }
            }
        }
        if (cardinality === '*' || cardinality === '?') {
            result.ends.set(from, 0);
        }
        return result;
    }

    private readOnce(element: GrammarAST.AbstractElement, from: number): Reading {
        if (GrammarAST.isGroup(element)) {
            return this.sequence(element.elements, from);
        }
        if (GrammarAST.isAlternatives(element)) {
            const result: Reading = { ends: new Map(), expected: new Map() };
            for (const alternative of element.elements) {
                const reading = this.read(alternative, from);
                put(result.ends, reading.ends, 0);
                put(result.expected, reading.expected, 0);
            }
            return result;
        }
        if (GrammarAST.isAssignment(element)) {
            return this.read(element.terminal, from);
        }
        if (GrammarAST.isAction(element)) {
            return { ends: new Map([[from, 0]]), expected: new Map() };
        }
        if (GrammarAST.isKeyword(element)) {
            return this.token(element, from, element.value, 0);
        }
        if (GrammarAST.isCrossReference(element)) {
            const terminal = GrammarUtils.getCrossReferenceTerminal(element);
            return from === this.tokens.length || !terminal ? end(element) : this.read(terminal, from);
        }
        if (GrammarAST.isRuleCall(element)) {
            return this.ruleCall(element, from);
        }
        throw new Error(`Completion cannot follow a ${element.$type}.`);
    }

    private sequence(elements: readonly GrammarAST.AbstractElement[], from: number): Reading {
        let ends = new Map([[from, 0]]);
        const expected = new Map<ExpectedElement, number>();
        for (const element of elements) {
            const next = new Map<number, number>();
            for (const [at, cost] of ends) {
                const reading = this.read(element, at);
                put(next, reading.ends, cost);
                put(expected, reading.expected, cost);
            }
            ends = next;
        }
        return { ends, expected };
    }

    private ruleCall(call: GrammarAST.RuleCall, from: number): Reading {
        const rule = call.rule.ref;
        if (GrammarAST.isParserRule(rule)) {
            if (!rule.dataType) {
                return this.read(rule.definition, from);
            }
            return from === this.tokens.length ? end(call) : this.read(rule.definition, from);
        }
        return this.token(call, from, rule?.name, rule?.name === KEYWORD_NAME ? 1 : 0);
    }

    private token(element: ExpectedElement, from: number, type: string | undefined, cost: number): Reading {
        const token = this.tokens[from];
        if (!token) {
            return end(element);
        }
        const { name, CATEGORIES } = token.tokenType;
        const matches = name === type || CATEGORIES?.some((category) => category.name === type);
        return { ends: new Map(matches ? [[from + 1, cost]] : []), expected: new Map() };
    }
}

function end(element: ExpectedElement): Reading {
    return { ends: new Map(), expected: new Map([[element, 0]]) };
}

function put<K>(target: Map<K, number>, source: ReadonlyMap<K, number>, more: number): void {
    for (const [key, cost] of source) {
        if (cost + more < (target.get(key) ?? Infinity)) {
            target.set(key, cost + more);
        }
    }
}
