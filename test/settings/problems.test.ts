import { describe, expect, test } from 'vitest';
import { auditSettings } from '../../server/settings/audit.js';
import { CASES, type SettingsCase } from './cases.js';

describe('what is wrong with settings', () => {
    test.each(
        CASES.map((one): [string, SettingsCase] => [
            `${one.client.name}: ${one.text.replace(/\s+/g, ' ').slice(0, 90)}`,
            one
        ])
    )('%s', (_, { client, path, text, problems, rules, of }) => {
        const audit = auditSettings(client, [{ path, text, of: of ?? 'project' }]);
        const found = audit.problems
            .filter(({ level, place }) => level !== 'information' || place.end > 1)
            .map(({ code, place }) => `${code} ${text.slice(place.start, place.end).split('\n')[0]}`);
        expect(found).toEqual(problems);
        expect(audit.reading.rules).toHaveLength(rules);
    });
});
