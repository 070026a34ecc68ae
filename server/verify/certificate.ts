/**
 * Checks the certificate of one claim: every choice of values is covered, and every branch ends for the reason that it
 * names.
 */
import { CallCases } from './call.js';
import { Histories, type Step } from './histories.js';
import type { Literal, Side } from './literals.js';
import {
    type Claim,
    type Condition,
    conditionAt,
    listOf,
    numberBelow,
    objectOf,
    type Policy,
    textOf
} from './policy.js';
import { Refused } from './refused.js';
import type { Value } from './truth.js';

/** Throws `Refused` if the certificate does not prove its verdict. Returns the claim. */
export function verify(policy: Policy, data: unknown): Claim {
    const certificate = objectOf(data, 'a certificate');
    const number = numberBelow(certificate['claim'], policy.claims.length, 'the number of the claim');
    const claim = policy.claims[number]!;
    if (certificate['name'] !== claim.name || certificate['verdict'] !== 'holds') {
        throw new Refused(
            `claim ${number} of the policy has a different name, or a verdict that cannot be proved in this way`
        );
    }
    assertProvable(policy, claim);
    const conditions = listOf(certificate['conditions'], 'the list of conditions').map((pointer): Place => {
        const place = textOf(pointer, 'the place of a condition');
        const isOfRules = place.startsWith('/rules/');
        if (!isOfRules && !place.startsWith(`/claims/${number}/`)) {
            throw new Refused(`${place} is neither in a rule nor in the claim`);
        }
        return { condition: conditionAt(policy, place), side: isOfRules ? 'rules' : 'claim' };
    });
    const history = certificate['history'] === undefined ? undefined : new Histories(policy, certificate['history']);
    const states = history?.states ?? [''];
    /** Checks each proof, and returns the states and calls that have one. */
    const proven = (cases: unknown, of: Claim): ReadonlySet<string> => {
        const found = new Set<string>();
        for (const data of listOf(cases, 'the list of cases')) {
            const one = objectOf(data, 'a case');
            for (const call of listOf(one['calls'], 'the calls of a case')) {
                const [first, second] = listOf(call, 'a call');
                const tool = numberBelow(first, policy.tools.length, 'the number of a tool');
                const agent = numberBelow(second, policy.agents.length, 'the number of an agent');
                for (const index of history ? listOf(one['states'], 'the states of a case') : [0]) {
                    const state = states[numberBelow(index, states.length, 'the number of a state')]!;
                    const known = history?.valuesIn(state, agent) ?? new Map<string, Value>();
                    new Branch(policy, of, new CallCases(policy, of, tool, agent, known), conditions).close(
                        one['proof']
                    );
                    found.add(`${state} ${tool} ${agent}`);
                }
            }
        }
        return found;
    };
    const covered = proven(certificate['cases'], claim);
    const stopped = history ? proven(certificate['stopped'], anyRelease(policy)) : covered;
    const judged = judgedTools(policy, claim);
    for (const state of states) {
        for (const agent of policy.agents.keys()) {
            for (const tool of policy.tools.keys()) {
                const call = `${state} ${tool} ${agent}`;
                if (judged.includes(tool) && !covered.has(call)) {
                    throw new Refused(
                        `no case covers calls of ${policy.tools[tool]!.name} by agent ${agent} ${inState(state)}`
                    );
                }
                const steps = [false, ...(stopped.has(call) ? [] : [true])].map((isReleased) => ({
                    tool,
                    agent,
                    isReleased
                }));
                if (history && !steps.every((step) => history.isKept(state, step))) {
                    throw new Refused(
                        `a call of ${policy.tools[tool]!.name} by agent ${agent} leads out of the states`
                    );
                }
            }
        }
        const others: Step[] = [{}, ...policy.outsideEvents.map((_, outside) => ({ outside }))];
        if (history && others.some((step) => !history.isKept(state, step))) {
            throw new Refused(`an event or the time leads out of the states ${inState(state)}`);
        }
    }
    return claim;
}

/** The claim that nothing is ever let through; its proof for a call shows that the rules stop the call. */
function anyRelease({ tools }: Policy): Claim {
    const subject = { tools: tools.map((): Value => 2) };
    return { kind: 'never', name: '', subject, bad: { op: 'constant', value: 2 } };
}

function inState(state: string): string {
    return state === '' ? 'in any state' : `in state ${state}`;
}

interface Place {
    readonly condition: Condition;
    readonly side: Side;
}

const RELEASES = ['never', 'requires', 'at most', 'no flow'];

/** Refuses claims for which cases over single calls are not a proof. */
function assertProvable(policy: Policy, claim: Claim): void {
    const { kind, decision } = claim;
    const isRelease = RELEASES.includes(kind);
    if (!claim.subject || (!isRelease && kind !== 'decided') || claim.across === true) {
        throw new Refused('the claim is not about the calls of one session');
    }
    if (kind === 'decided' && decision !== 'denied' && policy.delegations?.length) {
        throw new Refused('agents act for others, which makes decisions stricter (M16)');
    }
    const judged = judgedTools(policy, claim);
    if (isRelease && policy.tools.some(({ mayDo }) => judged.some((tool) => (mayDo?.[tool] ?? 0) !== 0))) {
        throw new Refused(
            'the claim is also about calls that tools make on their way, whose arguments are unknown (M20)'
        );
    }
}

function judgedTools({ tools }: Policy, { subject }: Claim): number[] {
    return tools.flatMap((_, tool) => ((subject!.tools[tool] ?? 0) === 0 ? [] : [tool]));
}

class Branch {
    constructor(
        private readonly policy: Policy,
        private readonly claim: Claim,
        private readonly call: CallCases,
        private readonly conditions: readonly Place[]
    ) {}

    close(data: unknown): void {
        if (typeof data === 'string') {
            this.assert(this.isClosed(data), `it is not closed by "${data}"`);
            return;
        }
        const proof = objectOf(data, 'a proof');
        if ('denies' in proof) {
            const rule = this.rule(proof['denies']);
            this.assert(
                this.isKeptByDenials && this.call.isDeniedBy(rule),
                `rule ${rule} does not certainly deny the call`
            );
        } else if ('unapproved' in proof) {
            const rule = this.rule(proof['unapproved']);
            const { condition, side } = this.place(proof['condition']);
            const isUnapproved =
                side === 'claim' && this.claim.kind !== 'decided' && this.call.isUnapprovedBy(rule, condition);
            this.assert(isUnapproved, `rule ${rule} does not certainly lack its approval`);
        } else if ('excludes' in proof) {
            const [a, b] = listOf(proof['excludes'], 'a pair of conditions').map((one) => this.literal(one));
            this.assert(
                a !== undefined && b !== undefined && this.call.excludes(a, b),
                'its values can occur together'
            );
        } else {
            this.split(proof);
        }
    }

    private isClosed(reason: string): boolean {
        switch (reason) {
            case 'claim':
                return this.call.isKept();
            case 'no allow':
                return this.call.isNeverGranted() || (this.isKeptByDenials && this.call.isNotGranted());
            case 'decision':
                return this.call.isDecidedSo();
            default:
                return false;
        }
    }

    /** A denial breaks a claim that calls are held or allowed. */
    private get isKeptByDenials(): boolean {
        return this.claim.decision === undefined || this.claim.decision === 'denied';
    }

    private split(proof: ReturnType<typeof objectOf>): void {
        const literal = this.literal(proof['condition']);
        this.assert(!this.call.isChosen(literal), 'it chooses a value of one condition twice');
        (['false', 'unknown', 'true'] as const).forEach((name, value) =>
            this.call.with(literal, value as 0 | 1 | 2, () => this.close(proof[name]))
        );
    }

    private rule(number: unknown): number {
        return numberBelow(number, this.policy.rules.length, 'the number of a rule');
    }

    private place(number: unknown): Place {
        return this.conditions[numberBelow(number, this.conditions.length, 'the number of a condition')]!;
    }

    private literal(number: unknown): Literal {
        const { condition, side } = this.place(number);
        return this.call.literal(condition, side);
    }

    private assert(isTrue: boolean, why: string): void {
        if (!isTrue) {
            throw new Refused(`a branch proves nothing: ${why}`);
        }
    }
}
