/** The coverage as Markdown, for a wiki or a pull request: a table for each list. */
import {
    type CoverageReport,
    countsOf,
    type PathOf,
    placeOf,
    remarksOf,
    requirementText,
    silenceOf,
    stateText,
    tableOf,
    verdictOf
} from './report.js';
import { toolText } from '../../../../model/text/typed-text.js';

export function markdownCoverage(report: CoverageReport, pathOf: PathOf): string {
    const lines = [
        '# Coverage',
        '',
        `${countsOf(report)
            .map(([state, count]) => `${count} ${state}`)
            .join(', ')}.`
    ];
    if (report.required.length > 0) {
        lines.push('', '## Required packs', '', '| policy | pack | from | state |', '| --- | --- | --- | --- |');
        lines.push(
            ...report.required.map(
                (one) => `| ${text(one.path)} | ${code(one.pack)} | ${text(one.from)} | ${text(requirementText(one))} |`
            )
        );
    }
    for (const catalogue of report.catalogues) {
        const { name, source, controls } = catalogue;
        lines.push(
            '',
            `## ${text(name)}`,
            '',
            '| control | title | state | rules and claims |',
            '| --- | --- | --- | --- |'
        );
        for (const control of controls) {
            const { id, title, services } = control;
            const items = services.map(
                (service) => `${verdictOf(service)}: ${code(service.text)} (${text(placeOf(service.source, pathOf))})`
            );
            lines.push(`| ${text(id)} | ${text(title)} | ${text(stateText(control))} | ${items.join('<br>')} |`);
        }
        const table = tableOf(catalogue, report);
        if (table) {
            const row = (cells: readonly string[]): string => `| ${cells.map(text).join(' | ')} |`;
            lines.push('', row(table.head), row(table.head.map(() => '---')), ...table.rows.map(row));
        }
        lines.push(...(source === undefined ? [] : ['', `Source: ${text(source)}.`]));
    }
    if (report.unspoken.length > 0) {
        lines.push('', '## Tools that no rule or no claim mentions', '', '| tool | policy | |', '| --- | --- | --- |');
        lines.push(
            ...report.unspoken.map((one) => `| ${code(toolText(one.tool))} | ${text(one.path)} | ${silenceOf(one)} |`)
        );
    }
    const remarks = remarksOf(report, pathOf);
    if (remarks.length > 0) {
        lines.push('', ...remarks.map((remark) => `- ${text(remark)}`));
    }
    return `${lines.join('\n')}\n`;
}

/** Text from a policy, shown unchanged. */
function text(raw: string): string {
    return raw.replace(/[\\`*_[\]<>|&#]/g, (character) => `&#${character.charCodeAt(0)};`).replace(/\s+/g, ' ');
}

/** In a table cell, a vertical bar ends the cell, even inside code. */
function code(raw: string): string {
    return `<code>${text(raw)}</code>`;
}
