/** Finds the verdicts that the played sessions contradict. */
import { DEFAULT_LIMITS } from '../../../server/checker/results/default-limits.js';
import type { ClaimResult, Limits } from '../../../server/checker/results/result.js';
import type { Policy } from '../../../server/model/policy/policy.js';
import { firstLines } from '../first-lines.js';
import type { Prey } from './hunt.js';
import { hunt } from './hunt.js';
import { unconfirmed } from './played.js';

/** The limits, including time, for a long run: an undecided verdict is not wrong. */
const LIMITS: Limits = { ...DEFAULT_LIMITS, maxStates: 3_000, maxTransitions: 2_000, timeoutMs: 3_000 };

/** @param tally how often each verdict, kind of claim and so on occurred */
export function wrongVerdicts(policy: Policy, sessions: number, seed: number, tally: Map<string, number>): string[] {
    const results = firstLines(policy, LIMITS);
    const bag = hunt(policy, sessions, seed);
    const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
    return policy.claims.flatMap(({ kind, text }, index) => {
        const result = results[index]!;
        const prey = bag.broken[index];
        count(result.verdict);
        count(`${kind}: ${result.verdict}`);
        if (prey) {
            count(`${result.verdict}, and so by a session that was hunted`);
        }
        const what = wrongOf(policy, index, result, prey, bag.judged[index]!);
        return what === undefined ? [] : [`${text}\n${what}\n${prey ? sessionText(policy, prey) : ''}`];
    });
}

function wrongOf(
    policy: Policy,
    claim: number,
    { verdict, trace, basis }: ClaimResult,
    prey: Prey | undefined,
    isJudged: boolean
): string | undefined {
    switch (verdict) {
        case 'holds':
        case 'impossible':
            return prey && `${verdict}, but not in ${prey.steps} steps`;
        case 'vacuous':
            return prey ||
                (isJudged && policy.claims[claim]!.kind !== 'never' && policy.claims[claim]!.kind !== 'no flow')
                ? `vacuous, but ${prey ? `broken in ${prey.steps} steps` : 'what it speaks of happens'}`
                : undefined;
        case 'violated':
        case 'witnessed': {
            if (!trace) {
                return `${verdict}, and no session is shown`;
            }
            const shown = trace.steps.length;
            const isShortest = basis.scopes.length > 0 || prey === undefined || prey.steps >= shown || !isPlain(policy);
            return (
                unconfirmed(policy, claim, trace) ??
                (isShortest ? undefined : `${verdict} in ${shown} steps, but in ${prey.steps}`)
            );
        }
        default:
            return undefined;
    }
}

/** Only some of infinitely many values are tried, so a session with other values may be shorter. */
function isPlain({ monitors, recorders = [], sources = [] }: Policy): boolean {
    return recorders.length === 0 && sources.length === 0 && monitors.every(({ keys = [] }) => keys.length === 0);
}

function sessionText(policy: Policy, prey: Prey): string {
    const call = ({ agent, tool, args }: { agent: number; tool: number; args: object }): string =>
        `${policy.agents[agent]?.name} ${policy.tools[tool]?.name}${JSON.stringify(args)}`;
    return [
        `  ${JSON.stringify(prey.start.constants)} at ${new Date(prey.start.epoch * 1000).toISOString()}`,
        ...prey.session.map((step) => {
            const { kind, ...rest } = step;
            switch (step.kind) {
                case 'call':
                    return `  ${call(step.call)} ${JSON.stringify(step.answer)}${step.readings.length > 0 ? JSON.stringify(step.readings) : ''}`;
                case 'approve':
                case 'refuse':
                    return `  ${policy.humans[step.human]?.name} ${kind}s ${call(step.call)}`;
                default:
                    return `  ${kind} ${JSON.stringify(rest)}`;
            }
        })
    ].join('\n');
}
