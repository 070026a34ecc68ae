/** Two versions of the settings of a client, as policies that `differenceOf` compares, and the rules that changed. */
import { auditSettings } from './audit.js';
import { type LoweredSettings, lowerSettings } from './lower.js';
import type { Client, Reading, SettingsFile, SettingsProblem, SettingsRule } from './settings.js';

export interface SettingsChanges {
    /** Both have the same tools, so that only rules make a difference. */
    readonly old: LoweredSettings;
    readonly young: LoweredSettings;
    /** The rules that only one of the versions consults, wherever they stand. */
    readonly added: readonly SettingsRule[];
    readonly removed: readonly SettingsRule[];
    /** What is wrong with the new version only, such as a rule that no longer acts. */
    readonly problems: readonly SettingsProblem[];
    /** What decides besides the rules of either version, so that a proof of no difference is none. */
    readonly others: readonly string[];
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
    const keysBefore = before.reading.rules.map(keyOf);
    const keysAfter = after.reading.rules.map(keyOf);
    const known = new Set(before.problems.map(problemKey));
    const others = [...before.reading.others, ...after.reading.others].filter(({ mayAllow }) => mayAllow !== 'nothing');
    return {
        old: lowerSettings(client, before.reading, declarations, folder, called),
        young: lowerSettings(client, after.reading, declarations, folder, called),
        added: after.reading.rules.filter((_, index) => !keysBefore.includes(keysAfter[index]!)),
        removed: before.reading.rules.filter((_, index) => !keysAfter.includes(keysBefore[index]!)),
        problems: after.problems.filter((problem) => problem.code !== 'GR700' && !known.has(problemKey(problem))),
        others: [...new Set(others.map(({ text }) => text))]
    };
}

function toolsOf({ rules }: Reading): string[] {
    return rules.flatMap(({ calls }) => ('tools' in calls ? calls.tools : []));
}

function keyOf({ action, text, rank }: SettingsRule): string {
    return `${action} ${rank} ${text}`;
}

function problemKey({ code, message }: SettingsProblem): string {
    return `${code} ${message}`;
}
