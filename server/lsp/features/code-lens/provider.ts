import { counted } from '../../../model/text/plural.js';
import type { AstNode, LangiumDocument } from 'langium';
import type { CodeLensProvider } from 'langium/lsp';
import type { CodeLens, Range } from 'vscode-languageserver';
import { isClaim, isPolicyFile } from '../../../../language/generated/ast.js';
import type { ClaimResult, PolicyResult, ScenarioResult } from '../../../checker/results/result.js';
import {
    isOpenAcrossSessions,
    type ClaimWord,
    basisText,
    type Tone,
    toneOf,
    needsRepair,
    verdictText,
    verdictWord,
    wordOf
} from '../../../checker/results/verdict-words.js';
import { claimsOf, resultFor, resultsOfUse, scenariosOf, usesOf } from '../../text/anchors.js';
import {
    earlierClaims,
    earlierScenarios,
    isUnderWay,
    markOf,
    type PolicyKnowledge
} from '../../check/policy-knowledge.js';
import type { CheckService } from '../../check/service.js';
import type { ShowSessionParams } from '../../protocol.js';
import { checkCommand, debugSessionCommand, fixCommand, showSessionCommand, simulateCommand } from '../../protocol.js';

/** Shows the verdict above each claim, the outcome above each scenario, and both together above the policy. */
export class GuardrailCodeLensProvider implements CodeLensProvider {
    /** @param others lenses that do not depend on results */
    constructor(
        private readonly checks: () => CheckService,
        private readonly others: (document: LangiumDocument) => CodeLens[] = () => []
    ) {}

    provideCodeLens(document: LangiumDocument): CodeLens[] {
        return [...this.verdicts(document), ...this.others(document)];
    }

    private verdicts(document: LangiumDocument): CodeLens[] {
        const root: AstNode = document.parseResult.value;
        if (!isPolicyFile(root) || !root.policy) {
            return [];
        }
        const uri = document.uri.toString();
        const checks = this.checks();
        const known = checks.get(uri);
        // Otherwise a check is about to start.
        const isLeft = !known && checks.isOnDemand;
        const lenses: CodeLens[] = [];
        const header = headOf(root.policy);
        if (header) {
            lenses.push(lens(header, 'Check', checkCommand, uri), lens(header, 'Simulate', simulateCommand, uri));
            const summary = known && policySummary(known);
            if (summary) {
                lenses.push(lens(header, summary));
            }
        }
        const text = document.textDocument.getText();
        const earlier = known ? earlierClaims(known, text) : [];
        for (const claim of claimsOf(document)) {
            const range = headOf(claim);
            if (range && known) {
                lenses.push(...claimLenses(range, known, resultFor(claim, known.claims), resultFor(claim, earlier)));
            } else if (range && isLeft) {
                lenses.push(uncheckedLens(range, uri));
            }
        }
        for (const use of usesOf(document)) {
            const range = headOf(use);
            if (range && known) {
                const results = resultsOfUse(use, known.claims);
                lenses.push(...results.flatMap((claim) => claimLenses(range, known, claim)));
                lenses.push(...resultsOfUse(use, earlier).map((claim) => earlierLens(range, known, wordOf(claim))));
            } else if (range && isLeft && use.pack?.ref?.elements.some(isClaim)) {
                lenses.push(uncheckedLens(range, uri));
            }
        }
        const before = known ? earlierScenarios(known, text) : [];
        for (const scenario of scenariosOf(document)) {
            const range = headOf(scenario);
            const result = resultFor(scenario, known?.result?.scenarios ?? []);
            const old = resultFor(scenario, before);
            if (range && known && result) {
                lenses.push(...scenarioLenses(range, known, result));
            } else if (range && known && old) {
                lenses.push(earlierLens(range, known, old.passed ? 'passed' : 'failed'));
            } else if (range && isUnderWay(known)) {
                lenses.push(lens(range, 'checking…'));
            } else if (range && isLeft) {
                lenses.push(uncheckedLens(range, uri));
            }
        }
        return known?.result ? [...lenses, ...findingLenses(uri, known.result)] : lenses;
    }
}

/** A session that can be shown can be stepped through. A finding has no name for a launch configuration to refer to. */
function sessionLenses(range: Range, title: string, session: ShowSessionParams): CodeLens[] {
    return [
        lens(range, `${title} · show session`, showSessionCommand, session),
        lens(range, 'Debug', debugSessionCommand, session)
    ];
}

/** A lens belongs to one line: the line on which the declaration starts. */
function headOf(node: AstNode): Range | undefined {
    const start = node.$cstNode?.range.start;
    return start && { start, end: start };
}

/** A lens above the place of each finding in this file that has a session. */
function findingLenses(uri: string, { findings }: PolicyResult): CodeLens[] {
    return findings
        .filter((finding) => finding.trace && finding.source.uri === uri)
        .map(({ code, message, source }) =>
            lens({ start: source.start, end: source.start }, `${code} · show session`, showSessionCommand, {
                uri,
                kind: 'finding',
                name: code,
                message
            })
        );
}

function claimLenses(
    range: Range,
    known: PolicyKnowledge,
    claim: ClaimResult | undefined,
    earlier?: ClaimResult
): CodeLens[] {
    if (!claim) {
        return [earlierLens(range, known, earlier && wordOf(earlier))];
    }
    const session: ShowSessionParams = { uri: known.uri, kind: 'claim', name: claim.name };
    const fixes = needsRepair(claim) ? [lens(range, 'Fix…', fixCommand, session)] : [];
    if (claim.trace) {
        return [...sessionLenses(range, `${MARKS[toneOf(claim)]} ${verdictWord(claim.verdict)}`, session), ...fixes];
    }
    const { milliseconds } = claim.basis;
    const basis = `${basisText(claim.basis)} · ${Math.round(milliseconds).toLocaleString('en')} ms`;
    const about = [
        basis,
        ...(claim.saysNothing ? ['says nothing about the rules'] : []),
        ...(isOpenAcrossSessions(claim) ? ['undecided across sessions'] : [])
    ].join(' · ');
    const title = `${MARKS[toneOf(claim)]} ${verdictText(claim)} · ${about}`;
    if (claim.acrossSessions?.trace) {
        return [...sessionLenses(range, title, session), ...fixes];
    }
    // The view says what is known about such a claim, and what helps.
    return [
        isUnsettled(claim) ? lens(range, `${title} · what helps`, showSessionCommand, session) : lens(range, title)
    ];
}

function isUnsettled({ verdict }: ClaimResult): boolean {
    return verdict === 'undecided' || verdict === 'not witnessed in scope' || verdict === 'holds in scope';
}

/** A mark for each tone, because a lens has no colour. */
const MARKS: { readonly [tone in Tone]: string } = { good: '✓', partial: '≈', warn: '?', bad: '✗' };

function uncheckedLens(range: Range, uri: string): CodeLens {
    return lens(range, 'not checked · check', checkCommand, uri);
}

/** The result for an earlier text, with its current state. */
function earlierLens(range: Range, known: PolicyKnowledge, earlier: string | undefined): CodeLens {
    const before = earlier === undefined ? [] : [`${earlier}${markOf(known)}`];
    switch (known.state) {
        case 'checking':
        case 'cancelled':
            return lens(range, [...before, ...(known.isLong || !earlier ? [progressText(known)] : [])].join(' · '));
        case 'outdated':
            return lens(range, [...before, 'check again'].join(' · '), checkCommand, known.uri);
        default:
            return lens(range, before[0] ?? 'not checked');
    }
}

function scenarioLenses(range: Range, known: PolicyKnowledge, { name, passed }: ScenarioResult): CodeLens[] {
    const title = passed ? `${MARKS.good} passed` : `${MARKS.bad} failed`;
    return sessionLenses(range, title, { uri: known.uri, kind: 'scenario', name });
}

/** Each claim without a verdict shows the progress of the search, because one of them is being checked. */
function progressText({ progress }: PolicyKnowledge): string {
    return progress ? `checking… ${counted(progress.states, 'state')}` : 'checking…';
}

function policySummary(known: PolicyKnowledge): string | undefined {
    if (isUnderWay(known)) {
        return 'checking…';
    }
    return known.result ? resultSummary(known.result) : known.message;
}

/**
 * Writes `3 claims hold, 1 violated · 2 of 3 scenarios passed · 1 finding`, or a note that there is nothing to check.
 */
export function resultSummary({ claims, scenarios, findings }: PolicyResult): string {
    const verdicts = new Map<ClaimWord, number>();
    for (const word of claims.map(wordOf)) {
        verdicts.set(word, (verdicts.get(word) ?? 0) + 1);
    }
    const passed = scenarios.filter((scenario) => scenario.passed).length;
    const parts = [
        claims.length > 0 &&
            `${counted(claims.length, 'claim')}: ${[...verdicts].map(([verdict, number]) => `${number} ${verdict}`).join(', ')}`,
        scenarios.length > 0 && `${passed} of ${counted(scenarios.length, 'scenario')} passed`,
        findings.length > 0 && counted(findings.length, 'finding')
    ];
    return parts.filter((part) => part !== false).join(' · ') || 'no claims, no scenarios';
}

/** A lens without a command is shown as text. */
function lens(range: Range, title: string, command = '', argument?: ShowSessionParams | string): CodeLens {
    return { range, command: { title, command, ...(argument !== undefined && { arguments: [argument] }) } };
}
