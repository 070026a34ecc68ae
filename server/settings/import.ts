/** Settings as a policy that people go on with, and what became of each rule. */
import type { Audit } from './audit.js';
import { lowerForPeople } from './lower.js';
import { onOneLine } from './problems.js';
import type { Client, Place, SettingsFile } from './settings.js';

/**
 * `kept`: the policy decides as the rule does. `stricter`: it asks where the rule allows or asks. `left to the client`: the
 * policy does not name the tools. `never acts`: the client does not consult it, so the policy does not have it. `refused`: it
 * is not understood, and the policy does without it, although it holds something back.
 */
export type Fate = 'kept' | 'stricter' | 'left to the client' | 'never acts' | 'refused';

export interface ImportedRule {
    /** As it is written, on one line. */
    readonly text: string;
    readonly place: Place;
    readonly fate: Fate;
    /** Why, as a clause; undefined for a rule that is kept. */
    readonly why?: string;
}

export interface ImportedSettings {
    /** A part of a policy, without its `policy` line and its human `user`. */
    readonly text: string;
    /** In the order of the files and their texts. */
    readonly rules: readonly ImportedRule[];
}

/**
 * @param declarations see `declarationsOf`
 * @param folder the absolute path of the folder that the settings are in
 */
export function importSettings(
    client: Client,
    files: readonly SettingsFile[],
    { reading, problems }: Audit,
    declarations: ReadonlyMap<string, string>,
    folder: string,
    placeText: (place: Place) => string
): ImportedSettings {
    const rules = reading.rules.map(({ action, text, place, calls }): ImportedRule => {
        const named = { text: `${action} ${text}`, place };
        if ('tools' in calls && calls.tools.some(isOfServer)) {
            return { ...named, fate: 'left to the client', why: 'the policy names no tools of MCP servers' };
        }
        if (calls.kind !== 'unknown') {
            return { ...named, fate: 'kept' };
        }
        return action === 'deny'
            ? { ...named, fate: 'refused', why: `${calls.why} is not understood` }
            : {
                  ...named,
                  fate: 'stricter',
                  why: `${calls.why} is not understood, so the policy asks about ${action === 'ask' ? 'all calls of these tools' : 'these calls'}`
              };
    });
    const isRead = (place: Place): boolean =>
        rules.some((rule) => rule.place.path === place.path && rule.place.start === place.start);
    const textOf = ({ path, start, end }: Place): string =>
        files.find((file) => file.path === path)!.text.slice(start, end);
    const dropped = problems
        .filter(({ code, place }) => DROPPED.includes(code) && !isRead(place))
        .map(({ code, place, message }): ImportedRule => ({
            text: code === 'GR701' ? 'the whole file' : onOneLine(textOf(place)),
            place,
            fate: code === 'GR706' ? 'refused' : 'never acts',
            why: message.replace(/^This rule never acts: /, '').replace(/\.$/, '')
        }));
    const order = new Map(files.map(({ path }, index) => [path, index]));
    const kept = reading.rules.filter(({ calls }) => !('tools' in calls && calls.tools.some(isOfServer)));
    return {
        text: lowerForPeople(client, { ...reading, rules: kept }, declarations, folder, placeText),
        rules: [...rules, ...dropped].sort(
            (a, b) => order.get(a.place.path)! - order.get(b.place.path)! || a.place.start - b.place.start
        )
    };
}

/** What a client drops before it matches anything, and what is not understood. */
const DROPPED = ['GR701', 'GR702', 'GR704', 'GR706'];

function isOfServer(tool: string): boolean {
    return /^mcp_/.test(tool);
}
