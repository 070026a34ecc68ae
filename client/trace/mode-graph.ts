/** The modes of a policy as a graph. */
import type { MachinePicture } from '../../server/lsp/protocol.js';
import { placeText, ruleText } from '../../server/wording/format.js';
import type { DrawnEdge, DrawnNode } from './graph.js';
import { cut } from './sequence-layout.js';

const MOST_RULE = 38;
const MOST_RULES = 3;

export function modeGraph({ modes, transitions }: MachinePicture): {
    readonly nodes: readonly DrawnNode[];
    readonly edges: readonly DrawnEdge[];
} {
    return {
        nodes: modes.map(({ name, source, isInitial, reached, rules }, index) => {
            const more = rules.length - MOST_RULES;
            return {
                id: String(index),
                kind: ['mode', isInitial && 'initial', reached === 'no' && 'unreached'].filter(Boolean).join(' '),
                title: isInitial ? `${name} (start)` : reached === 'no' ? `${name} (never entered)` : name,
                lines: [
                    ...rules.slice(0, MOST_RULES).map((rule) => cut(ruleText(rule), MOST_RULE)),
                    ...(more > 0 ? [`and ${more} more`] : [])
                ],
                about: `Mode ${name}, ${placeText(source)}`,
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
