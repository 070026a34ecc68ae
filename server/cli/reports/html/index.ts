/** One self-contained page: it loads nothing and runs no scripts, and its content security policy forbids both. */
import { counted } from '../../../model/text/plural.js';
import { verdictText } from '../../../checker/results/verdict-words.js';
import { createHash } from 'node:crypto';
import { ASSUMPTIONS, type ClaimResult, type ScenarioResult } from '../../../checker/results/result.js';
import { EXIT, type ExitCode } from '../../../workspace/errors.js';
import { type CheckReport, exitCodeOf, exitCodeOfClaim, type FileReport, type Problem } from '../check-report.js';
import type { CheckContext } from '../context.js';
import { duration } from '../layout.js';
import type { CheckReporter } from '../reporter.js';
import { summaryRows } from '../summary.js';
import { items } from './items.js';
import { STYLE } from './style.js';
import { html, Html, NOTHING } from './tag.js';
import { type Tone, toneOf } from './tone.js';

export const HTML: CheckReporter = { end: (report, context) => page(report, context).text };

const TITLES: { readonly [code in ExitCode]: readonly [string, Tone] } = {
    [EXIT.ok]: ['The check found nothing', 'good'],
    [EXIT.violated]: ['The check found problems', 'bad'],
    [EXIT.invalid]: ['Not everything could be checked', 'bad'],
    [EXIT.undecided]: ['Not everything could be decided', 'unsure'],
    [EXIT.failed]: ['The checker itself failed', 'bad'],
    [EXIT.interrupted]: ['The run was interrupted', 'unsure']
};

function page(report: CheckReport, context: CheckContext): Html {
    const hash = createHash('sha256').update(STYLE).digest('base64');
    const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
    const [title, tone] = TITLES[report.exitCode];
    // The hash covers every character between the tags.
    const style = new Html(`<style>${STYLE}</style>`);
    return html`<!doctype html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta http-equiv="Content-Security-Policy" content="${new Html(policy)}" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>${title} – Guardrail</title>
                ${style}
            </head>
            <body>
                <header class="top">
                    <div class="banner ${tone}">
                        <p class="name">Guardrail</p>
                        <h1>${title}</h1>
                    </div>
                    ${figures(report)} ${filter()}
                </header>
                <main>
                    ${report.problems.map(problem)}
                    ${report.files.map((file, index) => fileSection(file, `f${index + 1}`, context))}
                </main>
                <footer>
                    <p>Every verdict takes for granted: ${ASSUMPTIONS.join('; ')}.</p>
                    ${report.files.flatMap(({ path, result }) => (result?.assumptions ?? []).map((text) => html`<p>In ${path}, ${text}.</p>`))}
                    <p>
                        ${['Guardrail ' + report.version, ...packagesIn(report)].join(', ')},
                        ${duration(report.milliseconds)}.
                    </p>
                </footer>
            </body>
        </html> `;
}

function packagesIn(report: CheckReport): readonly string[] {
    return summaryRows(report).find(([name]) => name === 'packages')?.[1] ?? [];
}

/** The totals: `1 violated`, `4 holds`, … */
function figures(report: CheckReport): Html {
    const counts = summaryRows(report).filter(([name]) => name !== 'packages');
    const tiles = counts.flatMap(([name, parts]) =>
        parts.map((part) => {
            const [, count = '', what = ''] = /^([\d,]+) (.*)$/.exec(part) ?? ['', '', part];
            const said = name === 'scenarios' ? `scenarios ${what}` : what;
            return html`<li class="figure ${toneOfWord(what)}"><b>${count}</b><span>${said}</span></li>`;
        })
    );
    return html`<ul class="figures" aria-label="Summary">
        ${tiles}
    </ul>`;
}

function toneOfWord(what: string): string {
    if (/^(violated|impossible|failed|errors?$)/.test(what) || what === 'vacuous') {
        return 'bad';
    }
    return /^(undecided|not found in scope|warnings?$)/.test(what)
        ? 'unsure'
        : /^(holds|possible|passed|vacuous as)/.test(what)
          ? 'good'
          : '';
}

/** The filter works without scripts: CSS hides everything that is not selected. */
function filter(): Html {
    const choices = [
        ['all', 'Everything'],
        ['wrong', 'Problems only'],
        ['claims', 'Claims'],
        ['scenarios', 'Scenarios'],
        ['findings', 'Findings and messages']
    ] as const;
    const radios = choices.map(
        ([id, text]) =>
            html`<label
                ><input
                    type="radio"
                    name="show"
                    id="show-${id}"
                    ${id === 'all' ? new Html(' checked') : NOTHING}
                />${text}</label
            >`
    );
    return html`<fieldset>
        <legend>Show</legend>
        ${radios}
    </fieldset>`;
}

function problem({ code, message, help }: Problem): Html {
    return html`<section class="file bad" aria-label="${code}">
        <div class="head">
            <h2>${message}</h2>
            <span class="chip bad">${code}</span>
        </div>
        <p>${help}</p>
    </section>`;
}

function fileSection(file: FileReport, id: string, context: CheckContext): Html {
    const { result, path, kind } = file;
    const exit = exitCodeOf(file, context.fails);
    const tone = exit === EXIT.ok ? 'good' : exit === EXIT.undecided ? 'unsure' : 'bad';
    const told = items(file, id, context);
    if (kind !== 'policy' && told.length === 0 && !file.problem) {
        return NOTHING;
    }
    const about = result ? `policy ${result.policy}` : kind === 'policy' ? 'not checked' : kind;
    return html`<section class="file ${tone}" id="${id}" aria-labelledby="${id}-name">
        <div class="head">
            <h2 id="${id}-name">${path}</h2>
            <p>${about}</p>
        </div>
        ${file.problem ? html`<p><span class="chip bad">${file.problem.code}</span> ${file.problem.message}. ${file.problem.help}</p>` : NOTHING}${file.notChecked === undefined ? NOTHING : html`<p><span class="chip unsure">not checked</span> ${file.notChecked}.</p>`}${result ? verdicts(result.claims, result.scenarios, file.known, id, context) : NOTHING}${told}
    </section> `;
}

function verdicts(
    claims: readonly ClaimResult[],
    scenarios: readonly ScenarioResult[],
    known: number | undefined,
    id: string,
    context: CheckContext
): Html {
    if (claims.length + scenarios.length === 0) {
        return known === undefined
            ? html`<p>
                  It has no claims and no scenarios: only the text and the findings that need none were checked.
              </p>`
            : html`<p>It has no claims and no scenarios besides those in the baseline.</p>`;
    }
    const ofClaims = claims.map((claim, index) => {
        const { name, basis } = claim;
        const tone = toneOf(claim, exitCodeOfClaim(claim, context.fails));
        return html`<tr class="claim ${tone}">
            <td><span class="chip ${tone}">${verdictText(claim)}</span></td>
            <th scope="row">
                <a href="#${id}-claim-${index + 1}">${name}</a>
            </th>
            <td>${counted(basis.states, 'state')} · ${duration(basis.milliseconds)}</td>
        </tr>`;
    });
    const ofScenarios = scenarios.map(({ name, passed, steps }, index) => {
        const tone = passed ? 'good' : 'bad';
        const title =
            passed && !steps.some((step) => step.audited)
                ? html`${name}`
                : html`<a href="#${id}-scenario-${index + 1}">${name}</a>`;
        return html`<tr class="scenario ${tone}">
            <td><span class="chip ${tone}">${passed ? 'passed' : 'failed'}</span></td>
            <th scope="row">${title}</th>
            <td>${counted(steps.length, 'step')}</td>
        </tr>`;
    });
    return html`<table class="verdicts">
        <thead>
            <tr>
                <th scope="col">verdict</th>
                <th scope="col">claim or scenario</th>
                <th scope="col">rests on</th>
            </tr>
        </thead>
        <tbody>
            ${ofClaims}${ofScenarios}
        </tbody>
    </table>`;
}
