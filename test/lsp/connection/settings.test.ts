import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Connection, InitializeParams } from 'vscode-languageserver';
import { DEFAULT_LIMITS } from '../../../server/checker/results/default-limits.js';
import { SILENT } from '../../../server/lsp/connection/log.js';
import { DEFAULT_SETTINGS, readSettings, SettingsService, workersOf } from '../../../server/lsp/connection/settings.js';

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    readonly contributes: {
        readonly configuration: { readonly properties: Readonly<Record<string, { readonly minimum: number }>> };
    };
};
const { properties } = manifest.contributes.configuration;

test.each<[unknown, unknown]>([
    [undefined, DEFAULT_SETTINGS],
    [null, DEFAULT_SETTINGS],
    [{ check: { onType: false, workers: 3 } }, { ...DEFAULT_SETTINGS, onType: false, workers: 3 }],
    [
        { check: { maxMemoryMB: 512, workers: 99 } },
        { ...DEFAULT_SETTINGS, limits: { ...DEFAULT_LIMITS, maxMemoryMB: 512 }, workers: 16 }
    ],
    [{ check: { timeoutSeconds: 2.5 } }, { ...DEFAULT_SETTINGS, limits: { ...DEFAULT_LIMITS, timeoutMs: 2500 } }],
    [{ check: { maxStates: 1000 } }, { ...DEFAULT_SETTINGS, limits: { ...DEFAULT_LIMITS, maxStates: 1000 } }],
    [
        { inlayHints: { tools: false, labels: 'no' }, codeLens: { references: true } },
        {
            ...DEFAULT_SETTINGS,
            inlayHints: { tools: false, labels: true, parameterNames: true },
            codeLens: { references: true }
        }
    ],
    [{ check: { onType: 'no', timeoutSeconds: -1, maxStates: 'many' } }, DEFAULT_SETTINGS]
])('%j', (section, expected) => {
    expect(readSettings(section)).toEqual(expected);
});

test.each(['timeoutSeconds', 'maxStates', 'maxMemoryMB', 'workers'])(
    '%s accepts the values in the manifest, and smaller ones count as not set',
    (name) => {
        const { minimum } = properties[`guardrail.check.${name}`]!;
        const least = readSettings({ check: { [name]: minimum } });
        const { timeoutMs, ...limits } = least.limits;
        expect({ ...limits, timeoutSeconds: timeoutMs / 1000, workers: least.workers }[name]).toBe(minimum);
        expect(readSettings({ check: { [name]: minimum - 1 } })).toEqual(DEFAULT_SETTINGS);
    }
);

const CAN_ANSWER = { capabilities: { workspace: { configuration: true } } } as InitializeParams;
const CANNOT_ANSWER = { capabilities: {} } as InitializeParams;

function clientWith(answer: () => Promise<unknown>): Connection {
    return { workspace: { getConfiguration: answer } } as unknown as Connection;
}

test('the client is asked after initialized and after each change', async () => {
    const answers = [{ check: { onType: false } }, { check: { onType: true } }];
    const settings = new SettingsService(
        clientWith(() => Promise.resolve(answers.shift())),
        SILENT
    );
    settings.initialize(CAN_ANSWER);
    settings.initialized();
    await settings.ready;
    expect(settings.current.onType).toBe(false);
    settings.changedTo(null);
    await settings.ready;
    expect(settings.current.onType).toBe(true);
});

test('a client that cannot be asked may send the values', async () => {
    const settings = new SettingsService(
        clientWith(() => Promise.reject(new Error('not asked'))),
        SILENT
    );
    settings.initialize(CANNOT_ANSWER);
    settings.initialized();
    settings.changedTo({ guardrail: { check: { onType: false } } });
    await settings.ready;
    expect(settings.current.onType).toBe(false);
});

test('a client that fails to answer leaves the defaults', async () => {
    const settings = new SettingsService(
        clientWith(() => Promise.reject(new Error('busy'))),
        SILENT
    );
    settings.initialize(CAN_ANSWER);
    settings.initialized();
    await settings.ready;
    expect(settings.current).toEqual(DEFAULT_SETTINGS);
});

test.each([
    [0, 1, 1],
    [0, 2, 1],
    [0, 4, 3],
    [0, 32, 3],
    [5, 2, 5]
])('the setting %i on a machine with %i cores: %i workers', (workers, cores, expected) => {
    expect(workersOf({ workers }, cores)).toBe(expected);
});
