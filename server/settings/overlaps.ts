/** Rules about commands that never decide anything, because stricter rules cover them. */
import { DFA, isDisjointWith, JS, NFA, TooManyNodesError } from 'refa';
import { commandSource } from './patterns.js';
import { neverActs } from './problems.js';
import type { Action, SettingsProblem, SettingsRule } from './settings.js';

/** Of rules with the same rank, the one with the highest number decides. */
export const STRICTNESS: { readonly [action in Action]: number } = { deny: 2, ask: 1, allow: 0 };

/** The size of an automaton above which a rule is not compared. */
const MOST_NODES = 20_000;

/** The number of rules that are compared with each other; of more, none are. */
const MOST_COMPARED = 1000;

/** The number of automata that are built for one client; rules beyond them are not compared. */
const MOST_AUTOMATA = 400;

/**
 * The rules about commands all of whose commands another action decides: rules of a higher rank, or of the same rank
 * and stricter. Rules that are too large or too many to compare are left out.
 */
export function coveredRules(rules: readonly SettingsRule[]): SettingsProblem[] {
    const about = rules.flatMap((rule): Compared[] => {
        if (rule.calls.kind !== 'commands') {
            return [];
        }
        const source = commandSource(rule.calls.command);
        const hasAlternatives = source.replace(/\([^()]*\)/g, '').includes('|');
        const head = hasAlternatives ? '' : /^[\w ./=:@-]*(?![*+?{])/.exec(source)![0];
        return [{ rule, source, head }];
    });
    const search = new Search();
    return (about.length > MOST_COMPARED ? [] : about).flatMap((compared) => {
        const stronger = about.filter((other) => isStronger(other.rule, compared.rule) && mayMeet(other, compared));
        const covering = stronger.length === 0 ? undefined : search.covering(compared, stronger);
        if (!covering) {
            return [];
        }
        const names = covering.map(({ rule: { action, text } }) => `\`${text}\` (${action})`).join(', ');
        const decide = covering.length === 1 ? 'decides' : 'decide';
        return [neverActs(compared.rule.place, `${names} ${decide} all of its commands`)];
    });
}

interface Compared {
    readonly rule: SettingsRule;
    /** A regular expression on the whole text of a command. */
    readonly source: string;
    /** What every matched text begins with. */
    readonly head: string;
}

function isStronger(one: SettingsRule, other: SettingsRule): boolean {
    return (
        one.action !== other.action &&
        (one.rank > other.rank || (one.rank === other.rank && STRICTNESS[one.action] > STRICTNESS[other.action]))
    );
}

/** True if the first is about every command that begins with words, and the other is about such commands. */
function isPrefixOf(one: Compared, other: Compared): boolean {
    return one.source === `${one.head}(?: .*)?` && (other.head === one.head || other.head.startsWith(`${one.head} `));
}

function mayMeet(one: Compared, other: Compared): boolean {
    return one.head.startsWith(other.head) || other.head.startsWith(one.head);
}

class Search {
    private readonly automata = new Map<string, NFA>();
    private built = 0;

    /** The rules that together cover the rule, as few as are found; undefined if they do not, or it is not known. */
    covering(compared: Compared, stronger: readonly Compared[]): readonly Compared[] | undefined {
        const prefix = stronger.find((other) => isPrefixOf(other, compared));
        if (prefix) {
            return [prefix];
        }
        const { source } = compared;
        try {
            const language = this.automatonOf(source);
            if (language.isEmpty) {
                return undefined;
            }
            // Rules that have no command in common with it cannot cover a part of it.
            let covering = stronger.filter((other) => !isDisjointWith(language, this.automatonOf(other.source)));
            if (covering.length === 0 || !this.isWithin(language, covering)) {
                return undefined;
            }
            for (const other of covering) {
                const fewer = covering.filter((one) => one !== other);
                if (fewer.length > 0 && this.isWithin(language, fewer)) {
                    covering = fewer;
                }
            }
            return covering;
        } catch (error) {
            if (error instanceof TooManyNodesError) {
                return undefined;
            }
            throw error;
        }
    }

    private isWithin(language: NFA, rules: readonly Compared[]): boolean {
        const union = this.automatonOf(rules.map(({ source }) => `(?:${source})`).join('|'));
        const outside = DFA.fromFA(union, new DFA.LimitedNodeFactory(MOST_NODES));
        outside.complement(new DFA.LimitedNodeFactory(MOST_NODES));
        return isDisjointWith(language, outside);
    }

    /** Throws a `TooManyNodesError` for an automaton that is too large, and after too many. */
    private automatonOf(source: string): NFA {
        const known = this.automata.get(source);
        if (known) {
            return known;
        }
        this.built += 1;
        const most = this.built > MOST_AUTOMATA ? 1 : MOST_NODES;
        const { expression, maxCharacter } = JS.Parser.fromLiteral({ source, flags: 'su' }).parse({
            assertions: 'throw',
            backreferences: 'throw',
            maxNodes: MOST_NODES
        });
        const automaton = NFA.fromRegex(expression, { maxCharacter }, {}, new NFA.LimitedNodeFactory(most));
        this.automata.set(source, automaton);
        return automaton;
    }
}
