/**
 * Shows a session in a page: as a drawing, then step by step in words, then the rules that decided it with their text.
 */
import type { RuleReference, Trace, TraceStep } from '../../../checker/results/result.js';
import { placeOf, type ReportContext } from '../context.js';
import { actText, changeText, reasonsOf } from '../step-text.js';
import { source } from './excerpt.js';
import { sequence } from './sequence.js';
import { html, type Html, NOTHING } from './tag.js';

/**
 * @param id a name that is unique in the page
 * @param name the subject of the session
 */
export function session(trace: Trace, id: string, name: string, context: ReportContext): Html {
    const rules = rulesOf(trace);
    const idOf = (rule: RuleReference): string =>
        `${id}-rule-${rules.findIndex((one) => keyOf(one) === keyOf(rule)) + 1}`;
    const start = trace.start ? html`<p>The session starts ${trace.start.text}.</p>` : NOTHING;
    const steps = trace.steps.map((step, index) => stepItem(step, trace.steps[index - 1], idOf, context));
    const told = rules.map((rule) => {
        // The excerpt contains the text of the rule, if the text is available.
        const text = context.textOf(rule.source.uri) === undefined ? html`<code>${rule.text}</code>` : NOTHING;
        const because = rule.because === undefined ? NOTHING : html`<p class="because">${rule.because}</p>`;
        const used = rule.usedAt ? [html`<p>used at</p>`, source(rule.usedAt, context)] : [];
        return html`<li id="${idOf(rule)}">${text}${because}${source(rule.source, context)}${used}</li>`;
    });
    return html`<div class="session">
        ${start}${sequence(trace, id, name)}
        <ol class="steps">
            ${steps}
        </ol>
        ${trace.summary === '' ? NOTHING : html`<p class="summary">${trace.summary}</p>`}${
            told.length === 0
                ? NOTHING
                : html`<details class="rules">
                      <summary>The rules that decide it, in the policy</summary>
                      <ul>
                          ${told}
                      </ul>
                  </details>`
        }
    </div>`;
}

function rulesOf({ steps }: Trace): RuleReference[] {
    const all = new Map(steps.flatMap((step) => step.rules).map((rule) => [keyOf(rule), rule]));
    return [...all.values()];
}

const keyOf = ({ text, source: at }: RuleReference): string => JSON.stringify([text, at]);

function stepItem(
    step: TraceStep,
    before: TraceStep | undefined,
    idOf: (rule: RuleReference) => string,
    context: ReportContext
): Html {
    const outside = step.kind === 'event' && (step.actor === 'outside' || step.actor === 'user');
    const decision = step.decision ?? (outside ? 'from outside' : undefined);
    const classes = [step.judged && 'judged', (step.breaks || step.letsThrough) && 'cause'].filter(Boolean).join(' ');
    return html`<li class="${classes}">
        <code class="act">${actText(step)}</code
        >${decision === undefined ? NOTHING : html` <span class="chip ${step.decision ?? 'outside'}">${decision}</span>`}${marks(step)}
        <ul class="why">
            ${step.rules.map(
                (rule) =>
                    html`<li>
                        by <code>${rule.text}</code>
                        <a href="#${idOf(rule)}">${placeOf(rule.usedAt ?? rule.source, context)}</a>
                    </li>`
            )}${reasonsOf(step, before).map((reason) => html`<li>${reason}</li>`)}${step.changes.map(
                (change) => html`<li class="change ${change.kind}">${changeText(change)}</li>`
            )}
        </ul>
    </li>`;
}

function marks({ judged, breaks, letsThrough }: TraceStep): Html[] {
    const mark = (word: string, why: string): Html => html`<p class="mark"><strong>${word}</strong> ${why}</p>`;
    return [
        ...(judged ? [mark('judged', 'this is the step in question')] : []),
        ...(breaks ? [mark('needed', 'without this step, the claim would not be broken')] : []),
        ...(letsThrough ? [mark('lets through', 'without this step, the last step would be decided differently')] : [])
    ];
}
