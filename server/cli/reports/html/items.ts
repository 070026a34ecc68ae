/** The part of a page about one file, with one article for each message about the text, claim, scenario and finding. */
import type { ClaimResult, Finding, ScenarioResult } from '../../../checker/results/result.js';
import { exitCodeOfClaim, type FileReport } from '../check-report.js';
import type { Diagnostic, Severity } from '../../../workspace/diagnostics.js';
import type { CheckContext } from '../context.js';
import { costHeading, costLines } from '../../../wording/costs.js';
import { isOpenAcrossSessions, verdictText } from '../../../checker/results/verdict-words.js';
import { printable } from '../layout.js';
import { source } from './excerpt.js';
import { session } from './session.js';
import { html, type Html, NOTHING } from './tag.js';
import { type Tone, toneOf } from './tone.js';

/** @param id identifies the file in the page */
export function items({ diagnostics, result }: FileReport, id: string, context: CheckContext): Html[] {
    return [
        ...diagnostics.map((diagnostic) => message(diagnostic, context)),
        ...(result?.claims ?? []).map((claim, index) => claimItem(claim, `${id}-claim-${index + 1}`, context)),
        ...(result?.scenarios ?? []).flatMap((scenario, index) => {
            const isTold = !scenario.passed || scenario.steps.some((step) => step.audited);
            return isTold ? [scenarioItem(scenario, `${id}-scenario-${index + 1}`, context)] : [];
        }),
        ...(result?.findings ?? []).map((finding, index) => findingItem(finding, `${id}-finding-${index + 1}`, context))
    ];
}

const TONES: { readonly [severity in Severity]: Tone } = {
    error: 'bad',
    warning: 'unsure',
    information: 'info',
    hint: 'info'
};

function article(kind: string, tone: Tone, chip: string, title: string, inside: readonly Html[], id?: string): Html {
    return html`<article class="item ${kind} ${tone}" ${id === undefined ? NOTHING : html` id="${id}"`}>
        <div class="head">
            <span class="chip ${tone}">${chip}</span>
            <h3>${title}</h3>
        </div>
        ${inside}
    </article> `;
}

function message({ code, severity, message: text, source: at }: Diagnostic, context: CheckContext): Html {
    return article('message', TONES[severity], `${severity} ${code}`, text, [source(at, context)]);
}

function claimItem(claim: ClaimResult, id: string, context: CheckContext): Html {
    const { name, text, explanation, basis, trace, others = [], obstacles, annotations } = claim;
    const { acrossSessions: across, assumptions = [], saysNothing } = claim;
    const tone = toneOf(claim, exitCodeOfClaim(claim, context.fails));
    const notes = [
        ...(basis.limit === undefined ? [] : [basis.limit]),
        ...(basis.costs ? [`${costHeading(basis.costs)} ${costLines(basis.costs).join('; ')}`] : []),
        ...(across && isOpenAcrossSessions(claim) ? [across.line] : []),
        ...(saysNothing ? ['says nothing about the rules: it holds even if every call is allowed'] : []),
        ...obstacles.map((obstacle) => (obstacle.rule ? `${obstacle.text}: ${obstacle.rule.text}` : obstacle.text)),
        ...assumptions.map((assumption) => `rests on the assumption: ${assumption.text}`),
        ...annotations.map((one) => `@${one.name}${one.values.length > 0 ? `(${one.values.join(', ')})` : ''}`)
    ];
    const isOpen = tone === 'bad' || tone === 'unsure';
    const told = [trace, ...others].flatMap((one, index) =>
        one
            ? [
                  session(
                      { ...one, summary: one.summary === explanation ? '' : one.summary },
                      `${id}-s${index + 1}`,
                      name,
                      context
                  )
              ]
            : []
    );
    const second =
        across?.verdict === 'violated' && across.trace
            ? [
                  html`<details class="more">
                      <summary>${printable(across.line)}</summary>
                      <p>${across.explanation}</p>
                      ${session({ ...across.trace, summary: '' }, `${id}-across`, `${name}, across sessions`, context)}
                  </details>`
              ]
            : [];
    return article(
        'claim',
        tone,
        verdictText(claim),
        name,
        [
            html`<p class="says"><code>${text}</code></p>
                <p class="told">${explanation}</p>`,
            notes.length === 0
                ? NOTHING
                : html`<ul class="notes">
                      ${notes.map((note) => html`<li>${note}</li>`)}
                  </ul>`,
            ...(isOpen || told.length === 0
                ? told
                : [
                      html`<details class="more">
                          <summary>The session that does it</summary>
                          ${told}
                      </details>`
                  ]),
            ...second,
            html`<details class="more">
                <summary>In the policy</summary>
                ${claim.usedAt ? source(claim.usedAt, context) : NOTHING}${source(claim.source, context)}
            </details>`
        ],
        id
    );
}

function scenarioItem(scenario: ScenarioResult, id: string, context: CheckContext): Html {
    const steps = scenario.steps.filter((step) => !step.passed || step.audited);
    const told = steps.map(
        (step) =>
            html`<p class="told">${step.message}</p>
                ${source(step.source, context)}${[...step.rules, ...(step.audited ?? [])].map(
                    (rule) =>
                        html`<p class="says">by <code>${rule.text}</code></p>
                            ${source(rule.source, context)}`
                )}`
    );
    return article(
        'scenario',
        scenario.passed ? 'info' : 'bad',
        scenario.passed ? 'audited' : 'failed',
        scenario.name,
        [...told, ...(scenario.passed ? [] : [session(scenario.trace, `${id}-s`, scenario.name, context)])],
        id
    );
}

function findingItem(
    { code, severity, message: text, source: at, trace }: Finding,
    id: string,
    context: CheckContext
): Html {
    const told = trace
        ? [session({ ...trace, summary: text.includes(trace.summary) ? '' : trace.summary }, `${id}-s`, code, context)]
        : [];
    return article('finding', TONES[severity], `${severity} ${code}`, text, [source(at, context), ...told], id);
}
