/** Shows the drawings of a policy, each with a text version. */
import * as l10n from '@vscode/l10n';
import { useMemo, useRef } from 'preact/hooks';
import type { Flow, Flows, MachineDiagram, PolicyDiagram } from '../../server/lsp/protocol.js';
import { flowGraph, flowWords } from './flow-graph.js';
import { placeText, ruleText } from '../../server/wording/format.js';
import { Graph } from './graph.js';
import { modeGraph } from './mode-graph.js';
import type { PolicyPaneProps } from './view-state.js';
import { SaveButton } from './save-button.js';
import { exportedSvg } from './svg-export.js';
import { filled, numberText } from './texts.js';

type DrawingProps = Pick<PolicyPaneProps, 'reveal' | 'save'> & { readonly picture: PolicyDiagram };

export function PolicyDrawing({ picture, reveal, save }: DrawingProps) {
    return (
        <>
            <FlowDrawing picture={picture} reveal={reveal} save={save} />
            {picture.machines.map((machine) => (
                <ModeDrawing key={machine.name} machine={machine} reveal={reveal} save={save} />
            ))}
        </>
    );
}

function FlowDrawing({ picture: { policy, flows: found }, reveal, save }: DrawingProps) {
    const svg = useRef<SVGSVGElement>(null);
    const { flows } = found;
    const hasSeveralAgents = new Set(flows.flatMap(({ agents }) => agents)).size > 1;
    const { nodes, edges } = useMemo(() => flowGraph(found, hasSeveralAgents), [found, hasSeveralAgents]);
    return (
        <section class="diagram flows" aria-labelledby="flows-title">
            <div class="diagram-bar">
                <h2 id="flows-title">{l10n.t('Where labelled data can go')}</h2>
                {flows.length > 0 && (
                    <SaveButton save={() => save(l10n.t('{0} (flows)', policy), exportedSvg([svg.current!]))} />
                )}
            </div>
            {flows.length === 0 ? (
                <p class="empty">{nothingText(found)}</p>
            ) : (
                <>
                    <div class="scroll">
                        <Graph
                            name={l10n.t('Flows of {0}', policy)}
                            nodes={nodes}
                            edges={edges}
                            direction="LR"
                            svg={svg}
                            reveal={reveal}
                        />
                    </div>
                    <ul class="flow-list" aria-label={l10n.t('Flows in words')}>
                        {flows.map((flow, index) => (
                            <FlowItem key={index} flow={flow} isByAgent={hasSeveralAgents} reveal={reveal} />
                        ))}
                    </ul>
                    {found.left > 0 && <p class="nothing">{leftText(found.left)}</p>}
                </>
            )}
        </section>
    );
}

function nothingText({ sources, sinks }: Flows): string {
    if (sources.length === 0) {
        return l10n.t(
            'No tool reads a label, so there is nothing to follow. Write `reads` at the tools whose results matter.'
        );
    }
    return sinks === 'external'
        ? l10n.t('No agent that carries a label can reach an external tool, with or without the rules.')
        : l10n.t('No agent that carries a label can reach a tool that changes anything.');
}

function leftText(count: number): string {
    return count === 1
        ? l10n.t('1 more flow was not examined.')
        : l10n.t('{0} more flows were not examined.', numberText(count));
}

interface FlowItemProps extends Pick<PolicyPaneProps, 'reveal'> {
    readonly flow: Flow;
    readonly isByAgent: boolean;
}

function FlowItem({ flow: { label, tool, agents, kind, rules }, isByAgent, reveal }: FlowItemProps) {
    const { word, about } = flowWords(kind);
    return (
        <li class={`flow ${kind}`}>
            <span class="flow-word" title={about}>
                {word}
            </span>
            <span class="flow-way">
                {filled(
                    isByAgent ? l10n.t('{0} to {1} by {2}') : l10n.t('{0} to {1}'),
                    <b>{label}</b>,
                    <b>{tool}</b>,
                    agents.join(', ')
                )}
            </span>
            {rules.length === 0 && kind === 'stopped' && <span class="flow-by">{l10n.t('no rule allows it')}</span>}
            {rules.map((rule, index) => (
                <button key={index} class="rule-link" type="button" onClick={() => reveal(rule.source)}>
                    <code>{ruleText(rule)}</code>
                    <span class="place">{placeText(rule.source)}</span>
                </button>
            ))}
        </li>
    );
}

type ModeDrawingProps = Pick<PolicyPaneProps, 'reveal' | 'save'> & { readonly machine: MachineDiagram };

function ModeDrawing({ machine, reveal, save }: ModeDrawingProps) {
    const svg = useRef<SVGSVGElement>(null);
    const { nodes, edges } = useMemo(() => modeGraph(machine), [machine]);
    const { name, perAgent } = machine;
    const title = l10n.t('Modes of {0}', name);
    return (
        <section class="diagram modes" aria-label={title}>
            <div class="diagram-bar">
                <h2>
                    {title}
                    {perAgent && <span class="nothing">{l10n.t(', one for each agent')}</span>}
                </h2>
                <SaveButton save={() => save(l10n.t('{0} (modes)', name), exportedSvg([svg.current!]))} />
            </div>
            <div class="scroll">
                <Graph name={title} nodes={nodes} edges={edges} direction="TB" svg={svg} reveal={reveal} />
            </div>
        </section>
    );
}
