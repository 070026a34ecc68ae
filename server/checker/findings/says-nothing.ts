/** GR502: a claim that would hold if every call were allowed. */
import type { FindingRule } from './finding.js';

export const saysNothing: FindingRule = {
    codes: ['GR502'],
    find: ({ claims }) =>
        claims
            .filter((claim) => claim.saysNothing)
            .map((claim) => ({
                code: 'GR502',
                severity: 'information',
                message: `The claim "${claim.name}" would hold if every call were allowed: it says nothing about the rules. Is this what you meant?`,
                source: claim.usedAt ?? claim.source
            }))
};
