/**
 * A claim over all sessions (M19): the history that its condition reads gets a copy that no new session clears, so that
 * the claim covers its session's history and the kept history. The rules still read the original.
 */
import type {
    Condition,
    Label,
    Machine,
    Monitor,
    Policy,
    ProvenanceSource,
    Recorder
} from '../../model/policy/policy.js';
import type { Truth } from '../../model/policy/truth.js';
import type { Question } from '../questions/question.js';
import { hasPart } from '../conditions/rewrite.js';
import type { Indices } from '../conditions/reindex.js';
import { conditionIn, machineIn, monitorIn, recorderIn, sourceIn } from '../conditions/reindex.js';
import type { Reach } from './cone.js';
import { reachOf } from './cone.js';

/** A claim that is judged step by step, so that a second session can break it. */
export type JudgedQuestion = Exclude<Question, { goal: 'work' | 'recovery' }>;

export function isJudged(question: Question): question is JudgedQuestion {
    return question.goal !== 'work' && question.goal !== 'recovery';
}

/**
 * True for claims that something bad never happens. A claim that a call is let through is not one: dropping the session
 * loses what the session granted.
 */
export function isSafety(question: Question): question is JudgedQuestion {
    return isJudged(question) && !(question.goal === 'decision' && question.decision === 'allowed');
}

/** True if something that the reach reads outlives a session; otherwise each session begins in the initial state. */
export function outlivesSessions(policy: Policy, reach: Reach): boolean {
    const isKept = (indices: ReadonlySet<number>, all: readonly { readonly across?: boolean }[] = []): boolean =>
        [...indices].some((index) => all[index]!.across === true);
    return (
        isKept(reach.monitors, policy.monitors) ||
        isKept(reach.recorders, policy.recorders) ||
        isKept(reach.machines, policy.machines) ||
        isKept(reach.sources, policy.sources) ||
        policy.labels.some(({ across }, label) => across === true && (reach.labels & (1 << label)) !== 0) ||
        (reach.labels !== 0 && [...reach.tools].some((tool) => policy.tools[tool]!.stores !== undefined))
    );
}

/**
 * True if earlier sessions, which may have other constants, leave something behind, and something that the reach reads
 * depends on the constants.
 */
export function mixesConstants(policy: Policy, question: Question, reach: Reach): boolean {
    return (
        question.startsClean !== true &&
        outlivesSessions(policy, reach) &&
        hasPart(readBy(policy, question, reach), (part) => 'term' in part && part.term === 'session')
    );
}

function readBy(policy: Policy, question: Question, reach: Reach): readonly unknown[] {
    const at = <T>(all: readonly T[] | undefined, indices: ReadonlySet<number>): T[] =>
        [...indices].map((index) => all![index]!);
    return [
        question,
        policy.rules.filter((rule) => reach.rules.has(rule)),
        [...reach.assumptions],
        at(policy.monitors, reach.monitors),
        at(policy.recorders, reach.recorders),
        at(policy.machines, reach.machines),
        at(policy.tools, reach.tools)
    ];
}

export interface OverAllSessions {
    readonly policy: Policy;
    readonly question: JudgedQuestion;
}

/**
 * The claim over all sessions, with its policy. If nothing that the rules read outlives a session, the last session
 * begins in the initial state, so only the kept history has to be examined.
 */
export function overAllSessions(policy: Policy, question: JudgedQuestion): OverAllSessions {
    const isAnew = !outlivesSessions(policy, reachOf(policy, question));
    const copies = new Copies(policy);
    const both = (condition: Condition, op: 'and' | 'or'): Condition =>
        isAnew ? copies.of(condition) : { op, args: [condition, copies.of(condition)] };
    const over = ((): JudgedQuestion => {
        switch (question.goal) {
            case 'state':
                return {
                    ...question,
                    condition: both(question.condition, 'and'),
                    ...(question.trigger && { trigger: both(question.trigger, 'or') })
                };
            case 'decision':
                return { ...question, when: both(question.when, 'or') };
            case 'release':
                return {
                    ...question,
                    bad: both(question.bad, 'or'),
                    ...(question.trigger && { trigger: both(question.trigger, 'or') })
                };
        }
    })();
    return { policy: copies.policy(), question: { ...over, across: true, ...(isAnew && { startsClean: true }) } };
}

/** The copies that a condition needs, each created once. */
class Copies implements Indices {
    private readonly monitors: Monitor[];
    private readonly recorders: Recorder[];
    private readonly labels: Label[];
    private readonly machines: Machine[];
    private readonly sources: ProvenanceSource[];
    /** For each kind and index of an original, the index of its copy. */
    private readonly made = new Map<string, number>();
    readonly agent = same;
    readonly human = same;
    readonly outside = same;
    readonly signal = same;

    constructor(private readonly original: Policy) {
        this.monitors = [...original.monitors];
        this.recorders = [...(original.recorders ?? [])];
        this.labels = [...original.labels];
        this.machines = [...(original.machines ?? [])];
        this.sources = [...(original.sources ?? [])];
    }

    of(condition: Condition): Condition {
        return conditionIn(condition, this);
    }

    /** The policy with the copies: a call that brings a label also brings its copy. */
    policy(): Policy {
        const withCopies = (labels: readonly number[]): number[] =>
            labels.flatMap((label) => {
                const copy = this.made.get(`label ${label}`);
                return copy === undefined ? [label] : [label, copy];
            });
        const { original } = this;
        return {
            ...original,
            monitors: this.monitors,
            labels: this.labels,
            tools: original.tools.map((tool) => ({
                ...tool,
                reads: withCopies(tool.reads),
                clears: withCopies(tool.clears),
                ...(tool.conditionalReads && {
                    conditionalReads: tool.conditionalReads.map((more) => ({
                        ...more,
                        labels: withCopies(more.labels)
                    }))
                })
            })),
            ...(original.recorders && { recorders: this.recorders }),
            ...(original.machines && { machines: this.machines }),
            ...(original.sources && { sources: this.sources })
        };
    }

    tools(truths: readonly Truth[]): Truth[] {
        return [...truths];
    }

    monitor(index: number): number {
        return this.copyOf('monitor', index, this.monitors, monitorIn);
    }

    recorder(index: number): number {
        return this.copyOf('recorder', index, this.recorders, recorderIn);
    }

    label(index: number): number {
        return this.copyOf('label', index, this.labels, (label) => label);
    }

    machine(index: number): number {
        return this.copyOf('machine', index, this.machines, machineIn);
    }

    source(index: number): number {
        return this.copyOf('source', index, this.sources, sourceIn);
    }

    /** History that already outlives sessions is its own copy. */
    private copyOf<T extends Keepable>(
        kind: string,
        index: number,
        all: T[],
        reindexed: (original: T, to: Indices) => T
    ): number {
        const key = `${kind} ${index}`;
        const known = this.made.get(key);
        if (known !== undefined || all[index]!.across === true) {
            return known ?? index;
        }
        const original = all[index]!;
        // The copy is added first, because the patterns may read monitors that refer back to it.
        const copy = all.push(original) - 1;
        this.made.set(key, copy);
        const named = 'name' in original ? { name: `${original.name} across sessions` } : {};
        const texts = 'text' in original ? { text: textAcross(original.text) } : {};
        all[copy] = { ...reindexed(original, this), ...named, ...texts, across: true };
        return copy;
    }
}

/** A count and a total look at all sessions inside their parentheses. */
function textAcross(text: string): string {
    return /^(?:count|total)\(.*\)$/.test(text) ? `${text.slice(0, -1)} across sessions)` : `${text} across sessions`;
}

function same(index: number): number {
    return index;
}

interface Keepable {
    readonly across?: boolean;
    readonly name?: string;
    readonly text?: string;
}
