/** `guardrail explain CLAIM`: explains a claim, its verdict, and the number of situations in which it applies. */
import { counted } from '../../../model/text/plural.js';
import { checkPolicy } from '../../../checker/check.js';
import { type ClaimCoverage, claimCoverageOf } from '../../../checker/portfolio/claim-coverage.js';
import { totalBudget, tryWithin } from '../../../checker/limits/budget.js';
import type { ClaimResult } from '../../../checker/results/result.js';
import type { Annotation, Claim } from '../../../model/policy/policy.js';
import type { SearchOptions } from '../../config/flags.js';
import { BUILT_IN_CATALOGUES } from '../../controls/catalogue.js';
import { EXIT, type ExitCode } from '../../../workspace/errors.js';
import { claimWords } from './claim-words.js';
import { findClaim, type FoundClaim } from './find-claim.js';
import type { Selector } from '../../selection/files.js';
import { progressOf } from '../../terminal/progress.js';
import { contextIn } from '../../reports/context.js';
import { type Block, group, note } from '../../reports/document.js';
import { printedText } from '../../reports/terminal.js';
import { grouped } from '../../terminal/layout.js';
import { claimTone } from '../../reports/claims.js';
import { verdictText } from '../../../checker/results/verdict-words.js';
import type { Terminal } from '../../terminal/terminal.js';
import { callConditionOf } from '../../../checker/questions/parts.js';
import { policyFor } from '../../../checker/questions/assumptions-of-claim.js';
import { questionOf } from '../../../checker/questions/question.js';

export interface ExplainClaimOptions extends SearchOptions {
    /** The files in which the claim is searched for. */
    readonly select: Selector;
}

export async function explainClaim(
    name: string,
    { select, limits, timeLimit }: ExplainClaimOptions,
    terminal: Terminal
): Promise<ExitCode> {
    const found = await findClaim(name, select, timeLimit, terminal.cwd);
    const progress = progressOf(terminal);
    const { claims, cut } = checkPolicy(found.policy, {
        limits,
        ...(timeLimit && { total: timeLimit.total }),
        claim: found.claim.name,
        ...(progress && { onProgress: (state) => progress.show(found.path, state) })
    });
    const budget = totalBudget(timeLimit?.total);
    const occasions = hasOccasions(found.claim)
        ? tryWithin(
              budget,
              () => claimCoverageOf(policyFor(found.policy, found.claim), questionOf(found.claim), { limits }),
              ({ text }) => text
          )
        : undefined;
    progress?.clear();
    terminal.output.write(printedText(claimBlocks(found, claims[0]!, occasions), contextIn(terminal)));
    return cut === undefined && !budget.isSpent() ? EXIT.ok : EXIT.undecided;
}

/** States are not counted for the other kinds of claims: one kind judges states, and one looks for a session. */
function hasOccasions(claim: Claim): boolean {
    return callConditionOf(questionOf(claim)) !== undefined;
}

function claimBlocks(
    { claim, node, path }: FoundClaim,
    result: ClaimResult,
    occasions: ClaimCoverage | string | undefined
): Block[] {
    const { source, usedAt } = claim;
    const paragraph = (text: string): Block => ({ kind: 'text', text });
    const remarks = [
        ...(result.acrossSessions ? [`${result.acrossSessions.line}.`] : []),
        ...(result.trace ? [`guardrail check ${path} --claim "${claim.name}" shows the session.`] : [])
    ];
    return [
        { kind: 'heading', text: claim.name },
        note(usedAt ? [{ place: usedAt }, ', in the pack ', { place: source }] : [{ place: source }], 'soft'),
        ...(claim.doc === undefined ? [] : [paragraph(claim.doc)]),
        group(paragraph(claim.text)),
        paragraph(claimWords(node)),
        { kind: 'note', label: { tone: claimTone(result), word: verdictText(result) }, text: result.explanation },
        group(...remarks.map((text) => note(text, 'soft'))),
        ...(occasions === undefined ? [] : [paragraph(occasionsText(claim, occasions))]),
        ...result.annotations.map((one) => note(controlText(one)))
    ];
}

function occasionsText(claim: Claim, occasions: ClaimCoverage | string): string {
    if (typeof occasions === 'string') {
        return `The situations in which it applies were not counted: ${occasions}.`;
    }
    const { applies, states, exhausted, scopes, limit } = occasions;
    const what = questionOf(claim).goal === 'decision' ? 'that it covers' : 'whose release would break it';
    const within = scopes.length === 0 ? '' : `, as long as ${scopes.join(' and ')}`;
    const count = applies === 0 && exhausted ? 'none' : `${exhausted ? '' : 'at least '}${grouped(applies)}`;
    const cut = limit === undefined ? '' : ` The count was stopped: ${limit}.`;
    return `It applies in ${count} of the ${counted(states, 'state')} that sessions reach${within}: there an agent can submit a call ${what}.${cut}`;
}

/** Writes `owasp ASI02: Tool Misuse and Exploitation`; an annotation that names no control is shown as written. */
function controlText({ name, values }: Annotation): string {
    const titles = values.map((id) => {
        const control = BUILT_IN_CATALOGUES.filter(({ annotation }) => annotation === name)
            .flatMap(({ controls }) => controls)
            .find((one) => one.id === id);
        return control ? `${id} (${control.title})` : id;
    });
    return `@${name}${titles.length > 0 ? `: ${titles.join(', ')}` : ''}`;
}
