/** Finds the lines of existing sessions: a counterexample, a scenario, or the session of a finding. */
import { isCallStep, isDelegateStep, type PolicyFile, type Step } from '../../../language/generated/ast.js';
import { GrammarUtils, type LangiumDocument } from 'langium';
import type { PolicyResult, Trace } from '../../checker/results/result.js';
import type { Source } from '../../model/policy/policy.js';
import { nodeAt, scenariosOf } from '../text/anchors.js';
import { linesOf } from '../../simulator/session-scenario.js';
import type { SessionLines, ShowSessionParams } from '../protocol.js';

/** Null if there is no such session, or if a step cannot be expressed in a scenario. */
export function linesOfSession(
    { kind, name, message }: ShowSessionParams,
    result: PolicyResult,
    document: LangiumDocument<PolicyFile>
): SessionLines | null {
    if (kind === 'scenario') {
        const scenario = result.scenarios.find((other) => other.name === name);
        const node = scenario && nodeAt(scenario.source, scenariosOf(document));
        return node && scenario
            ? {
                  lines: node.steps.map((step, index) => ({
                      line: withoutExpectation(step),
                      source: scenario.steps[index]!.source
                  })),
                  summary: scenario.trace.summary,
                  source: scenario.source
              }
            : null;
    }
    const shown = kind === 'claim' ? ofClaim(name, result) : ofFinding(name, message, result);
    const lines = shown?.trace && linesOf(shown.trace);
    return shown && lines
        ? { lines: lines.map(({ text }) => ({ line: text })), summary: shown.trace.summary, source: shown.source }
        : null;
}

interface ShownTrace {
    readonly trace: Trace;
    readonly source: Source;
}

function ofClaim(name: string, { claims }: PolicyResult): ShownTrace | undefined {
    const claim = claims.find((other) => other.name === name);
    const trace = claim?.trace ?? claim?.acrossSessions?.trace;
    return claim && trace && { trace, source: claim.usedAt ?? claim.source };
}

function ofFinding(code: string, message: string | undefined, { findings }: PolicyResult): ShownTrace | undefined {
    const finding = findings.find(
        (other) => other.code === code && (message === undefined || other.message === message)
    );
    return finding?.trace && { trace: finding.trace, source: finding.source };
}

/** The step on one line, without its expected decision. */
function withoutExpectation(step: Step): string {
    const node = step.$cstNode!;
    const arrow = isCallStep(step) || isDelegateStep(step) ? GrammarUtils.findNodeForKeyword(node, '->') : undefined;
    const text = arrow ? node.text.slice(0, arrow.offset - node.offset) : node.text;
    return text.replace(/\s*\n\s*/g, ' ').trim();
}
