/**
 * A function that reads fields, as a diagram of these fields: it is run once for each combination of values that it
 * reads (execution by replay, as in Godefroid, "Model checking for programming languages using VeriSoft", 1997). The
 * only requirement on the function is that it reads fields in no other way.
 */
import type { Diagram, Diagrams } from './diagrams.js';
import { TooLarge } from './diagrams.js';
import { limitOf } from '../limits/limits.js';
import { poll } from '../limits/budget.js';

/** The number of the value that a field has in this run. */
export type ReadField = (field: number) => number;

interface Choice {
    readonly field: number;
    value: number;
    /** The diagram of the function for each value number. */
    readonly before: Diagram[];
}

/** @param run computes the function's result as a number, which is always the same for the same values */
export function tabulate(diagrams: Diagrams, run: (read: ReadField) => number): Diagram {
    const most = limitOf('tableRuns');
    const choices: Choice[] = [];
    for (let runs = 0; runs < most; runs++) {
        poll();
        const values = new Map(choices.map(({ field, value }) => [field, value]));
        const result = run((field) => {
            let value = values.get(field);
            if (value === undefined) {
                value = 0;
                values.set(field, value);
                if (diagrams.sizes[field]! > 1) {
                    choices.push({ field, value, before: [] });
                }
            }
            return value;
        });
        let found = diagrams.constant(result);
        for (let last = choices.at(-1); last; last = choices.at(-1)) {
            last.before.push(found);
            if (last.before.length < diagrams.sizes[last.field]!) {
                last.value++;
                break;
            }
            found = diagrams.choose(last.field, last.before);
            choices.pop();
        }
        if (choices.length === 0) {
            return found;
        }
    }
    throw new TooLarge('a function reads too much');
}
