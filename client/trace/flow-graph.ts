/**
 * The flows of a policy as a graph: tools that read a label, the label, the gates in its way, and the tools it may
 * reach.
 */
import * as l10n from '@vscode/l10n';
import { cut } from '../../server/diagrams/sequence-layout.js';
import type { Flow, Flows } from '../../server/lsp/protocol.js';
import { type DecisionWord, placeText, ruleText } from '../../server/wording/format.js';
import type { DrawnEdge, DrawnNode } from './graph.js';
import { numberText } from './texts.js';

/** The maximum length of a line with a rule. */
const MOST_RULE = 34;
/** The word for a denial, because decisions have the same name everywhere. */
const DENIED: DecisionWord = 'denied';

/** The state of a flow, in a word and in a sentence. */
export function flowWords(kind: Flow['kind']): { readonly word: string; readonly about: string } {
    switch (kind) {
        case 'free':
            return { word: l10n.t('unguarded'), about: l10n.t('A session does it, and no person sees it.') };
        case 'person':
            return { word: l10n.t('needs approval'), about: l10n.t('Only with an approval.') };
        case 'stopped':
            return { word: l10n.t('blocked'), about: l10n.t('No session does it.') };
        case 'unknown':
            return { word: l10n.t('not known'), about: l10n.t('The search reached a limit.') };
    }
}

export function flowGraph(
    { sources, flows }: Flows,
    hasSeveralAgents: boolean
): {
    readonly nodes: readonly DrawnNode[];
    readonly edges: readonly DrawnEdge[];
} {
    const nodes = new Map<string, DrawnNode>();
    const edges: DrawnEdge[] = [];
    const add = (node: DrawnNode): string => {
        nodes.set(node.id, node);
        return node.id;
    };
    const labels = new Set(flows.map(({ label }) => label));
    for (const { label, tools } of sources.filter((source) => labels.has(source.label))) {
        const to = add({
            id: `label ${label}`,
            kind: 'label',
            title: label,
            about: l10n.t('Data labelled {0}', label)
        });
        for (const tool of tools) {
            const about = l10n.t('{0} reads {1}', tool, label);
            const from = add({ id: `reads ${tool}`, kind: 'source', title: tool, about });
            edges.push({ from, to, kind: 'reads' });
        }
    }
    const drawn = new Set<string>();
    for (const flow of flows) {
        const { label, tool, kind, agents } = flow;
        const from = `label ${label}`;
        const to = add({ id: `sink ${tool}`, kind: 'sink', title: tool, about: tool });
        const who = hasSeveralAgents ? { label: agents.join(', ') } : {};
        const gate = gateOf(flow);
        if (!gate) {
            // This edge leads beyond the column of the gates that stop other flows.
            edges.push({ from, to, kind, layers: 2, ...who });
            continue;
        }
        add(gate);
        const way = `${from} ${gate.id}`;
        if (!drawn.has(way)) {
            drawn.add(way);
            edges.push({ from, to: gate.id, kind, ...who });
        }
        edges.push({ from: gate.id, to, kind, isStopped: kind === 'stopped' });
    }
    return { nodes: [...nodes.values()], edges };
}

/** The gate that lets the flow through or stops it. */
function gateOf({ label, kind, rules, agents }: Flow): DrawnNode | undefined {
    if (kind !== 'person' && kind !== 'stopped') {
        return undefined;
    }
    const [rule] = rules;
    const id = `gate ${label} ${kind} ${agents.join()} ${JSON.stringify(rules.map(({ source }) => source))}`;
    if (!rule) {
        return { id, kind: 'gate none', title: l10n.t('no rule allows it'), about: l10n.t('No rule allows it.') };
    }
    const place = placeText(rule.source);
    const places = rules.length > 1 ? l10n.t('{0} and {1} more', place, numberText(rules.length - 1)) : place;
    return {
        id,
        kind: `gate ${kind}`,
        title: kind === 'person' ? l10n.t('a person approves') : DENIED,
        lines: [...twoLines(ruleText(rule)), places],
        about: `${ruleText(rule)}, ${place}`,
        source: rule.source
    };
}

/** The text in two lines, broken between words; the part that does not fit is cut. */
function twoLines(text: string): string[] {
    const space = text.lastIndexOf(' ', MOST_RULE);
    return text.length <= MOST_RULE || space < MOST_RULE / 2
        ? [cut(text, MOST_RULE)]
        : [text.slice(0, space), cut(text.slice(space + 1), MOST_RULE)];
}
