/** Finds the variables that an expression reads. */
import type { Bool, Int } from './expressions.js';

export function readsOf(of: Int | Bool): ReadonlySet<number> {
    const found = new Set<number>();
    collect(of, found);
    return found;
}

function collect(of: Int | Bool, found: Set<number>): void {
    if ('int' in of) {
        switch (of.int) {
            case 'constant':
                break;
            case 'variable':
                found.add(of.variable);
                break;
            case 'successor':
                collect(of.of, found);
                break;
            case 'if':
                [of.condition, of.yes, of.no].forEach((part) => collect(part, found));
        }
        return;
    }
    switch (of.bool) {
        case 'constant':
            break;
        case 'not':
            collect(of.arg, found);
            break;
        case 'and':
        case 'or':
            of.args.forEach((arg) => collect(arg, found));
            break;
        case 'compare':
            collect(of.left, found);
            collect(of.right, found);
    }
}
