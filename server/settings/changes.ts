/** Two versions of the settings of a client, as policies that `differenceOf` compares, and the rules that changed. */
import { type Audit, auditSettings } from './audit.js';
import { type LoweredSettings, lowerSettings } from './lower.js';
import type { Client, OtherDecision, Place, Reading, SettingsFile, SettingsProblem, SettingsRule } from './settings.js';

export interface SettingsChanges {
    /** Both have the same tools, so that only rules make a difference. */
    readonly old: LoweredSettings;
    readonly young: LoweredSettings;
    readonly audits: readonly [Audit, Audit];
    /** The changes of rules, wherever they stand, of what decides besides them, and what no longer does what it says. */
    readonly statements: readonly StatementOfSettings[];
    /** What decides besides the rules, so that a proof of no difference is none; empty if both versions say the same. */
    readonly others: readonly string[];
}

export interface StatementOfSettings {
    /** An assumption is something that decides besides the rules. */
    readonly what: 'rule' | 'assumption';
    readonly name: string;
    readonly effect: 'looser' | 'stricter' | 'otherwise';
    readonly text: string;
    /** True for a place in the new version. */
    readonly isNew: boolean;
    readonly place: Place;
}

/**
 * @param declarations see `declarationsOf`
 * @param folder the absolute path of the folder that the settings are in
 */
export function settingsChanges(
    client: Client,
    old: readonly SettingsFile[],
    young: readonly SettingsFile[],
    declarations: ReadonlyMap<string, string>,
    folder: string
): SettingsChanges {
    const [before, after] = [auditSettings(client, old), auditSettings(client, young)];
    const called = [...new Set([...toolsOf(before.reading), ...toolsOf(after.reading)])];
    const changedRules = changed(before.reading.rules, after.reading.rules, ruleKey);
    const rules = changedRules.map(([rule, isNew]) =>
        statement('rule', `${rule.action} ${rule.text}`, isNew === (rule.action === 'allow'), isNew, rule.place)
    );
    const decisions = changed(before.reading.others, after.reading.others, ({ text }) => text).map(([other, isNew]) =>
        statement('assumption', other.text, isNew === (other.mayAllow !== 'nothing'), isNew, other.place)
    );
    const problems = changed(before.problems, after.problems, problemKey).flatMap(
        ([{ code, message, place }, isNew]): StatementOfSettings[] =>
            isNew && SAYS_OTHER.includes(code)
                ? [{ what: 'rule', name: code, effect: 'otherwise', text: message.replace(/\.$/, ''), isNew, place }]
                : []
    );
    const lowered = [before, after].map(({ reading }) => lowerSettings(client, reading, declarations, folder, called));
    const unseen = changedRules.flatMap(([rule, isNew]) =>
        isSeen(rule, lowered[isNew ? 1 : 0]!) ? [] : [`it is not known which calls \`${rule.text}\` is about`]
    );
    const open = [...before.reading.others, ...after.reading.others].filter(isOpen).map(({ text }) => text);
    return {
        old: lowered[0]!,
        young: lowered[1]!,
        audits: [before, after],
        statements: [...rules, ...decisions, ...problems],
        others:
            rules.length + decisions.length === 0
                ? []
                : [...new Set([...unseen, ...decisions.map(({ name }) => name), ...open])]
    };
}

/** What a client does not consult, or reads otherwise than it says. */
const SAYS_OTHER = ['GR702', 'GR703', 'GR704', 'GR706'];

/** The items that only one of the versions has, each with true for the new one. */
function changed<T>(old: readonly T[], young: readonly T[], keyOf: (item: T) => string): [T, boolean][] {
    const [before, after] = [new Set(old.map(keyOf)), new Set(young.map(keyOf))];
    return [
        ...old.filter((item) => !after.has(keyOf(item))).map((item): [T, boolean] => [item, false]),
        ...young.filter((item) => !before.has(keyOf(item))).map((item): [T, boolean] => [item, true])
    ];
}

function statement(
    what: StatementOfSettings['what'],
    name: string,
    isLooser: boolean,
    isNew: boolean,
    place: Place
): StatementOfSettings {
    const text = `${isNew ? 'new' : 'no longer'}: ${what === 'rule' ? `\`${name}\`` : name}`;
    return { what, name, effect: isLooser ? 'looser' : 'stricter', text, isNew, place };
}

/** True if the policy has all that the rule is about: it has only tools with names. */
function isSeen({ calls, place }: SettingsRule, { places }: LoweredSettings): boolean {
    const isNamed = !('tools' in calls) || !calls.tools.some((tool) => tool.includes('*'));
    return calls.kind !== 'unknown' && isNamed && [...places.values()].includes(place);
}

function isOpen({ mayAllow }: OtherDecision): boolean {
    return mayAllow !== 'nothing';
}

function toolsOf({ rules }: Reading): string[] {
    return rules.flatMap(({ calls }) => ('tools' in calls ? calls.tools : []));
}

function ruleKey({ action, text, rank }: SettingsRule): string {
    return `${action} ${rank} ${text}`;
}

function problemKey({ code, message }: SettingsProblem): string {
    return `${code} ${message}`;
}
