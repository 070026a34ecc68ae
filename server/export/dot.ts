/** Draws graphs in Graphviz's DOT language: the states of a claim's system, and the flows of a policy. */
import type { Policy } from '../model/policy/policy.js';
import type { FlowEdge, FlowGraph } from './flow.js';
import type { GuardedSystem } from './guarded.js';
import { headerLines } from './header.js';
import { oneLine } from './one-line.js';
import { stateGraphOf } from './states.js';
import { limitOf } from '../checker/limits/limits.js';

/**
 * The reachable states, each with its differences from the initial state, and the steps between them; goals are red.
 */
export function stateDot(system: GuardedSystem): string {
    const most = limitOf('drawnStates');
    const graph = stateGraphOf(system, most);
    const states = graph.states.map((state, index) => {
        const changed = system.variables.flatMap(({ text, initial }, variable) =>
            state[variable] === initial ? [] : [`${text} = ${state[variable]!}`]
        );
        return `s${index} [label=${quoted(changed.length > 0 ? changed.join('\n') : 'start')}];`;
    });
    const goals = graph.goals.flatMap(({ from, goal }, index) => [
        `g${index} [label=${quoted(goal.text)}, shape=octagon, color=red];`,
        `s${from} -> g${index} [color=red];`
    ]);
    const cut = graph.isWhole ? [] : [`Only the first ${most} states are drawn: there are more.`];
    return [
        ...[...headerLines(system), ...cut].map((line) => `// ${oneLine(line)}`),
        'digraph states {',
        '    node [shape=box];',
        ...[
            ...states,
            ...graph.steps.map(({ from, to, command }) => `s${from} -> s${to} [label=${quoted(command.text)}];`),
            ...goals
        ].map((line) => `    ${line}`),
        '}',
        ''
    ].join('\n');
}

const STYLES: { readonly [Kind in FlowEdge['kind']]: string } = {
    allowed: '',
    conditional: 'style=dashed',
    approval: 'style=bold',
    reads: 'color=gray',
    clears: 'color=gray, style=dashed'
};

export function flowDot(policy: Policy, { nodes, edges }: FlowGraph): string {
    const shapes = { agent: 'ellipse', tool: 'box', label: 'hexagon' } as const;
    return [
        `digraph ${quoted(policy.name)} {`,
        '    rankdir=LR;',
        ...nodes.map(({ id, kind, name }) => `    ${id} [label=${quoted(name)}, shape=${shapes[kind]}];`),
        ...edges.map(({ from, to, kind, text }) => {
            const attributes = [text === '' ? '' : `label=${quoted(text)}`, STYLES[kind]].filter((one) => one !== '');
            return `    ${from} -> ${to}${attributes.length > 0 ? ` [${attributes.join(', ')}]` : ''};`;
        }),
        '}',
        ''
    ].join('\n');
}

function quoted(text: string): string {
    const escaped = text.replace(/[\\"]/g, (found) => `\\${found}`).replace(/\n/g, '\\n');
    return `"${escaped.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')}"`;
}
