/**
 * Writes a guarded system as a TLA+ module for TLC (Lamport, _Specifying Systems_, 2002): an action for each command,
 * and the invariant that no goal can be taken.
 */
import type { Bool, Int } from './expressions.js';
import type { Command, GuardedSystem } from './guarded.js';
import { headerLines } from './header.js';
import { oneLine } from './one-line.js';

/** The configuration that TLC reads with the module, as `NAME.cfg`. */
export const TLC_CONFIGURATION = 'INIT Init\nNEXT Next\nINVARIANT Safe\nCHECK_DEADLOCK FALSE\n';

/** @param module the name of the module, which is the name of its file without `.tla` */
export function tlaOf(system: GuardedSystem, module: string): string {
    const names = system.variables.map(({ name }) => name);
    const steps = system.commands.map((_, index) => `Step${index + 1}`);
    return [
        `---- MODULE ${module} ----`,
        ...headerLines(system).map(comment),
        `\\* ${module}.cfg: ${TLC_CONFIGURATION.trim().split('\n').join('; ')}`,
        'EXTENDS Naturals',
        '',
        ...(names.length > 0
            ? [
                  'VARIABLES',
                  ...system.variables.map(
                      ({ name, text }, index) => `    ${name}${index < names.length - 1 ? ',' : ''} ${comment(text)}`
                  )
              ]
            : ['VARIABLE nothing']),
        '',
        'Init ==',
        ...(names.length > 0
            ? system.variables.map(({ name, initial }) => `    /\\ ${name} = ${initial}`)
            : ['    nothing = 0']),
        '',
        ...system.commands.flatMap((command, index) => [...commandLines(command, steps[index]!, names), '']),
        'Next ==',
        ...(steps.length > 0
            ? steps.map((step) => `    \\/ ${step}`)
            : [`    UNCHANGED <<${(names.length > 0 ? names : ['nothing']).join(', ')}>>`]),
        '',
        ...system.goals.flatMap(({ text, guard }, index) => [
            comment(text),
            `Goal${index + 1} == ${boolText(guard, names)}`,
            ''
        ]),
        'Safe ==',
        ...(system.goals.length > 0 ? system.goals.map((_, index) => `    /\\ ~Goal${index + 1}`) : ['    TRUE']),
        '====',
        ''
    ].join('\n');
}

function comment(text: string): string {
    return `\\* ${oneLine(text)}`;
}

function commandLines({ text, guard, assignments }: Command, step: string, names: readonly string[]): string[] {
    const assigned = new Set(assignments.map(({ variable }) => variable));
    const others = names.filter((_, index) => !assigned.has(index));
    return [
        comment(text),
        `${step} ==`,
        `    /\\ ${boolText(guard, names)}`,
        ...assignments.map(({ variable, value }) => `    /\\ ${names[variable]!}' = ${intText(value, names)}`),
        ...(others.length > 0 ? [`    /\\ UNCHANGED <<${others.join(', ')}>>`] : [])
    ];
}

const COMPARISONS = { '==': '=', '<': '<', '>=': '>=' } as const;

function boolText(condition: Bool, names: readonly string[]): string {
    switch (condition.bool) {
        case 'constant':
            return condition.value ? 'TRUE' : 'FALSE';
        case 'not':
            return `~(${boolText(condition.arg, names)})`;
        case 'and':
        case 'or':
            return `(${condition.args.map((arg) => boolText(arg, names)).join(condition.bool === 'and' ? ' /\\ ' : ' \\/ ')})`;
        case 'compare':
            return `(${intText(condition.left, names)} ${COMPARISONS[condition.cmp]} ${intText(condition.right, names)})`;
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
            return `(IF ${boolText(of.condition, names)} THEN ${intText(of.yes, names)} ELSE ${intText(of.no, names)})`;
    }
}
