/** Writes diagrams in Mermaid syntax: of a session, of modes, and of a policy's flows. */
import type { Machine, Policy } from '../model/policy/policy.js';
import { argumentsText, nameText } from '../model/text/typed-text.js';
import type { Trace, TraceStep } from '../checker/results/result.js';
import type { FlowEdge, FlowGraph } from './flow.js';
import { oneLine } from './one-line.js';

/** The participants and their calls, in the order of the session. */
export function sequenceDiagram(trace: Trace): string {
    const parts = [...new Set(trace.steps.flatMap(partsOf))];
    const names = new Map(parts.map((part, index) => [part, `p${index + 1}`]));
    // A note spans at most two participants: a note over the first and the last covers all between them.
    const all = [...names.values()];
    const ends = [...new Set([all[0], all.at(-1)])].join(',');
    const lines: string[] = [];
    let time = 0;
    for (const step of trace.steps) {
        if (step.time > time) {
            lines.push(`Note over ${ends}: ${durationText(step.time - time)} later`);
            time = step.time;
        }
        lines.push(...stepLines(step, names));
    }
    const declarations = parts.map((part) => `participant ${names.get(part)!} as ${escaped(part)}`);
    return diagram('sequenceDiagram', [...declarations, ...lines]);
}

/** The modes of a machine and the transitions between them. */
export function modeDiagram(machine: Machine): string {
    const name = (mode: number): string => `m${mode}`;
    return diagram('stateDiagram-v2', [
        ...machine.modes.map((mode, index) => `${name(index)} : ${inState(mode.name)}`),
        `[*] --> ${name(machine.initial)}`,
        ...machine.transitions.flatMap((transition) => {
            const froms = transition.from === undefined ? machine.modes.map((_, mode) => mode) : [transition.from];
            const when = transition.when.op === 'constant' ? '' : ' when …';
            return froms.map(
                (from) => `${name(from)} --> ${name(transition.to)} : ${inState(transition.event.text)}${when}`
            );
        }),
        ...machine.modes.flatMap(({ lasts }, mode) =>
            lasts ? [`${name(mode)} --> ${name(lasts.returnTo)} : after ${durationText(lasts.seconds)}`] : []
        )
    ]);
}

const ARROWS: { readonly [Kind in FlowEdge['kind']]: string } = {
    allowed: '-->',
    conditional: '-.->',
    approval: '==>',
    reads: '-->',
    clears: '-.->'
};

/** The tools that each agent may call, and the labels that this brings. */
export function flowDiagram(policy: Policy, { nodes, edges }: FlowGraph): string {
    const shapes = { agent: ['([', '])'], tool: ['[', ']'], label: ['{{', '}}'] } as const;
    return diagram('flowchart LR', [
        `%% ${oneLine(policy.name)}`,
        ...nodes.map(({ id, kind, name }) => `${id}${shapes[kind][0]}"${escaped(name)}"${shapes[kind][1]}`),
        ...edges.map(
            ({ from, to, kind, text }) => `${from} ${ARROWS[kind]}${text === '' ? '' : `|"${escaped(text)}"|`} ${to}`
        )
    ]);
}

function partsOf(step: TraceStep): string[] {
    const server = step.tool.split('.')[0]!;
    return step.kind === 'event' || step.tool === '' || step.act !== undefined
        ? [step.actor || 'the session']
        : [step.actor, server];
}

function stepLines(step: TraceStep, names: ReadonlyMap<string, string>): string[] {
    const [from, to] = partsOf(step).map((part) => names.get(part)!);
    const mark = step.judged ? [`Note over ${from}: the claim judges this`] : [];
    if (to === undefined) {
        return [`Note over ${from}: ${escaped(step.text)}`, ...mark];
    }
    const [server, ...rest] = step.tool.split('.');
    const call = `${nameText(rest.join('.') || server!)}(${argumentsText(step.args)})`;
    const lines = [...new Set(step.rules.map(({ usedAt, source }) => (usedAt ?? source).start.line + 1))].join(', ');
    const by = lines === '' ? '' : ` by line ${lines}`;
    switch (step.kind) {
        case 'approve':
        case 'refuse':
            return [`Note over ${from},${to}: ${escaped(step.text)}`, ...mark];
        default: {
            const arrow = step.decision === 'allowed' ? '->>' : '--x';
            const ended =
                step.outcome === 'error' ? ', it fails' : step.outcome === 'lost' ? ', its answer is lost' : '';
            return [`${from}${arrow}${to}: ${escaped(call)} ${step.decision ?? ''}${by}${ended}`, ...mark];
        }
    }
}

function durationText(seconds: number): string {
    const units = [
        [86_400, 'd'],
        [3_600, 'h'],
        [60, 'm'],
        [1, 's']
    ] as const;
    let left = seconds;
    const parts = units.flatMap(([size, unit]) => {
        const count = Math.floor(left / size);
        left -= count * size;
        return count > 0 ? [`${count}${unit}`] : [];
    });
    return parts.join(' ') || '0s';
}

/** State diagrams read `:` as the end of a name. */
function inState(text: string): string {
    return escaped(text).replaceAll(':', '#58;');
}

/**
 * In Mermaid, `%%` starts a comment, `;` ends a statement and `"` ends a text; entities replace characters with a
 * special meaning.
 */
function escaped(text: string): string {
    return oneLine(text).replace(/[#%;"<>{}|\\`]/g, (found) => `#${found.codePointAt(0)!};`);
}

function diagram(kind: string, lines: readonly string[]): string {
    return `${[kind, ...lines.map((line) => `    ${line}`)].join('\n')}\n`;
}
