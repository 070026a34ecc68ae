/** Narrows a long session to the relevant steps, and jumps to the one that breaks the claim. */
import * as l10n from '@vscode/l10n';
import type { Trace } from '../../server/lsp/protocol.js';
import type { Filter } from './filter.js';
import { choicesOf, isFiltering, NO_FILTER } from './filter.js';
import { BreaksIcon, CloseIcon, SearchIcon } from './icons.js';
import { numberText } from './texts.js';

export interface FilterBarProps {
    readonly trace: Trace;
    readonly filter: Filter;
    readonly shown: number;
    readonly change: (filter: Filter) => void;
    readonly select: (place: number, focus: boolean) => void;
}

export function FilterBar({ trace, filter, shown, change, select }: FilterBarProps) {
    const { actors, decisions } = choicesOf(trace);
    const judged = trace.steps.findIndex((step) => step.judged);
    const all = trace.steps.length;
    return (
        <div class="filter" role="search" aria-label={l10n.t('Filter the steps')}>
            <label class="filter-text">
                <SearchIcon />
                <input
                    type="text"
                    placeholder={l10n.t('Filter steps')}
                    aria-label={l10n.t('Words that a step must contain')}
                    value={filter.text}
                    onInput={(event) => change({ ...filter, text: event.currentTarget.value })}
                    onKeyDown={(event) => {
                        if (event.key === 'Escape' && filter.text !== '') {
                            event.stopPropagation();
                            change({ ...filter, text: '' });
                        }
                    }}
                />
            </label>
            <Choice
                label={l10n.t('Whose steps')}
                any={l10n.t('Everyone')}
                options={actors}
                value={filter.actor}
                change={(actor) => change({ ...filter, actor })}
            />
            <Choice
                label={l10n.t('Kind of step')}
                any={l10n.t('Every kind')}
                options={decisions}
                value={filter.decision}
                change={(decision) => change({ ...filter, decision })}
            />
            <label class="check">
                <input
                    type="checkbox"
                    checked={filter.hidesUnchanged}
                    onChange={(event) => change({ ...filter, hidesUnchanged: event.currentTarget.checked })}
                />
                {l10n.t('Hide unchanged')}
            </label>
            <span class="count">
                {shown < all
                    ? l10n.t('{0} of {1} steps', numberText(shown), numberText(all))
                    : l10n.t('{0} steps', numberText(all))}
                {isFiltering(filter) && (
                    <button
                        class="icon-button"
                        type="button"
                        title={l10n.t('Show all steps')}
                        aria-label={l10n.t('Show all steps')}
                        onClick={() => change(NO_FILTER)}
                    >
                        <CloseIcon />
                    </button>
                )}
            </span>
            {judged >= 0 && (
                <button
                    class="tool-button to-judged"
                    type="button"
                    aria-label={l10n.t('Step {0}, which the claim judges', judged + 1)}
                    onClick={() => select(judged + 1, false)}
                >
                    <BreaksIcon />
                    {l10n.t('Step {0}', judged + 1)}
                </button>
            )}
        </div>
    );
}

interface ChoiceProps {
    readonly label: string;
    readonly any: string;
    readonly options: readonly string[];
    readonly value: string;
    readonly change: (value: string) => void;
}

function Choice({ label, any, options, value, change }: ChoiceProps) {
    return options.length < 2 ? null : (
        <select aria-label={label} value={value} onChange={(event) => change(event.currentTarget.value)}>
            <option value="">{any}</option>
            {options.map((option) => (
                <option key={option} value={option}>
                    {option}
                </option>
            ))}
        </select>
    );
}
