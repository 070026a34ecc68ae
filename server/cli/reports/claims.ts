/** How the verdict of a claim is shown: its tone, its row in a table, and its entry with all details. */
import type { ClaimResult } from '../../checker/results/result.js';
import { nextStep, verdictProblem, VERDICT_PROBLEMS } from '../../checker/results/problems.js';
import {
    basisText,
    isAccepted,
    isBrokenBySecondSession,
    isOpenAcrossSessions,
    scopesOf,
    toneOf,
    wordOf
} from '../../checker/results/verdict-words.js';
import type { Annotation } from '../../model/policy/policy.js';
import { counted } from '../../model/text/plural.js';
import { costHeading, costLines, otherCosts } from '../../wording/costs.js';
import { EXIT } from '../../workspace/errors.js';
import { exitCodeOfClaim } from './check-report.js';
import type { View } from './context.js';
import { type Block, type Entry, note, type Row } from './document.js';
import type { Tone } from '../terminal/style.js';
import { duration } from '../terminal/layout.js';

/** A verdict that fails the run is shown so, whatever it is. */
export function claimTone(claim: ClaimResult, { fails }: Pick<View, 'fails'> = {}): Tone {
    if (fails && exitCodeOfClaim(claim, fails) === EXIT.violated) {
        return 'bad';
    }
    const tone = toneOf(claim);
    return tone !== 'warn' ? tone : claim.verdict === 'vacuous' ? 'bad' : claim.verdict === 'holds' ? 'warn' : 'unsure';
}

/** True if the verdict is a failure rather than open, even if it is expected. Its details are always shown. */
function isWrong({ verdict, expected }: ClaimResult): boolean {
    return verdict === 'violated' || verdict === 'impossible' || (verdict === 'vacuous' && !expected);
}

/** True if the claim holds or is witnessed, in full or in part. */
export function isGood(claim: ClaimResult): boolean {
    const tone = toneOf(claim);
    return !isWrong(claim) && (tone === 'good' || tone === 'partial' || claim.verdict === 'holds');
}

export function claimRow(claim: ClaimResult, view: View, entry: string): Row {
    const scopes = wordOf(claim) === 'holds in one session' ? [] : scopesOf(claim);
    const rests = [
        ...(claim.expected ? ['as expected'] : []),
        ...(scopes.length > 0 ? [scopes.join(', ')] : []),
        ...(isAccepted(claim) ? ['accepted'] : []),
        ...(claim.trace ? [counted(claim.trace.steps.length, 'step')] : []),
        basisText(claim.basis)
    ];
    const separator = ` ${view.style.signs.separator} `;
    const time = `${separator}${duration(claim.basis.milliseconds)}`;
    return {
        tone: claimTone(claim, view),
        word: wordOf(claim),
        text: claim.name,
        ...briefName(claim),
        rests: `${rests.join(separator)}${time}`,
        time,
        isCut: isGood(claim),
        ...belowClaim(claim, view.verbose === true),
        group: 'claim',
        entry
    };
}

/** The name of an element of a pack is `Pack(arguments): text` if the pack is used more than once. */
function briefName({ name, text, usedAt }: ClaimResult): Pick<Row, 'brief'> {
    const [pack = ''] = /^(?:`[^`]*`|[^`(:]*)/.exec(name) ?? [];
    return usedAt && pack !== '' && name.endsWith(`: ${text}`) ? { brief: `${pack}: ${text}` } : {};
}

/** The reason why a claim is open, alone or across sessions; with all details, its result across sessions. */
function belowClaim(claim: ClaimResult, verbose: boolean): Pick<Row, 'second'> {
    const { verdict, explanation, acrossSessions: across } = claim;
    if (verdict === 'undecided' || verdict === 'not witnessed in scope') {
        return verbose ? {} : { second: { text: explanation, isWhole: false } };
    }
    if (!across || verdict === 'vacuous' || !(verbose || isOpenAcrossSessions(claim))) {
        return {};
    }
    const why = across.verdict === 'violated' ? `: ${across.explanation}` : '';
    return { second: { text: `${across.line}${why}`, isWhole: true } };
}

/** The details; none for a claim whose row says everything. */
export function claimEntries(claim: ClaimResult, view: View, entry: string): Entry[] {
    const { detail } = view;
    const isShown = {
        brief: isWrong(claim),
        verbose: true,
        comment: verdictProblem(claim) !== undefined,
        page: true
    }[detail];
    const notes = notesOn(claim, view);
    if (!isShown || (detail === 'verbose' && isGood(claim) && (view.quiet || notes.length === 0))) {
        return [];
    }
    const tone = claimTone(claim, view);
    const code = VERDICT_PROBLEMS[claim.verdict]?.code;
    return [
        {
            kind: 'entry',
            label: { tone, word: wordOf(claim) },
            title: claim.name,
            group: 'claim',
            id: entry,
            ...(code !== undefined && { code }),
            isOpen: detail === 'page' && tone !== 'good' && tone !== 'partial',
            blocks: [...detailsOf(claim, view), ...notes, ...obstaclesOf(claim), ...sessionsOf(claim, view)]
        }
    ];
}

function detailsOf(claim: ClaimResult, { detail }: View): Block[] {
    const { annotations, basis, explanation, source, text, trace, usedAt } = claim;
    const isInText = detail === 'brief' || detail === 'verbose';
    // A claim from a pack is shown where the pack is used, and in the pack.
    const places = isInText && isGood(claim) ? [] : usedAt ? [usedAt, source] : [source];
    const other = basis.costs && otherCosts(basis.costs);
    return [
        ...(annotations.length === 0 ? [] : [note(annotations.map(annotationText).join(' '), 'soft')]),
        ...places.map((at): Block => ({ kind: 'excerpt', at, text })),
        // A session ends with its summary, which is often the same sentence.
        ...(explanation === trace?.summary ? [] : [note(explanation)]),
        ...(basis.costs
            ? [note(costHeading(basis.costs)), { kind: 'list' as const, items: costLines(basis.costs) }]
            : []),
        ...(other === undefined ? [] : [note(other)])
    ];
}

function notesOn(claim: ClaimResult, { detail }: View): Block[] {
    const { basis, explanation, assumptions = [], acrossSessions: across } = claim;
    const isWhole = detail === 'comment' || detail === 'page';
    return [
        ...basis.scopes.map((scope) => `only within: ${scope}`),
        // The explanation of an undecided claim gives the limit as its reason.
        ...(basis.limit === undefined || explanation.includes(basis.limit) ? [] : [basis.limit]),
        ...(claim.saysNothing ? ['says nothing about the rules: it holds even if every call is allowed'] : []),
        ...(isWhole && nextStep(claim) !== '' ? [nextStep(claim).trim()] : []),
        ...(isWhole && across && isOpenAcrossSessions(claim) ? [across.line] : []),
        ...(isWhole ? assumptions.map(({ text }) => `rests on the assumption: ${text}`) : [])
    ].map((text) => note(text));
}

function obstaclesOf({ obstacles }: ClaimResult): Block[] {
    return obstacles.flatMap(({ text, rule }): Block[] => [
        { kind: 'list', items: [text] },
        ...(rule ? [{ kind: 'rule' as const, rule }] : [])
    ]);
}

function sessionsOf(claim: ClaimResult, { detail }: View): Block[] {
    const { name, trace, others = [], acrossSessions: across } = claim;
    const isInText = detail === 'brief' || detail === 'verbose';
    return [
        ...(trace && !(isInText && isGood(claim)) ? [{ kind: 'session' as const, trace, of: name }] : []),
        ...others.flatMap((other, index): Block[] => [
            { kind: 'text', text: `Another session, which none of the rules above lets through (${index + 2}):` },
            { kind: 'session', trace: other, of: name }
        ]),
        ...(detail === 'page' && across?.trace && isBrokenBySecondSession(claim)
            ? [
                  { kind: 'text' as const, text: `${across.line}: ${across.explanation}` },
                  { kind: 'session' as const, trace: across.trace, of: `${name}, across sessions` }
              ]
            : [])
    ];
}

/** The annotation as written: `@severity(high)`, `@owasp("ASI02")`. */
function annotationText({ name, values }: Annotation): string {
    const written = values.map((value) => (/^[A-Za-z_]\w*$/.test(value) ? value : JSON.stringify(value)));
    return `@${name}${values.length > 0 ? `(${written.join(', ')})` : ''}`;
}
