/** Shows the steps with their filter, next to the facts at the selected step. */
import { useMemo, useState } from 'preact/hooks';
import { Facts } from './facts-pane.js';
import { FilterBar } from './filter-bar.js';
import { NO_FILTER, rowsOf } from './filter.js';
import type { StepsProps } from './steps.js';
import { Steps } from './steps.js';

/** The number of steps from which there is a filter: a shorter session fits on the screen. */
const FILTERED_FROM = 4;

export function StepsPane(props: Omit<StepsProps, 'rows' | 'showAll'>) {
    const { content, trace, selected, select } = props;
    const [filter, setFilter] = useState(NO_FILTER);
    const again = content.again?.steps;
    const rows = useMemo(() => rowsOf(trace, filter, selected, again), [trace, filter, selected, again]);
    return (
        <>
            {trace.steps.length >= FILTERED_FROM && (
                <FilterBar
                    trace={trace}
                    filter={filter}
                    shown={rows.filter((row) => 'step' in row).length}
                    change={setFilter}
                    select={select}
                />
            )}
            <div class="body">
                <Steps {...props} rows={rows} showAll={() => setFilter(NO_FILTER)} />
                <Facts
                    trace={trace}
                    selected={selected}
                    again={content.again?.facts.length ? content.again : undefined}
                />
            </div>
        </>
    );
}
