/** The modes of a policy as a graph. */
import * as l10n from '@vscode/l10n';
import { cut } from '../../server/diagrams/sequence-layout.js';
import type { MachineDiagram } from '../../server/lsp/protocol.js';
import { placeText, ruleText } from '../../server/wording/format.js';
import type { DrawnEdge, DrawnNode } from './graph.js';
import { numberText } from './texts.js';

const MOST_RULE = 38;
const MOST_RULES = 3;

export function modeGraph({ modes, transitions }: MachineDiagram): {
    readonly nodes: readonly DrawnNode[];
    readonly edges: readonly DrawnEdge[];
} {
    return {
        nodes: modes.map(({ name, source, isInitial, reached, rules }, index) => {
            const more = rules.length - MOST_RULES;
            return {
                id: String(index),
                kind: ['mode', isInitial && 'initial', reached === 'no' && 'unreached'].filter(Boolean).join(' '),
                title: isInitial
                    ? l10n.t('{0} (start)', name)
                    : reached === 'no'
                      ? l10n.t('{0} (never entered)', name)
                      : name,
                lines: [
                    ...rules.slice(0, MOST_RULES).map((rule) => cut(ruleText(rule), MOST_RULE)),
                    ...(more > 0 ? [l10n.t('and {0} more', numberText(more))] : [])
                ],
                about: l10n.t('Mode {0}, {1}', name, placeText(source)),
                source
            };
        }),
        edges: transitions.map(({ from, to, text, source, isTimeout }) => ({
            from: String(from),
            to: String(to),
            kind: isTimeout ? 'timeout' : 'plain',
            label: cut(text.replace(/\s+enter\s+\S+$/, ''), MOST_RULE),
            source
        }))
    };
}
