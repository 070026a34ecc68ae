/** What an undecided claim costs most, in words, for all reports and for the editor. */
import { counted, plural } from '../model/text/plural.js';
import type { Costs, RuleReference, StateCost } from '../checker/results/result.js';

/** The number of statements that are named for one part. */
const NAMED = 2;

/** The heading of the list. */
export function costHeading({ states }: Costs): string {
    return `What costs most, in the ${counted(states, 'state')} looked at:`;
}

/** One line for each part that is named: `limit bank.pay to 40` (line 9): 24 values of `count(bank.pay)`. */
export function costLines(costs: Costs): string[] {
    return costs.parts.map((part) => {
        const more = part.readers.length - NAMED;
        const readers = part.readers.slice(0, NAMED).map(readerText).join(', ');
        return `${readers}${more > 0 ? ` and ${more} more` : ''}: ${valuesText(part)}`;
    });
}

/** The values of one part, without its statements. */
export function valuesText({ what, values, readers }: StateCost): string {
    const isNamed = readers.some(({ text }) => text === what);
    return `${counted(values, 'value')}${isNamed ? '' : ` of \`${what}\``}`;
}

/** A sentence about the parts that are not named; undefined if there are none. */
export function otherCosts({ others }: Costs): string | undefined {
    return others === 0
        ? undefined
        : `${counted(others, 'other part')} of the history ${plural(others, 'has', 'have')} several values too.`;
}

function readerText({ text, source, usedAt }: RuleReference): string {
    return `\`${text}\` (line ${(usedAt ?? source).start.line + 1})`;
}
