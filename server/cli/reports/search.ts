/** Prints for `--explain-search` the methods that were tried for a claim, in order, with their results. */
import type { ClaimResult, SearchAttempt, SearchRun } from '../../checker/results/result.js';
import type { ReportContext } from './context.js';
import { counted } from '../../model/text/plural.js';
import { duration, hang, printable } from './layout.js';

export function searchLines({ name, search = [] }: ClaimResult, { style }: ReportContext): string[] {
    const { width, signs } = style;
    if (search.length === 0) {
        return [];
    }
    const line = (indent: number, text: string, color?: (text: string) => string): string[] => {
        const left = ' '.repeat(indent);
        return hang(left, printable(text), { width, rest: `${left}  `, ...(color && { color }) });
    };
    return [
        ...line(2, `How "${name}" was searched:`, style.bold),
        ...search.flatMap((attempt, index) => [
            ...(attempt.about === search[index - 1]?.about ? [] : line(4, `${attempt.about}:`)),
            ...line(6, `${attempt.method}: ${outcomeText(attempt)}`),
            ...attempt.runs.flatMap((run) => line(8, runTexts(run).join(` ${signs.separator} `), style.dim))
        ])
    ];
}

function outcomeText({ outcome, why, verdict, milliseconds }: SearchAttempt): string {
    const because = why === undefined ? '' : `: ${why}`;
    const so = outcome === 'decided' && verdict !== undefined ? ` (${verdict})` : '';
    return outcome === 'not tried' ? `${outcome}${because}` : `${outcome}${so}${because}, ${duration(milliseconds)}`;
}

function runTexts({ engine, reductions, found, states, transitions, milliseconds }: SearchRun): string[] {
    return [
        engine,
        ...reductions,
        found,
        `${counted(states, 'state')}, ${counted(transitions, 'transition')}, ${duration(milliseconds)}`
    ];
}
