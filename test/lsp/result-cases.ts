/** A small policy with possible results of the checker. */
import { lower } from '../../language/lower/index.js';
import type { PolicyFile } from '../../language/generated/ast.js';
import type {
    ClaimResult,
    PolicyResult,
    RuleReference,
    Trace,
    TraceStep
} from '../../server/checker/results/result.js';
import type { PolicyKnowledge } from '../../server/lsp/check/policy-knowledge.js';
import { resultOf } from './check/fake-host.js';
import type { Opened } from './support.js';
import { open } from './support.js';

export const TEXT = `policy P
server s {
  tool t(x: string)
}
agent a
allow a: s.t
claim "first":
  never s.t
claim: possible s.t
scenario "x":
  a calls s.t(x: "1") -> denied
`;

export interface Case extends Opened {
    readonly result: PolicyResult;
    /** The knowledge about the policy once `result` is available. */
    readonly known: (result: PolicyResult, text?: string) => PolicyKnowledge;
}

export const ANNOTATED = `policy P
server s { tool t() tool u() }
@expected(vacuous)
claim: never s.t after s.u
`;

export async function policy(given: Partial<ClaimResult> = {}, source = TEXT): Promise<Case> {
    const opened = await open(source);
    const lowered = lower(opened.document.parseResult.value as PolicyFile, opened.services);
    const uri = opened.document.uri.toString();
    return {
        ...opened,
        result: resultOf(lowered, given),
        known: (result, text = source) => ({ uri, version: 1, state: 'done', text, result, claims: result.claims })
    };
}

export function step(text: string, rules: readonly RuleReference[], marks: Partial<TraceStep> = {}): TraceStep {
    return {
        kind: 'call',
        actor: 'a',
        tool: 's.t',
        args: {},
        time: 0,
        rules,
        changes: [],
        breaks: false,
        letsThrough: false,
        judged: false,
        text,
        ...marks
    };
}

export const traceOf = (steps: readonly TraceStep[]): Trace => ({ steps, facts: [], summary: '' });

export const BROKEN_ACROSS: NonNullable<ClaimResult['acrossSessions']> = {
    verdict: 'violated',
    line: 'also across sessions: broken by a second session',
    explanation: 'a can call s.t.',
    basis: {
        by: 'search',
        states: 3,
        transitions: 4,
        depth: 2,
        exhausted: false,
        scopes: [],
        slice: { tools: 1, rules: 1, monitors: 0 },
        milliseconds: 1
    },
    trace: traceOf([step('new session', []), step('a calls s.t', [], { judged: true })])
};
