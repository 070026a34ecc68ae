/**
 * Expresses reusable approvals, `require approval by H for E per K`, as history (M5): an approval authorizes a call if
 * a human approved, for this very requirement, a call of that agent and tool with these values, within the time for
 * which the approval is valid. So each such requirement asks for an answer only if there is no such event, and
 * `approved by H per K` tests for one.
 *
 * Some requirements are left unchanged for the gate to handle (`system/unsupported.ts`): those of several people, of
 * which some may have answered this call and some another; those that a change voids; and those with keys that are not
 * parameters, or may be absent.
 */
import type { Condition, Lasting, Monitor, Policy, Rule, Term } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Truth } from '../../model/policy/truth.js';
import { FALSE, mayBe, TRUE } from '../../model/policy/truth.js';
import type { Reach } from './cone.js';
import type { Part } from '../conditions/rewrite.js';
import { hasPart, rewritten } from '../conditions/rewrite.js';

type ApprovalRule = Rule & { readonly kind: 'approval' };
type ReusableApprovalRule = Omit<ApprovalRule, 'per'> & {
    readonly per: readonly (Term & { readonly term: 'param' })[];
};

export function withReusableApprovals<C extends Question>(
    policy: Policy,
    question: C,
    reach: Reach
): { policy: Policy; question: C } {
    const standing = policy.rules.filter(
        (rule): rule is ApprovalRule => rule.kind === 'approval' && rule.per !== undefined && reach.rules.has(rule)
    );
    // The search for paths back to a release does not support held calls together with time.
    if (
        question.goal === 'recovery' ||
        standing.length === 0 ||
        !standing.every((rule) => isStanding(policy, rule)) ||
        isComparedOtherwise(policy, question, reach, standing)
    ) {
        return { policy, question };
    }
    const history = new History(
        policy,
        standing.filter((rule) => isStanding(policy, rule))
    );
    const written = history.inRules();
    const asked = 'subject' in question ? rewrittenFor(history, question, question.subject.tools) : question;
    return {
        policy: { ...policy, rules: written, monitors: [...policy.monitors, ...history.monitors] },
        question: asked
    };
}

function rewrittenFor<T>(history: History, data: T, tools: readonly Truth[]): T {
    return rewritten(data, (part) =>
        'op' in part && part.op === 'approved by' && part.per ? history.approvedPer(part, part.per, tools) : undefined
    );
}

function isStanding(policy: Policy, rule: ApprovalRule): rule is ApprovalRule & ReusableApprovalRule {
    return (
        rule.quorum === 1 &&
        rule.changedBy === undefined &&
        rule.audit !== true &&
        rule.per?.every((term) => isGiven(policy, term, rule.subject.tools)) === true
    );
}

/** True if the term is a parameter that all calls of the tools have. */
function isGiven({ tools }: Policy, term: Term, of: readonly Truth[]): boolean {
    return (
        term.term === 'param' &&
        tools.every(
            ({ params }, tool) =>
                !mayBe(of[tool] ?? FALSE) || params.some(({ name, optional }) => name === term.name && !optional)
        )
    );
}

/** True if some condition tests more than equality of a key: nothing can be proved for such keys (`keys.ts`). */
function isComparedOtherwise(
    policy: Policy,
    question: Question,
    reach: Reach,
    rules: readonly ApprovalRule[]
): boolean {
    const keys = new Set(
        rules.flatMap(({ per = [] }) => per.flatMap((term) => (term.term === 'param' ? [term.name] : [])))
    );
    const isKey = (part: Part): boolean => 'term' in part && part.term === 'param' && keys.has(part.name);
    const asksMore = (part: Part): boolean =>
        'op' in part &&
        !LOGIC.has(part.op) &&
        !(part.op === 'compare' && (part.cmp === '==' || part.cmp === '!=')) &&
        hasPart(part, isKey);
    const seen = [
        question,
        ...[...reach.rules].map(({ when, ...rule }) => [when, 'requires' in rule && rule.requires]),
        ...[...reach.monitors].map((index) => policy.monitors[index])
    ];
    return hasPart(seen, asksMore);
}

/** Conditions that only combine others, or only test values for equality. */
const LOGIC: ReadonlySet<Condition['op']> = new Set(['not', 'and', 'or', 'in', 'approved by', 'monitor', 'count']);

class History {
    readonly monitors: Monitor[] = [];
    private readonly numbers = new Map<string, number>();
    /** For each requirement, the number of its first choice; the other choices follow. */
    private readonly firsts: readonly number[];

    constructor(
        private readonly policy: Policy,
        private readonly standing: readonly ReusableApprovalRule[]
    ) {
        let next = 0;
        this.firsts = standing.map(({ choices }) => (next += choices?.length ?? 1) - (choices?.length ?? 1));
    }

    inRules(): Rule[] {
        return this.policy.rules.map((rule): Rule => {
            const asked = rewrittenFor(this, rule, rule.subject.tools);
            const number = this.standing.findIndex((other) => other === rule);
            if (number < 0) {
                return asked;
            }
            const { per: _per, ...once } = asked as ApprovalRule;
            const served = this.served(number, this.standing[number]!.humans);
            return {
                ...once,
                answeredAs: this.firsts[number]!,
                served,
                when: { op: 'and', args: [once.when, { op: 'not', arg: served }] }
            };
        });
    }

    /** Undefined if the values may differ between calls that the same approval authorizes. */
    approvedPer(
        { humans }: Condition & { readonly op: 'approved by' },
        per: readonly Term[],
        tools: readonly Truth[]
    ): Condition | undefined {
        const isNarrower = this.standing.every(({ per: keys }) =>
            per.every((term) => keys.some((key) => isSame(key, term)))
        );
        if (!isNarrower || !per.every((term) => isGiven(this.policy, term, tools))) {
            return undefined;
        }
        const own: Condition = { op: 'approved by', humans };
        const others = this.standing.flatMap((rule, number): Condition[] => {
            const both = rule.humans.filter((human) => humans.includes(human));
            return both.length > 0 ? [this.served(number, both)] : [];
        });
        return { op: 'or', args: [own, ...others] };
    }

    /** The condition that one of the humans approved, for this requirement, a call that represents the decided one. */
    private served(number: number, humans: readonly number[]): Condition {
        const { subject } = this.standing[number]!;
        const tools = subject.tools.flatMap((value, tool) => (mayBe(value) ? [tool] : []));
        const only = (tool: number): Truth[] => subject.tools.map((_, other) => (other === tool ? TRUE : FALSE));
        return {
            op: 'or',
            args: tools.map((tool) => ({
                op: 'and',
                args: [
                    { op: 'tool is', tools: only(tool) },
                    {
                        op: 'or',
                        args: this.answersOf(number).map((answer) => ({
                            op: 'monitor',
                            monitor: this.monitorFor(number, answer, tool, only(tool), humans)
                        }))
                    }
                ]
            }))
        };
    }

    /** The answers to the requirement that serve other calls, one for each such choice of the person. */
    private answersOf(number: number): Answer[] {
        const { valid, choices } = this.standing[number]!;
        const first = this.firsts[number]!;
        return choices
            ? choices.map((window, index) => ({ as: first + index, window })).filter(({ window }) => window !== 0)
            : [{ as: first, window: valid }];
    }

    private monitorFor(
        number: number,
        { as, window }: Answer,
        tool: number,
        tools: readonly Truth[],
        humans: readonly number[]
    ): number {
        const key = JSON.stringify([as, tool, humans]);
        let found = this.numbers.get(key);
        if (found === undefined) {
            const { text } = this.standing[number]!;
            const per: ReusableApprovalRule['per'] = this.standing[number]!.per;
            const monitor: Monitor = {
                kind: 'once',
                event: {
                    tools,
                    agents: 'same agent',
                    status: 'approved',
                    where: { op: 'constant', value: TRUE },
                    keys: per.map((term) => term.name),
                    humans,
                    answers: as,
                    text
                },
                keys: per,
                ...(window !== 'session' && { window }),
                perAgent: true,
                text
            };
            found = this.policy.monitors.length + this.monitors.push(monitor) - 1;
            this.numbers.set(key, found);
        }
        return found;
    }
}

/** An answer by its number in the history, and how long it serves. */
interface Answer {
    readonly as: number;
    readonly window: Lasting;
}

function isSame(a: Term, b: Term): boolean {
    return a.term === 'param' && b.term === 'param' && a.name === b.name;
}
