/** The parts of a release that are computed from the repository. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bundledOf, type Component, type Manifest, notesOf, verifierManifest } from '../../scripts/release/parts.mjs';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the notes of a release', () => {
    const CHANGES = '# Changelog\n\n## 0.2.0 (2027-01-31)\n\n- New.\n\n## 0.1.0 (not released)\n\n- First.\n';
    test.each<[string, boolean, string]>([
        ['0.2.0', true, '- New.\n'],
        ['0.1.0', false, '- First.\n']
    ])('%s are its section of the change log', (version, isReleased, expected) => {
        expect(notesOf(CHANGES, version, isReleased)).toBe(expected);
    });

    test.each<[string, string, boolean]>([
        ['without a section', '0.3.0', false],
        ['whose section has no date', '0.1.0', true],
        ['that is only the beginning of another', '0.2', false]
    ])('a version %s is not released', (_, version, isReleased) => {
        expect(() => notesOf(CHANGES, version, isReleased)).toThrow('CHANGELOG.md');
    });

    test('the version of the package has a section', () => {
        const { version } = JSON.parse(read('package.json')) as { version: string };
        expect(notesOf(read('CHANGELOG.md'), version, false)).not.toBe('\n');
    });
});

test('the bill of materials has the libraries in the bundles, and no others', () => {
    const component = (name: string, version: string): Component => ({
        'bom-ref': `${name}@${version}`,
        name,
        version,
        scope: 'optional'
    });
    const sbom = {
        components: [
            component('a', '1.0.0'),
            component('@b/c', '2.0.0'),
            component('a', '2.0.0'),
            component('d', '1.0.0')
        ],
        dependencies: [
            { ref: 'a@1.0.0', dependsOn: ['@b/c@2.0.0', 'd@1.0.0'] },
            { ref: 'd@1.0.0', dependsOn: [] }
        ]
    };
    const licenses = 'a 1.0.0 (MIT)\n@b/c 2.0.0 (ISC)\n\nThe text 3.0 (of a licence)\n';
    expect(bundledOf(sbom, licenses)).toEqual({
        components: [
            { 'bom-ref': 'a@1.0.0', name: 'a', version: '1.0.0' },
            { 'bom-ref': '@b/c@2.0.0', name: '@b/c', version: '2.0.0' }
        ],
        dependencies: [{ ref: 'a@1.0.0', dependsOn: ['@b/c@2.0.0'] }]
    });
    expect(() => bundledOf(sbom, 'e 1.0.0 (MIT)\n')).toThrow('e 1.0.0');
});

test('the verifier has no dependencies, and the name of its package is that of its command', () => {
    const manifest = verifierManifest(JSON.parse(read('package.json')) as Manifest);
    expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([]);
    expect(Object.keys(manifest.bin)).toEqual([manifest.name]);
});
