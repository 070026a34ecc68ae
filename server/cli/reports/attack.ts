/** The report, for people, on the effect of random sessions on the verdicts of a policy. */
import { counted } from '../../model/text/plural.js';
import type { AttackReport } from './check-report.js';
import type { ReportContext } from './context.js';
import { grouped, hang, printable } from './layout.js';

export function printAttack({ sessions, of, seed, defects }: AttackReport, { style, quiet }: ReportContext): string[] {
    const played = sessions < of ? `${grouped(sessions)} of ${counted(of, 'session')}` : counted(of, 'session');
    const late = sessions < of ? ' before the time-out' : '';
    const said = defects.length > 0 ? counted(defects.length, 'verdict') + ' contradicted' : 'no verdict contradicted';
    const head = hang('  ', `Attacked with ${played} of --seed ${seed}${late}: ${said}.`, {
        width: style.width,
        color: style.dim
    });
    return [
        ...(quiet && defects.length === 0 ? [] : head),
        ...defects.flatMap(({ message, scenario }) => [
            '',
            ...hang(`${style.red(style.signs.bad)} `, printable(`${message}:`), style),
            // The scenario can be pasted into the policy.
            ...scenario.split('\n').map((line) => printable(line))
        ])
    ];
}
