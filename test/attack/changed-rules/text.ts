/** Conditions of random policies as data, and their text. */

export type Term =
    | { readonly is: 'n' | 'constant' | 'session' | 'request' | 'risk'; readonly value: number }
    | { readonly is: 'total' | 'count' | 'distinct' | 'latest' | 'result'; readonly of: Events }
    | { readonly is: 'sum'; readonly left: Term; readonly right: Term; readonly sign: '+' | '-' };

export type Condition =
    | { readonly is: 'compare'; readonly left: Term; readonly cmp: string; readonly right: Term }
    | { readonly is: 'once' | 'last' | 'latest is'; readonly of: Events }
    | { readonly is: 'since' | 'no since' | 'then'; readonly of: Events; readonly from: Events }
    | { readonly is: 'not'; readonly arg: Condition }
    | { readonly is: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
    | {
          readonly is: 'every' | 'some';
          readonly of: Events;
          readonly asks: string;
          readonly cmp: string;
          readonly value: number;
      }
    | { readonly is: 'text'; readonly text: string };

export interface Events {
    readonly status: string;
    readonly tool: string;
    readonly key: string;
    readonly by: string;
    readonly where: string;
    readonly window: string;
    readonly across: boolean;
}

function textOfTerm(term: Term, isOfOrder = true): string {
    switch (term.is) {
        case 'n':
            return 'n';
        case 'constant':
            return String(isOfOrder ? term.value : Math.trunc(Math.abs(term.value)));
        case 'session':
            return 'session.tier';
        case 'request':
            return 'request.amount';
        case 'risk':
            return 'risk';
        case 'total':
        case 'count':
        case 'distinct': {
            const { status, tool, key, by, where, window, across } = term.of;
            const field = term.is === 'total' ? '.n' : '';
            const distinct = term.is === 'distinct' ? 'distinct n of ' : '';
            const of = `${distinct}${status}${tool}${key}${field || by}${where}${window}${across ? ' across sessions' : ''}`;
            return `${term.is === 'total' ? 'total' : 'count'}(${of})`;
        }
        case 'latest':
            return `latest ${term.of.status}${term.of.tool}${term.of.key}.n`;
        case 'result':
            return `latest s.look${term.of.key}.result.x`;
        case 'sum': {
            return `${textOfTerm(term.left)} ${term.sign} ${textOfTerm(term.right.is === 'sum' ? term.right.left : term.right)}`;
        }
    }
}
/** The same events without a comparison with the decided call, which the beginning of a span cannot have. */
export function beginning(events: Events): Events {
    return /call/.test(events.where) ? { ...events, where: '' } : events;
}

function eventsText({ status, tool, key, by, where }: Events): string {
    return `${status}${tool}${key}${by}${where}`;
}
export function textOf(condition: Condition): string {
    const spanOf = ({ window, across }: Events): string => `${window}${across ? ' across sessions' : ''}`;
    switch (condition.is) {
        case 'compare': {
            const { left, cmp, right } = condition;
            // It is an error to compare a whole number for equality with a fraction, or one that is never below zero with less.
            const isOfOrder = cmp !== '==' && cmp !== '!=';
            return `${textOfTerm(left, isOfOrder)} ${cmp} ${textOfTerm(right, isOfOrder)}`;
        }
        case 'once':
            return `once ${eventsText(condition.of)}${spanOf(condition.of)}`;
        case 'last':
            return `last is ${condition.of.status}${condition.of.tool}${condition.of.window}`;
        case 'latest is': {
            const { of } = condition;
            return `latest ${eventsText({ ...of, where: of.where === '' ? ' where n > 0' : of.where })}`;
        }
        case 'since':
        case 'no since':
            return `${condition.is === 'since' ? '' : 'no '}${eventsText(condition.of)} since ${eventsText(beginning(condition.from))}${spanOf(condition.from)}`;
        case 'then':
            return `once ${eventsText(beginning(condition.from))} then ${eventsText(condition.of)}${spanOf(condition.of)}`;
        case 'not':
            return `not (${textOf(condition.arg)})`;
        case 'and':
        case 'or':
            return `(${textOf(condition.left)} ${condition.is} ${textOf(condition.right)})`;
        case 'every':
        case 'some': {
            const { status, tool } = condition.of;
            const asked = condition.asks
                .replace('EVENTS', `${status}${tool}`)
                .replace('CMP', condition.cmp)
                .replace('VALUE', String(condition.value));
            return `(${condition.is} x in cc: ${asked})`;
        }
        case 'text':
            return condition.text;
    }
}
