/** The sessions that settings let through: the verdicts on the policy that they are, with places in the settings. */
import type { ClaimResult, PolicyResult, RuleReference } from '../checker/results/result.js';
import type { Policy, Source } from '../model/policy/policy.js';
import type { LoweredSettings } from './lower.js';
import type { Client, Place, Reading } from './settings.js';

/** The number of rules above which a check would take minutes. */
export const MOST_RULES = 300;

/** The policy with the places of the settings that its rules were written for. @param uri of the policy's text */
export function inSettings(
    policy: Policy,
    uri: string,
    { places }: LoweredSettings,
    sourceOf: (place: Place) => Source
): Policy {
    const moved = (value: unknown): unknown => {
        if (Array.isArray(value)) {
            return value.map(moved);
        }
        if (typeof value !== 'object' || value === null) {
            return value;
        }
        const { uri: of, start } = value as Partial<Source>;
        const place = of === uri && start ? places.get(start.line) : undefined;
        return place
            ? sourceOf(place)
            : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, moved(inner)]));
    };
    return moved(policy) as Policy;
}

/** The verdicts as far as the rules alone prove them, each at a rule of the settings. */
export function settingsResult(
    client: Client,
    reading: Reading,
    result: PolicyResult,
    sourceOf: (place: Place) => Source
): PolicyResult {
    const shell = `${client.name}.${client.tools.shell}`;
    const start = sourceOf({ path: reading.rules[0]!.place.path, start: 0, end: 1 });
    const written = new Map([
        [JSON.stringify(start), `without a rule, by ${client.title} itself`],
        ...reading.rules.map(
            ({ place, action, text }) => [JSON.stringify(sourceOf(place)), `${action} ${text}`] as const
        )
    ]);
    return {
        ...result,
        source: start,
        claims: result.claims.map((claim) => ({
            ...(asWritten(doubted(claim, reading, shell), written) as ClaimResult),
            source: placeOf(claim, start)
        })),
        findings: []
    };
}

/** Names rules by the texts of the settings. What the client does without a rule is left out beside a rule. */
export function asWritten(value: unknown, written: ReadonlyMap<string, string>): unknown {
    if (Array.isArray(value)) {
        const items = value.map((item) => asWritten(item, written));
        const rules = items.filter((item) => isRule(item) && !item.text.startsWith('without a rule, '));
        return rules.length > 0 && items.every(isRule) ? rules : items;
    }
    if (typeof value !== 'object' || value === null) {
        return value;
    }
    const text = isRule(value) ? written.get(JSON.stringify(value.source)) : undefined;
    return text === undefined
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asWritten(inner, written)]))
        : { ...value, text };
}

function isRule(value: unknown): value is RuleReference {
    return typeof value === 'object' && value !== null && 'source' in value && 'text' in value;
}

/** A claim is in no file, so a broken one is at the rule that lets its last call through. */
function placeOf({ verdict, trace }: ClaimResult, start: Source): Source {
    const decided = verdict === 'violated' ? trace?.steps.flatMap(({ rules }) => rules.slice(0, 1)).at(-1) : undefined;
    return decided?.source ?? start;
}

/** A verdict that rules alone would prove, where something else may let calls through. */
function doubted(claim: ClaimResult, { others }: Reading, shell: string): ClaimResult {
    const isOfCommands = claim.text.includes(shell);
    const doubts = others.filter(({ mayAllow }) => mayAllow === 'calls' || (mayAllow === 'commands' && isOfCommands));
    if (doubts.length === 0 || claim.verdict === 'violated') {
        return claim;
    }
    const { within: _within, beyond: _beyond, acrossSessions: _across, ...rest } = claim;
    const reasons = [...new Set(doubts.map(({ text }) => text))];
    const explanation = `The rules let no session through, but ${reasons.join('; ')}.`;
    return { ...rest, verdict: 'undecided', explanation };
}
