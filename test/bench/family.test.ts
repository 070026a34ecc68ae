/**
 * Tests that the policy, the Promela program and the C program of a member represent the same transition system: the
 * same number of reachable states and transitions, and equally short paths to a violation, as in a search that reads
 * the member itself.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CResult } from '../../bench/family/c.js';
import { cText } from '../../bench/family/c.js';
import type { Encoding, Member, Size, Variant } from '../../bench/family/model.js';
import { memberOf, MODES, range, SIZES } from '../../bench/family/model.js';
import { policyText } from '../../bench/family/policy.js';
import { promelaText } from '../../bench/family/promela.js';
import { finished } from '../../server/checker/limits/resumable.js';
import { searchExactly } from '../../server/checker/portfolio/exact.js';
import { questionOf } from '../../server/checker/questions/question.js';
import type { Answer } from '../../server/checker/search/answer.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { IS_DEEP, partOf } from '../support/depth.js';
import { policyOf } from '../support/policies.js';

const SMALL: Record<Encoding, Size> = {
    ahead: { agents: 2, tools: 6, labels: 2, calls: 4, seed: 7 },
    held: { agents: 2, tools: 8, labels: 3, calls: 4, seed: 1 }
};
const ENCODINGS: readonly Encoding[] = ['ahead', 'held'];
const VARIANTS: readonly Variant[] = ['hold', 'shallow', 'deep'];
const members = ENCODINGS.flatMap((encoding) =>
    VARIANTS.map((variant) => ({ encoding, variant, member: memberOf(SMALL[encoding], { encoding, variant }) }))
);

interface Found {
    readonly states?: number;
    readonly transitions?: number;
    /** The number of calls and advance approvals in the shortest session that breaks the claim. */
    readonly steps?: number;
}

/**
 * A state of the family: the labels that were read, by the session or by each agent; the approvals; the calls and the
 * mode of each agent.
 */
interface State {
    readonly read: readonly (readonly number[])[];
    readonly granted: readonly number[];
    readonly calls: readonly number[];
    readonly modes: readonly number[];
}

/** Searches breadth first, from the definition. */
function searchOf(member: Member): Found {
    const { agents, encoding } = member;
    const start: State = {
        read: range(encoding === 'held' ? agents : 1).map(() => []),
        granted: [],
        calls: range(agents).map(() => 0),
        modes: range(agents).map(() => 0)
    };
    const depths = new Map([[JSON.stringify(start), 0]]);
    let transitions = 0;
    for (const [text, depth] of depths) {
        const { broken, next } = stepsFrom(member, JSON.parse(text) as State);
        if (broken) {
            return { steps: depth + 1 };
        }
        transitions += next.length;
        next.map((state) => JSON.stringify(state))
            .filter((known) => !depths.has(known))
            .forEach((fresh) => depths.set(fresh, depth + 1));
    }
    return { states: depths.size, transitions };
}

function stepsFrom(member: Member, state: State): { broken: boolean; next: State[] } {
    const { encoding, sinks, inventory, variant } = member;
    const grants = encoding === 'held' ? [] : range(sinks).filter((sink) => !state.granted.includes(sink));
    const next = grants.map((sink): State => ({ ...state, granted: added(state.granted, [sink]) }));
    let broken = false;
    const isNearEnd = state.calls.every((calls) => calls >= member.calls - 1);
    for (const agent of range(member.agents)) {
        const owner = encoding === 'held' ? agent : 0;
        inventory.forEach(({ modes, forbidden = [], reads, advances }, tool) => {
            if (state.calls[agent]! >= member.calls || !modes.includes(state.modes[agent]!)) {
                return;
            }
            const isClean = !forbidden.some((label) => state.read[owner]!.includes(label));
            const isChecked = tool !== sinks - 1 || variant === 'hold' || (variant === 'deep' && !isNearEnd);
            const isApproved = encoding === 'held' ? isChecked : state.granted.includes(tool);
            if (!isClean && !isApproved) {
                // A sink that checks refuses the call; the claim is about the sink that may lack its check.
                broken ||= !isChecked;
                return;
            }
            next.push({
                read: state.read.map((labels, each) => (each === owner ? added(labels, reads) : labels)),
                granted: state.granted.filter((sink) => sink !== tool),
                calls: state.calls.map((calls, each) => (each === agent ? calls + 1 : calls)),
                modes: state.modes.map((mode, each) => (each === agent && advances ? (mode + 1) % MODES : mode))
            });
        });
    }
    return { broken, next };
}

function added(numbers: readonly number[], more: readonly number[]): number[] {
    return [...new Set([...numbers, ...more])].sort((a, b) => a - b);
}

function hasProgram(name: string): boolean {
    return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

function inFolder<T>(use: (folder: string) => T): T {
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-family-'));
    try {
        return use(folder);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** The search of the finite system; the rules alone settle the claim without it. */
function searched(policy: Policy): Answer {
    return finished(searchExactly(policy, questionOf(policy.claims[0]!), { limits: DEFAULT_LIMITS }));
}

/** This is a share of the members, because compiling a program takes a second. */
const compiled = partOf(members, 8);

describe.each(members)('$encoding, $variant', (each) => {
    const { member } = each;
    const isCompiled = hasProgram('gcc') && compiled.includes(each);
    const expected = searchOf(member);

    test('the policy', async () => {
        const policy = await policyOf(policyText(member));
        const { verdict, exploration, trace } = searched(policy);
        if (expected.steps === undefined) {
            expect({ verdict, states: exploration.states, transitions: exploration.transitions }).toEqual({
                verdict: 'holds',
                // The start does not count as a transition.
                states: expected.states,
                transitions: expected.transitions
            });
        } else {
            expect({ verdict, steps: trace?.steps.length }).toEqual({ verdict: 'violated', steps: expected.steps });
        }
    });

    test.runIf(isCompiled)('the C program', () => {
        const found = inFolder((cwd) => {
            writeFileSync(join(cwd, 'member.c'), cText(member));
            execFileSync('gcc', ['-O1', '-o', 'member', 'member.c'], { cwd });
            return JSON.parse(execFileSync(join(cwd, 'member'), { encoding: 'utf8' })) as CResult;
        });
        expect(
            expected.steps === undefined
                ? { states: found.states, transitions: found.transitions - 1 }
                : { steps: found.steps }
        ).toEqual(expected);
    });

    test.runIf(isCompiled && hasProgram('spin'))('the Promela', () => {
        const printed = inFolder((cwd) => {
            writeFileSync(join(cwd, 'member.pml'), promelaText(member));
            execFileSync('spin', ['-a', 'member.pml'], { cwd });
            execFileSync('gcc', ['-O1', '-w', '-DSAFETY', '-DBFS', '-o', 'pan', 'pan.c'], { cwd });
            return execFileSync(join(cwd, 'pan'), { cwd, encoding: 'utf8' });
        });
        const figure = (pattern: RegExp): number => Number(pattern.exec(printed)?.[1]);
        if (expected.steps === undefined) {
            expect(printed).toContain('errors: 0');
            expect({
                states: figure(/(\d+) states, stored/),
                transitions: figure(/(\d+) transitions/) - 1
            }).toEqual(expected);
        } else {
            expect(printed).toContain('errors: 1');
            // SPIN counts the states before the one that breaks the claim.
            expect(figure(/depth reached (\d+)/) + 1).toBe(expected.steps);
        }
    });
});

test.runIf(IS_DEEP)(
    'the smallest measured member has as many states as its name states',
    async () => {
        const member = memberOf(SIZES.ahead.s1e5);
        const policy = await policyOf(policyText(member));
        const { verdict, exploration } = searched(policy);
        const { states, transitions } = exploration;
        expect({ verdict, states, transitions }).toEqual({ verdict: 'holds', states: 89_344, transitions: 1_050_816 });
        expect(searchOf(member)).toEqual({ states, transitions });
    },
    60_000
);
