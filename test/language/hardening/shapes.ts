/** Generates texts that grow: each way in which the grammar contains itself, nested; and each repetition, repeated. */
import type { GrammarAST } from 'langium';
import { AstUtils, GrammarAST as Grammar } from 'langium';
import { calledRule, entry, grammar, join, sentence, shortest } from './sentences.js';

type Element = GrammarAST.AbstractElement;
type ParserRule = GrammarAST.AbstractParserRule;

/** A text around a hole. */
interface Around {
    readonly before: readonly string[];
    readonly after: readonly string[];
}

const NOTHING: Around = { before: [], after: [] };

export interface Shape {
    readonly name: string;
    /**
     * The text with `size` levels or items.
     * @param closed true if opened brackets are closed again
     */
    text(size: number, closed?: boolean): string;
}

const calls = grammar.rules
    .filter((rule): rule is ParserRule => !Grammar.isTerminalRule(rule))
    .flatMap((rule) =>
        AstUtils.streamAllContents(rule)
            .filter((node): node is GrammarAST.RuleCall => Grammar.isRuleCall(node))
            .toArray()
            .flatMap((call): Call[] => {
                const to = calledRule(call);
                return to && !Grammar.isTerminalRule(to) ? [{ call, from: rule, to }] : [];
            })
    );

interface Call {
    readonly call: Element;
    readonly from: ParserRule;
    readonly to: ParserRule;
}

const waysByStart = new Map<ParserRule, ReadonlyMap<ParserRule, readonly Call[]>>();

/** The path from the entry to the rule with the fewest other rules. */
const ways = new Map<ParserRule, readonly Call[]>(waysFrom(entry));

/** The shapes of each call through which a rule reaches itself: that rule nested in itself, ever deeper. */
export const nested: readonly Shape[] = calls
    .filter(({ from }) => ways.has(from))
    .flatMap((call) => {
        const back = call.to === call.from ? [] : waysFrom(call.to).get(call.from);
        return back ? [nest([call, ...back])] : [];
    });

function nest(cycle: readonly Call[]): Shape {
    const { from } = cycle[0]!;
    const outer = aroundRule(from);
    const level = enclosed(cycle.map(({ call, from }) => aroundIn(from, call)));
    const innermost = sentence(bodyCall(from), shortest);
    return {
        name: [from, ...cycle.map(({ to }) => to)].map(({ name }) => name).join(' > '),
        text: (size, closed = true) =>
            join([
                ...outer.before,
                ...repeated(level.before, size),
                ...innermost,
                ...(closed ? [...repeated(level.after, size), ...outer.after] : [])
            ])
    };
}

/** The shapes of each `*` and `+`. */
export const repetitions: readonly Shape[] = [...ways.keys()].flatMap((rule) =>
    repetitionsOf(rule).map((element) => repeat(rule, element))
);

function repetitionsOf(rule: ParserRule): Element[] {
    return AstUtils.streamAllContents(rule)
        .filter(
            (node): node is Element =>
                Grammar.isAbstractElement(node) && (node.cardinality === '*' || node.cardinality === '+')
        )
        .toArray();
}

function repeat(rule: ParserRule, element: Element, inside: Around = NOTHING): Shape {
    const { before, after } = enclosed([aroundRule(rule), inside, aroundIn(rule, element)]);
    const item = sentence(element, { ...shortest, times: (part) => (part === element ? 1 : shortest.times(part)) });
    return {
        name: `${rule.name}: ${element.$cstNode?.text ?? join(item)}`,
        text: (size, closed = true) => join([...before, ...repeated(item, size), ...(closed ? after : [])])
    };
}

/**
 * The shapes of each repetition inside each way in which its rule contains itself: what follows the repetition can then
 * be read as part of it.
 */
export const repetitionsInside: readonly Shape[] = [...ways.keys()].flatMap((rule) =>
    repetitionsOf(rule).flatMap((element) =>
        cyclesThrough(rule).map((cycle) =>
            repeat(rule, element, enclosed(cycle.map(({ call, from }) => aroundIn(from, call))))
        )
    )
);

/** The rules that contain themselves in more than one way, with a text around each way: these can be mixed. */
export const levels: readonly { readonly rule: ParserRule; readonly around: readonly Around[] }[] = [...ways.keys()]
    .map((rule) => ({
        rule,
        around: cyclesThrough(rule).map((cycle) => enclosed(cycle.map(({ call, from }) => aroundIn(from, call))))
    }))
    .filter(({ around }) => around.length > 1);

/** The rule inside `size` levels, of each kind in turn. */
export function mixed(rule: ParserRule, kinds: readonly Around[], size: number): string {
    const inside = Array.from({ length: size }, (_, level) => kinds[level % kinds.length]!);
    const { before, after } = enclosed([aroundRule(rule), ...inside]);
    return join([...before, ...sentence(bodyCall(rule), shortest), ...after]);
}

/** For each call on a path from the rule back to itself, the shortest such path. */
function cyclesThrough(rule: ParserRule): (readonly Call[])[] {
    const from = waysFrom(rule);
    const cycles = calls.flatMap((call) => {
        const there = from.get(call.from);
        const back = call.to === rule ? [] : waysFrom(call.to).get(rule);
        return there && back ? [[...there, call, ...back]] : [];
    });
    const seen = new Set<string>();
    return cycles.filter((cycle) => {
        const key = cycle.map(({ call }) => calls.findIndex((other) => other.call === call)).join();
        return !seen.has(key) && seen.add(key);
    });
}

/** The shortest text that contains the rule. */
function aroundRule(rule: ParserRule): Around {
    return enclosed(ways.get(rule)!.map(({ call, from }) => aroundIn(from, call)));
}

/** The text that the rule requires before and after one of its elements. */
function aroundIn(rule: ParserRule, element: Element): Around {
    let around: Around = { before: [], after: [] };
    for (let node: Element = element; node.$container !== rule; node = node.$container as Element) {
        const container = node.$container as Element;
        if (Grammar.isGroup(container)) {
            const index = container.elements.indexOf(node);
            const part = (elements: readonly Element[]): string[] => elements.flatMap((it) => sentence(it, shortest));
            around = enclosed([
                { before: part(container.elements.slice(0, index)), after: part(container.elements.slice(index + 1)) },
                around
            ]);
        }
    }
    return around;
}

function enclosed(parts: readonly Around[]): Around {
    return {
        before: parts.flatMap(({ before }) => before),
        after: [...parts].reverse().flatMap(({ after }) => after)
    };
}

/** For each rule that `start` reaches, the path with the fewest calls. */
function waysFrom(start: ParserRule): ReadonlyMap<ParserRule, readonly Call[]> {
    const known = waysByStart.get(start);
    if (known) {
        return known;
    }
    const found = new Map<ParserRule, readonly Call[]>([[start, []]]);
    for (const [rule, way] of found) {
        for (const call of calls) {
            if (call.from === rule && !found.has(call.to)) {
                found.set(call.to, [...way, call]);
            }
        }
    }
    waysByStart.set(start, found);
    return found;
}

function bodyCall(rule: ParserRule): Element {
    return Grammar.isInfixRule(rule) ? rule.call : rule.definition;
}

function repeated<T>(items: readonly T[], times: number): T[] {
    return Array.from({ length: times }, () => items).flat();
}
