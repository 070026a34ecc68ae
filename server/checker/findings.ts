/** What is wrong without any claim that says so. Each finding has a session that shows it, or it is not reported. */
import type { Claim, Condition, Policy } from '../model/policy.js';
import type { Truth } from '../model/truth.js';
import { FALSE, mayBe, TRUE, UNKNOWN } from '../model/truth.js';
import { checkClaim } from './claims.js';
import { outsideExact } from './hints.js';
import type { ExploreOptions } from './explore.js';
import type { ClaimResult, Finding } from './result.js';

export function findingsOf(policy: Policy, claims: readonly ClaimResult[], options: ExploreOptions): Finding[] {
    return [
        ...lethalTrifecta(policy, options),
        ...laundering(policy, options),
        ...claims.filter((claim) => claim.saysNothing).map(saysNothing),
        ...outsideExact(claims)
    ];
}

/** The labels that name the two kinds of data of the trifecta, by convention (docs/codes/GR501.md). */
const PRIVATE = 'private';
const UNTRUSTED = 'untrusted';

/**
 * GR501: an agent that holds private data and has read text from outsiders reaches an `external` tool, and no human
 * sees the call (Willison's "lethal trifecta", 2025).
 */
function lethalTrifecta(policy: Policy, options: ExploreOptions): Finding[] {
    const [priv, untrusted] = [PRIVATE, UNTRUSTED].map((name) =>
        policy.labels.findIndex((label) => label.name === name)
    );
    if (priv! < 0 || untrusted! < 0) {
        return [];
    }
    const externals = policy.tools.map((tool): Truth => tool.traits['external'] ?? FALSE);
    const search = (tools: readonly Truth[]): ClaimResult | undefined => {
        if (!tools.some(mayBe)) {
            return undefined;
        }
        const result = checkClaim(policy, trifectaClaim(policy, tools, priv!, untrusted!), options);
        return result.verdict === 'violated' ? result : undefined;
    };
    // A confirmed `external` is the stronger finding; one that is only a hint is reported if there is no other.
    const confirmed = search(externals.map((value) => (value === TRUE ? TRUE : FALSE)));
    const result = confirmed ?? search(externals.map((value) => (value === UNKNOWN ? UNKNOWN : FALSE)));
    const trace = result?.trace;
    if (!trace) {
        return [];
    }
    const last = trace.steps[trace.steps.length - 1]!;
    const hint = confirmed ? '' : ' (if it is external: that is only a hint of its server)';
    return [
        {
            code: 'GR501',
            severity: 'warning',
            message: `${last.actor} can call ${last.tool}${hint} while it carries private and untrusted data, and no human sees it: text from outside can make it send private data out. Hold it: \`require approval by … for external tools when carries private\`.`,
            source: last.rules[0]?.source ?? policy.source,
            trace,
            basis: result.basis
        }
    ];
}

function trifectaClaim(policy: Policy, tools: readonly Truth[], priv: number, untrusted: number): Claim {
    return {
        kind: 'never',
        name: 'private and untrusted data meet an external tool',
        text: 'never external tools when carries private and carries untrusted unless approved',
        source: policy.source,
        subject: { tools, text: 'external tools' },
        bad: { op: 'and', args: [{ op: 'carries', label: priv }, { op: 'carries', label: untrusted }, unseen(policy)] }
    };
}

/** GR503: an agent that carries a label makes a call that clears it, and no human sees the call (M15). */
function laundering(policy: Policy, options: ExploreOptions): Finding[] {
    return policy.labels.flatMap((label, index) => {
        const tools = policy.tools.map((tool): Truth => (tool.clears.includes(index) ? TRUE : FALSE));
        if (!tools.some(mayBe)) {
            return [];
        }
        const { trace, basis } = checkClaim(
            policy,
            {
                kind: 'never',
                name: `${label.name} is shed`,
                text: `never tools that clear ${label.name} when carries ${label.name} unless approved`,
                source: policy.source,
                subject: { tools, text: `tools that clear ${label.name}` },
                bad: { op: 'and', args: [{ op: 'carries', label: index }, unseen(policy)] }
            },
            options
        );
        const last = trace?.steps[trace.steps.length - 1];
        return last === undefined
            ? []
            : [
                  {
                      code: 'GR503',
                      severity: 'warning' as const,
                      message: `${last.actor} can call ${last.tool} and so shed the label ${label.name} without a human: rules about ${label.name} no longer see what it read. Hold it: \`require approval by … for ${last.tool} when carries ${label.name}\`.`,
                      source: last.rules[0]?.source ?? policy.source,
                      trace: trace!,
                      basis
                  }
              ];
    });
}

/** No human approved the call. */
function unseen(policy: Policy): Condition {
    return { op: 'not', arg: { op: 'approved by', humans: policy.humans.map((_, human) => human) } };
}

/** GR502 */
function saysNothing(claim: ClaimResult): Finding {
    return {
        code: 'GR502',
        severity: 'information',
        message: `The claim "${claim.name}" would hold if every call were allowed: it says nothing about the rules. Is it what you meant?`,
        source: claim.usedAt ?? claim.source
    };
}
