/** The coverage for people at a terminal. */
import type { ControlCoverage } from '../matrix.js';
import { hang, padEnd, printable, widthOf } from '../../../reports/layout.js';
import type { Style } from '../../../reports/style.js';
import {
    type CoverageReport,
    countsOf,
    type PathOf,
    placeOf,
    remarksOf,
    requirementText,
    silenceOf,
    stateText,
    verdictOf
} from './report.js';
import { toolText } from '../../../../model/text/typed-text.js';

export function prettyCoverage(report: CoverageReport, pathOf: PathOf, style: Style): string {
    const blocks = report.catalogues.map(({ name, controls }) => [
        style.bold(printable(name)),
        ...controls.flatMap((control) => controlLines(control, widest(controls), pathOf, style))
    ]);
    if (report.required.length > 0) {
        const { signs, green, red, yellow } = style;
        const sign = {
            used: green(signs.good),
            narrowed: red(signs.bad),
            missing: red(signs.bad),
            excepted: yellow(signs.unsure)
        };
        blocks.push([
            style.bold('Required packs'),
            ...report.required.flatMap((one) =>
                hang(
                    `  ${sign[one.state]} `,
                    printable(`${one.pack} of ${one.from}: ${requirementText(one)} (${one.path})`),
                    {
                        width: style.width
                    }
                )
            )
        ]);
    }
    if (report.unspoken.length > 0) {
        const left = `  ${style.yellow(style.signs.warning)} `;
        blocks.push([
            style.bold('Tools that no rule or no claim mentions'),
            ...report.unspoken.flatMap((one) =>
                hang(left, printable(`${toolText(one.tool)}: ${silenceOf(one)} (${one.path})`), { width: style.width })
            )
        ]);
    }
    const remarks = remarksOf(report, pathOf);
    if (remarks.length > 0) {
        blocks.push(remarks.flatMap((text) => hang('', printable(text), { width: style.width, rest: '  ' })));
    }
    blocks.push([
        countsOf(report)
            .map(([state, count]) => `${count} ${state}`)
            .join(', ')
    ]);
    return blocks.map((block) => `${block.join('\n')}\n`).join('\n');
}

const widest = (controls: readonly ControlCoverage[]): number => Math.max(0, ...controls.map(({ id }) => widthOf(id)));

function controlLines(control: ControlCoverage, width: number, pathOf: PathOf, style: Style): string[] {
    const { id, title, state, services } = control;
    const { signs, green, red, yellow, dim } = style;
    const sign = {
        proved: green(signs.good),
        open: red(signs.bad),
        unproved: yellow(signs.unsure),
        unserved: dim(signs.because)
    };
    const head = `  ${sign[state]} ${padEnd(printable(id), width)}  `;
    const states = Object.entries(control.byPolicy);
    return [
        ...hang(head, printable(`${title}: ${stateText(control)}`), { width: style.width }),
        ...(states.length > 1 && services.length > 0
            ? states.flatMap(([path, each]) =>
                  hang(`      ${padEnd(each, 15)} `, printable(path), { width: style.width, color: dim })
              )
            : []),
        ...services.flatMap((service) =>
            hang(
                `      ${padEnd(verdictOf(service), 15)} `,
                printable(`${service.text} (${placeOf(service.source, pathOf)})`),
                { width: style.width, color: service.isGood === false ? red : dim }
            )
        )
    ];
}
