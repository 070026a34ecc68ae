/** The coverage as one self-contained page: no scripts, fonts or network access. */
import type { CatalogueCoverage, ControlCoverage, Service } from '../matrix.js';
import {
    type CoverageReport,
    countsOf,
    type PathOf,
    placeOf,
    remarksOf,
    requirementText,
    silenceOf,
    STATE_MEANINGS,
    stateText,
    tableOf,
    verdictOf
} from './report.js';
import { STYLES } from './styles.js';
import { toolText } from '../../../../model/text/typed-text.js';

export function htmlCoverage(report: CoverageReport, pathOf: PathOf): string {
    const { catalogues, policies, unspoken, version } = report;
    const remarks = remarksOf(report, pathOf);
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Guardrail: coverage</title>
<style>
${STYLES}</style>
</head>
<body>
<main>
<h1>Coverage</h1>
<p>Which rules and claims of ${policies.map((path) => `<code>${escaped(path)}</code>`).join(', ')} serve which controls.</p>
<dl class="counts">
${countsOf(report)
    .map(
        ([state, count]) =>
            `<div class="${state}"><dt>${state}</dt><dd>${count}</dd><dd class="meaning">${STATE_MEANINGS[state]}</dd></div>`
    )
    .join('\n')}
</dl>
${requiredSection(report)}${catalogues
        .map(
            (catalogue) => `<section>
<h2>${escaped(catalogue.name)}</h2>
<table>
<thead><tr><th scope="col">Control</th><th scope="col">State</th><th scope="col">Rules and claims</th></tr></thead>
<tbody>
${catalogue.controls.map((control) => controlRow(control, pathOf)).join('\n')}
</tbody>
</table>
${policyTable(catalogue, report)}${catalogue.source === undefined ? '' : `<p class="source">Source: ${escaped(catalogue.source)}.</p>\n`}</section>`
        )
        .join('\n')}
${
    unspoken.length === 0
        ? ''
        : `<section>
<h2>Tools that no rule or no claim mentions</h2>
<table>
<thead><tr><th scope="col">Tool</th><th scope="col">Policy</th><th scope="col">What is missing</th></tr></thead>
<tbody>
${unspoken
    .map(
        (one) =>
            `<tr><th scope="row"><code>${escaped(toolText(one.tool))}</code></th><td>${escaped(one.path)}</td><td>${silenceOf(one)}</td></tr>`
    )
    .join('\n')}
</tbody>
</table>
</section>
`
}${remarks.length === 0 ? '' : `<ul>\n${remarks.map((remark) => `<li>${escaped(remark)}</li>`).join('\n')}\n</ul>\n`}<footer>guardrail ${escaped(version)}</footer>
</main>
</body>
</html>
`;
}

function requiredSection({ required }: CoverageReport): string {
    return required.length === 0
        ? ''
        : `<section>
<h2>Required packs</h2>
<table>
<thead><tr><th scope="col">Policy</th><th scope="col">Pack</th><th scope="col">From</th><th scope="col">State</th></tr></thead>
<tbody>
${required
    .map(
        (one) =>
            `<tr><th scope="row">${escaped(one.path)}</th><td><code>${escaped(one.pack)}</code></td><td>${escaped(one.from)}</td><td><span class="${one.state === 'used' ? 'good' : one.state === 'excepted' ? 'rule' : 'bad'}">${escaped(requirementText(one))}</span></td></tr>`
    )
    .join('\n')}
</tbody>
</table>
</section>
`;
}

/** The table of policies and controls. */
function policyTable(catalogue: CatalogueCoverage, report: CoverageReport): string {
    const table = tableOf(catalogue, report);
    if (!table) {
        return '';
    }
    const head = table.head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('');
    const rows = table.rows.map(
        ([path = '', ...states]) =>
            `<tr><th scope="row">${escaped(path)}</th>${states.map((state) => `<td><span class="${STATE_CLASSES[state] ?? 'rule'}">${escaped(state)}</span></td>`).join('')}</tr>`
    );
    return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table>\n`;
}

const STATE_CLASSES: { readonly [state: string]: string } = { proved: 'good', violated: 'bad' };

function controlRow(control: ControlCoverage, pathOf: PathOf): string {
    const { id, title, state, services } = control;
    const items = services.map((service) => serviceItem(service, pathOf)).join('');
    return `<tr class="${state}"><th scope="row"><span class="id">${escaped(id)}</span> ${escaped(title)}</th><td><span class="state">${escaped(stateText(control))}</span></td><td>${items === '' ? '' : `<ul>${items}</ul>`}</td></tr>`;
}

function serviceItem(service: Service, pathOf: PathOf): string {
    const kind = service.isGood === undefined ? 'rule' : service.isGood ? 'good' : 'bad';
    return `<li><span class="${kind}">${verdictOf(service)}</span> <code>${escaped(service.text)}</code> <span class="place">${escaped(placeOf(service.source, pathOf))}</span></li>`;
}

function escaped(text: string): string {
    return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
