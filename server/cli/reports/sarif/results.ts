/**
 * Writes the results: problems and undecided claims. A claim that holds, is witnessed or is vacuous as expected is not
 * a result, because code hosts turn every result into an alert, regardless of its kind.
 */
import type { Location, Result, CodeFlow, ThreadFlowLocation } from 'sarif';
import { BROKEN_BY_SECOND_SESSION } from '../../../checker/results/problems.js';
import type { ClaimResult, RuleReference, VerdictWord, Trace, TraceStep } from '../../../checker/results/result.js';
import { isAccepted, openScopesOf, verdictText } from '../../../checker/results/verdict-words.js';
import type { CheckContext } from '../context.js';
import { itemsOf, type Item } from '../items.js';
import type { FileReport } from '../check-report.js';
import { FINGERPRINT, fingerprints } from './fingerprints.js';
import { location, plainText } from './locations.js';
import { LEVELS } from './rules.js';
import type { Source } from '../../../model/policy/policy.js';
import { marksOf, reasonsOf } from '../step-text.js';

const IN_SCOPE = { code: 'GR594', severity: 'information' } as const;

/** The verdicts for which there was not enough information to decide; all others are failures. */
const OPEN: readonly VerdictWord[] = ['undecided', 'not witnessed in scope'];
/** The rank of each level of `@severity(…)`, out of 100. */
const RANKS: { readonly [severity: string]: number } = { critical: 95, high: 80, medium: 50, low: 20 };

export function resultItems(files: readonly FileReport[]): Item[] {
    return files.flatMap((file) => [
        ...itemsOf(file),
        ...(file.result?.claims ?? [])
            .filter((claim) => claim.verdict === 'holds in scope' && isAccepted(claim))
            .map(accepted)
    ]);
}

/** @param ruleIndex the index of each code in the list of rules */
export function resultsOf(
    items: readonly Item[],
    ruleIndex: ReadonlyMap<string, number>,
    context: CheckContext
): Result[] {
    const prints = fingerprints(items, context);
    return items.map((item, index) => {
        const { code, source, message, traces, claim } = item;
        const related = relatedLocations(item, context);
        // A code flow needs steps, so sessions without any are left out.
        const sessions = traces.filter(({ steps }) => steps.length > 0);
        return {
            ruleId: code,
            ruleIndex: ruleIndex.get(code)!,
            ...weight(item, context),
            message: { text: plainText(message) },
            locations: [location(source, context)],
            ...(sessions.length > 0 && { codeFlows: sessions.map((trace) => codeFlow(trace, source, context)) }),
            ...(related.length > 0 && { relatedLocations: related }),
            partialFingerprints: { [FINGERPRINT]: prints[index]! },
            ...(claim && claimProperties(claim, code === BROKEN_BY_SECOND_SESSION.code))
        };
    });
}

/** SARIF requires the level `none` for anything that is not a failure. */
function weight({ code, severity, claim }: Item, { fails }: CheckContext): Pick<Result, 'kind' | 'level'> {
    if (claim && OPEN.includes(claim.verdict) && code !== BROKEN_BY_SECOND_SESSION.code) {
        return { kind: 'open', level: 'none' };
    }
    if (claim && isAccepted(claim)) {
        return { kind: 'review', level: 'none' };
    }
    const isStrict = fails.strict && claim !== undefined && openScopesOf(claim).length > 0;
    return { kind: 'fail', level: isStrict ? 'error' : LEVELS[severity] };
}

/** An accepted problem is not reported as a problem, but it is not a proof either. */
function accepted(claim: ClaimResult): Item {
    return {
        ...IN_SCOPE,
        message: `"${claim.name}" ${verdictText(claim)}: ${claim.explanation}`,
        source: claim.usedAt ?? claim.source,
        claim,
        traces: []
    };
}

/** The rules that the sessions and the verdict rest on, each once. */
function relatedLocations({ claim, scenario, traces }: Item, context: CheckContext): Location[] {
    const steps = scenario?.steps.filter(({ passed }) => !passed) ?? [];
    const rules: readonly RuleReference[] = [
        ...traces.flatMap((trace) => trace.steps.flatMap((step) => step.rules)),
        ...steps.flatMap((step) => step.rules),
        ...(claim?.obstacles ?? []).flatMap(({ text, rule }) =>
            rule ? [{ ...rule, text: `${text}: ${rule.text}` }] : []
        ),
        ...(claim?.assumptions ?? [])
    ];
    // A claim from a pack is reported where the pack is used.
    const written: readonly RuleReference[] = claim?.usedAt ? [{ text: claim.text, source: claim.source }] : [];
    const places = [...written, ...rules].map((rule) => ({
        key: JSON.stringify([rule.source, rule.text]),
        place: location(rule.source, context, rule.because === undefined ? rule.text : `${rule.text} (${rule.because})`)
    }));
    return places
        .filter(({ key }, index) => places.findIndex((other) => other.key === key) === index)
        .map(({ place }, index) => ({ id: index + 1, ...place }));
}

function claimProperties(claim: ClaimResult, isAcross: boolean): Pick<Result, 'rank' | 'properties'> {
    const { name, annotations, acrossSessions } = claim;
    const { verdict, basis } = (isAcross && acrossSessions) || claim;
    const severity = annotations.find((annotation) => annotation.name === 'severity')?.values[0];
    const rank = RANKS[severity ?? ''];
    const tags = annotations.map((one) => [one.name, ...one.values].join(':'));
    return {
        ...(rank !== undefined && { rank }),
        properties: {
            claim: name,
            verdict,
            ...(claim.within && { within: [...claim.within] }),
            ...(claim.accepts && { accepts: [...claim.accepts] }),
            states: basis.states,
            exhausted: basis.exhausted,
            ...(basis.scopes.length > 0 && { scopes: [...basis.scopes] }),
            ...(basis.limit !== undefined && { limit: basis.limit }),
            ...(tags.length > 0 && { tags })
        }
    };
}

/** Writes a session as the code flow of a result: each step at the rule that decided it. */
/** @param source the place of a step without a deciding rule, which is the place of the result */
function codeFlow(trace: Trace, source: Source, context: CheckContext): CodeFlow {
    const { start, steps, facts, summary } = trace;
    return {
        ...(summary !== '' && { message: { text: plainText(summary) } }),
        threadFlows: [
            {
                ...(start && { message: { text: plainText(`The session starts ${start.text}.`) } }),
                ...(facts[0] && facts[0].length > 0 && { initialState: stateOf(facts[0]) }),
                locations: steps.map((step, index) => flowLocation(step, index, trace, source, context))
            }
        ]
    };
}

function flowLocation(
    step: TraceStep,
    index: number,
    { steps, facts }: Trace,
    source: Source,
    context: CheckContext
): ThreadFlowLocation {
    const rule = step.rules[0];
    const state = facts[index + 1] ?? [];
    const said = [step.text, ...reasonsOf(step, steps[index - 1]), ...marksOf(step)].join('; ');
    return {
        executionOrder: index + 1,
        location: location(rule ? (rule.usedAt ?? rule.source) : source, context, said),
        importance: step.judged || step.breaks || step.letsThrough ? 'essential' : 'important',
        ...(state.length > 0 && { state: stateOf(state) })
    };
}

/** The facts that are true, by number; each is a sentence. */
function stateOf(facts: readonly string[]): { [key: string]: { text: string } } {
    return Object.fromEntries(facts.map((fact, index) => [String(index + 1), { text: plainText(fact) }]));
}
