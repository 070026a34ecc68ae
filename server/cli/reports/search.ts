/** Shows for `--explain-search` the methods that were tried for a claim, in order, with their results. */
import type { ClaimResult, SearchAttempt, SearchRun } from '../../checker/results/result.js';
import { counted } from '../../model/text/plural.js';
import { type Block, group, note } from './document.js';
import { duration } from './layout.js';

export function searchBlocks({ name, search = [] }: ClaimResult): Block[] {
    const attempts = search.flatMap((attempt, index): Block[] => [
        ...(attempt.about === search[index - 1]?.about ? [] : [note(`${attempt.about}:`)]),
        group(
            note(`${attempt.method}: ${outcomeText(attempt)}`),
            group(...attempt.runs.map((run) => note(runText(run), 'soft')))
        )
    ]);
    return search.length === 0
        ? []
        : [group({ kind: 'heading', text: `How "${name}" was searched:` }, group(...attempts))];
}

function outcomeText({ outcome, why, verdict, milliseconds }: SearchAttempt): string {
    const because = why === undefined ? '' : `: ${why}`;
    const so = outcome === 'decided' && verdict !== undefined ? ` (${verdict})` : '';
    return outcome === 'not tried' ? `${outcome}${because}` : `${outcome}${so}${because}, ${duration(milliseconds)}`;
}

function runText({ engine, reductions, found, states, transitions, milliseconds }: SearchRun): string {
    return [
        engine,
        ...reductions,
        found,
        `${counted(states, 'state')}, ${counted(transitions, 'transition')}, ${duration(milliseconds)}`
    ].join(' · ');
}
