/** Narrows a long session to the steps that one looks for, and leads to the one that breaks the claim. */
import type { Trace } from '../../server/lsp/protocol.js';
import type { Filter } from './filter.js';
import { choicesOf, isFiltering, NO_FILTER } from './filter.js';
import { BreaksIcon, CloseIcon, SearchIcon } from './icons.js';

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
        <div class="filter" role="search" aria-label="Filter the steps">
            <label class="filter-text">
                <SearchIcon />
                <input
                    type="text"
                    placeholder="Filter steps"
                    aria-label="Words that a step must have"
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
                label="Whose steps"
                any="Everyone"
                options={actors}
                value={filter.actor}
                change={(actor) => change({ ...filter, actor })}
            />
            <Choice
                label="Kind of step"
                any="Every kind"
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
                Hide unchanged
            </label>
            <span class="count">
                {shown < all ? `${shown} of ${all} steps` : `${all} steps`}
                {isFiltering(filter) && (
                    <button
                        class="icon-button"
                        type="button"
                        title="Show all steps"
                        aria-label="Show all steps"
                        onClick={() => change(NO_FILTER)}
                    >
                        <CloseIcon />
                    </button>
                )}
            </span>
            {judged >= 0 && (
                <button class="tool-button to-judged" type="button" onClick={() => select(judged + 1, false)}>
                    <BreaksIcon />
                    Step {judged + 1}
                    <span class="sr-only">, which the claim judges</span>
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
