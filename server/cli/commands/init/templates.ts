/** The starter policies of `guardrail init`: complete policies, in which only their subjects are chosen. */
import approval from './templates/approval.guardrail';
import exfiltration from './templates/exfiltration.guardrail';
import injection from './templates/injection.guardrail';
import rateLimit from './templates/rate-limit.guardrail';
import readOnly from './templates/read-only.guardrail';
import trifecta from './templates/trifecta.guardrail';

/** The server's annotations of a tool's effects. */
export type Effect = 'readonly' | 'destructive' | 'external';

export interface Template {
    readonly name: string;
    /** A sentence for the list of templates. */
    readonly summary: string;
    readonly text: string;
    /** The effects of which some tool of the inventory must have one. */
    readonly needs: readonly Effect[];
    /** True if the template depends on what tools read. */
    readonly hasLabels: boolean;
}

export const TEMPLATES: readonly Template[] = [
    {
        name: 'approval',
        summary: 'calls that destroy something or reach somebody outside wait for the user',
        text: approval,
        needs: ['destructive', 'external'],
        hasLabels: false
    },
    {
        name: 'exfiltration',
        summary: 'data that was read leaves only with the approval of the user',
        text: exfiltration,
        needs: ['external'],
        hasLabels: false
    },
    {
        name: 'trifecta',
        summary: 'private data, text from outside and a way out are never combined without the user',
        text: trifecta,
        needs: ['external'],
        hasLabels: true
    },
    {
        name: 'injection',
        summary: 'after text from outside, calls with effects wait for the user',
        text: injection,
        needs: ['destructive', 'external'],
        hasLabels: true
    },
    {
        name: 'read-only',
        summary: 'only tools that change nothing',
        text: readOnly,
        needs: ['readonly'],
        hasLabels: false
    },
    {
        name: 'rate-limit',
        summary: 'a limited number of calls in an hour',
        text: rateLimit,
        needs: [],
        hasLabels: false
    }
];
