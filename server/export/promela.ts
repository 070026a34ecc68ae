/**
 * Writes a guarded system as a Promela model for SPIN (Holzmann, _The SPIN Model Checker_, 2004): one process whose
 * steps are the commands, and an assertion that fails if a goal can be taken.
 */
import type { Bool, Int } from './expressions.js';
import type { Command, GuardedSystem } from './guarded.js';
import { headerLines } from './header.js';
import { oneLine } from './one-line.js';
import type { Variable } from './variables.js';

/** The model is verified with `spin -a FILE && cc -O2 -DSAFETY -DBFS -o pan pan.c && ./pan`. */
export function promelaOf(system: GuardedSystem): string {
    const names = system.variables.map(({ name }) => name);
    const kept = Math.max(0, ...system.commands.map((command) => readLater(command).length));
    return [
        ...headerLines(system).map(comment),
        '// spin -a FILE && cc -O2 -DSAFETY -DBFS -o pan pan.c && ./pan',
        '',
        ...system.variables.map((variable) => declarationOf(variable)),
        ...Array.from({ length: kept }, (_, index) => `int ${keptName(index)}; // 0 between steps`),
        '',
        'active proctype Session() {',
        'end:',
        '    do',
        ...system.goals.map(
            ({ text, guard }) =>
                `    ${comment(`goal: ${text}`)}\n    :: d_step { ${boolText(guard, names)} -> assert(false) }`
        ),
        ...system.commands.map((command) => commandText(command, names)),
        ...(system.commands.length + system.goals.length === 0 ? ['    :: false -> skip'] : []),
        '    od',
        '}',
        ''
    ].join('\n');
}

/** Writes a comment. SPIN first runs the C preprocessor, for which `/*` could begin a comment that ends later. */
function comment(text: string): string {
    return `// ${oneLine(text).replace(/\/\*|\*\//g, ([first, second]) => `${first} ${second}`)}`;
}

function declarationOf({ name, max, initial, text, isAge }: Variable): string {
    const type = max <= 1 ? 'bit' : max <= 0xff ? 'byte' : max <= 0x7fff ? 'short' : 'int';
    const meaning = isAge ? `${text}: 0 for none, else one more than the seconds` : text;
    return `${type} ${name} = ${initial}; ${comment(meaning)}`;
}

/** The assignments are simultaneous: a value that a later one reads is saved first. */
function commandText(command: Command, names: readonly string[]): string {
    const later = readLater(command);
    const parts = command.assignments.map(({ variable, value }) => {
        const index = later.indexOf(variable);
        return `${index < 0 ? names[variable]! : keptName(index)} = ${intText(value, names)}`;
    });
    const ends = later.map((variable, index) => `${names[variable]!} = ${keptName(index)}; ${keptName(index)} = 0`);
    return `    ${comment(command.text)}\n    :: d_step { ${boolText(command.guard, names)} -> ${[...parts, ...ends].join('; ')} }`;
}

function readLater({ assignments }: Command): number[] {
    return assignments.flatMap(({ variable }, index) =>
        assignments.slice(index + 1).some(({ value }) => readsOf(value).has(variable)) ? [variable] : []
    );
}

function keptName(index: number): string {
    return `kept_${index}`;
}

function boolText(condition: Bool, names: readonly string[]): string {
    switch (condition.bool) {
        case 'constant':
            return String(condition.value);
        case 'not':
            return `!(${boolText(condition.arg, names)})`;
        case 'and':
        case 'or':
            return `(${condition.args.map((arg) => boolText(arg, names)).join(condition.bool === 'and' ? ' && ' : ' || ')})`;
        case 'compare':
            return `(${intText(condition.left, names)} ${condition.cmp} ${intText(condition.right, names)})`;
    }
}

function intText(of: Int, names: readonly string[]): string {
    switch (of.int) {
        case 'constant':
            return String(of.value);
        case 'variable':
            return names[of.variable]!;
        case 'successor':
            return `(${intText(of.of, names)} + 1)`;
        case 'if':
            return `(${boolText(of.condition, names)} -> ${intText(of.yes, names)} : ${intText(of.no, names)})`;
    }
}

/** Finds the variables that an expression reads. */
function readsOf(of: Int | Bool): ReadonlySet<number> {
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
