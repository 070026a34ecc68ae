/** Decides which steps of a session are shown. */
import type { StepAgain, Trace, TraceStep } from '../../server/lsp/protocol.js';
import { actorText, argumentTokens, decisionWord } from '../../server/wording/format.js';

export interface Filter {
    /** Words that a step must contain, in any order; empty for any step. */
    readonly text: string;
    /** The actors whose steps are shown; empty for everyone. */
    readonly actor: string;
    /** A word of `decisionWord`; empty for any decision. */
    readonly decision: string;
    /** True to show only steps that change the session, or that the claim or a comparison concerns. */
    readonly hidesUnchanged: boolean;
}

export const NO_FILTER: Filter = { text: '', actor: '', decision: '', hidesUnchanged: false };

/** A row: a step by its number, from 1, or the number of hidden steps here. */
export type Row = { readonly step: number } | { readonly hidden: number; readonly after: number };

/** @param kept a step that is always shown, which is the selected one */
export function rowsOf(trace: Trace, filter: Filter, kept: number, again?: readonly StepAgain[]): readonly Row[] {
    const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
    const rows: Row[] = [];
    let hidden = 0;
    const closeGap = (before: number): void => {
        if (hidden > 0) {
            rows.push({ hidden, after: before - hidden });
            hidden = 0;
        }
    };
    trace.steps.forEach((step, index) => {
        if (index + 1 === kept || matches(step, filter, words, again?.[index])) {
            closeGap(index);
            rows.push({ step: index + 1 });
        } else {
            hidden++;
        }
    });
    closeGap(trace.steps.length);
    return rows;
}

export function isFiltering({ text, actor, decision, hidesUnchanged }: Filter): boolean {
    return text.trim() !== '' || actor !== '' || decision !== '' || hidesUnchanged;
}

/** Every actor in the session, and every decision, in the order of first appearance. */
export function choicesOf({ steps }: Trace): { readonly actors: string[]; readonly decisions: string[] } {
    const decisions = steps.flatMap((step) => decisionWord(step) ?? []);
    return {
        actors: [...new Set(steps.map(actorText).filter((actor) => actor !== ''))],
        decisions: [...new Set<string>(decisions)]
    };
}

function matches(step: TraceStep, filter: Filter, words: readonly string[], again?: StepAgain): boolean {
    const { actor, decision, hidesUnchanged } = filter;
    return (
        (actor === '' || actorText(step) === actor) &&
        (decision === '' || decisionWord(step) === decision) &&
        (!hidesUnchanged || mattersAt(step) || again?.differs === true) &&
        (words.length === 0 || words.every((word) => textOf(step).includes(word)))
    );
}

function mattersAt({ changes, breaks, letsThrough, judged }: TraceStep): boolean {
    return changes.length > 0 || breaks || letsThrough || judged;
}

function textOf({ text, args, rules, changes }: TraceStep): string {
    return [
        text,
        ...argumentTokens(args).map((token) => token.text),
        ...rules.flatMap((rule) => [rule.text, rule.because ?? '']),
        ...changes.map(({ what }) => what)
    ]
        .join(' ')
        .toLowerCase();
}
