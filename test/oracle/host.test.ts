/**
 * Tests that the product and the oracle read URLs the same way, character by character, on texts that look like URLs.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostMatches, hostOf } from '../../server/model/values/hosts.js';
import * as oracle from './host.js';

const SEED = 20_250_117;

/** Usually takes the first choice; otherwise most texts would be broken in several places at once. */
const mostly = (likely: readonly string[], odd: readonly string[]): fc.Arbitrary<string> =>
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...likely) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });

const label = mostly(
    ['a', 'example', 'EXAMPLE', 'x-1', 'a_b', '0', '10', '255', '01', '0xg', 'x'.repeat(63)],
    ['-x', 'x-', '_x', 'x_', '', '256', '0x7f', '0x', '0x_1', 'é', 'x'.repeat(64)]
);
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
const version6 = fc
    .array(mostly(['::', ':', ':', '0:', '1', ':ff', '00ab:'], ['12345', 'g', '1.2.3.4', '%1']), { maxLength: 16 })
    .map((parts) => `[${parts.join('')}]`);
const url = fc
    .tuple(
        mostly(['https'], ['', 'HTTP', '1http', 'a+b.c-d', ' https', 'javascript']),
        mostly(['://'], [':', ':/', ':\\\\', ':///', '']),
        mostly([''], ['user@', 'user:pw@', 'b.example@', '%40']),
        fc.oneof({ weight: 2, arbitrary: name }, { weight: 1, arbitrary: version6 }),
        mostly(['', ':80'], [':', ':123456', ':80:80', ':8a', '.', '%2e', '..']),
        mostly(
            ['', '/', '/p@q', '?a=b', '#f', '/é', '/\ud800'],
            ['/a b', '/\t', '\\x', '/\u00a0', '/\u2003', '/\u0000', '/\u0085']
        )
    )
    .map((parts) => parts.join(''));

/** The same texts without a scheme. */
const bare = fc
    .tuple(
        mostly([''], ['//', 'user@', 'http:', '+', '_']),
        fc.oneof({ weight: 5, arbitrary: name }, { weight: 1, arbitrary: version6 }),
        mostly(['', '.', ':80'], [':', ':123456', ':80:80', ':8a', '..', '.:80', '%2e']),
        mostly(
            ['', '/', '?a=b', '#f', '/a:b//c', '/é'],
            [
                '/p@q',
                '/http://b.example',
                '?u=x://b.example',
                '/a b',
                '\\x',
                '://b.example',
                '//b.example',
                ';b.example'
            ]
        )
    )
    .map((parts) => parts.join(''));

test('hosts are read the same way', () => {
    let read = 0;
    fc.assert(
        fc.property(fc.oneof(url, bare), (text) => {
            const host = oracle.hostOf(text);
            read += host === undefined ? 0 : 1;
            expect(hostOf(text), JSON.stringify(text)).toBe(host);
        }),
        { numRuns: 50_000, seed: SEED }
    );
    expect(read, 'texts that have a host').toBeGreaterThan(5_000);
});

test.each([
    ['https://acme.example:99999/', 'acme.example'],
    ['https://acme.example:100000/', undefined],
    ['https://acme.example:/', undefined],
    ['https://acme.example./', 'acme.example'],
    ['https://acme.example.:80/', 'acme.example'],
    ['https://acme.example../', undefined],
    ['https://localhost./', undefined],
    ['https://10.0.0.1./', undefined],
    ['https://cs_property.acme.example/', 'cs_property.acme.example'],
    ['http://_acme.example', undefined],
    ['http://acme_.example', undefined],
    ['http://acme.0x_1', 'acme.0x_1'],
    ['http://0_1', '0_1'],
    ['www.acme.example', 'www.acme.example'],
    ['WWW.Acme.example./x', 'www.acme.example'],
    ['acme.example:443', 'acme.example'],
    ['acme.example:99999/x', 'acme.example'],
    ['acme.example:443443/x', undefined],
    ['acme.example:/', undefined],
    ['acme.example://evil.example/', 'evil.example'],
    ['10.0.0.1/x', '10.0.0.1'],
    ['10.0.0.1.', undefined],
    ['10.1', undefined],
    ['0x7f.1', undefined],
    ['2130706433', undefined],
    ['localhost', undefined],
    ['localhost.', undefined],
    ['localhost:80/', undefined],
    ['[::1]/', undefined],
    ['//acme.example/', undefined],
    ['/acme.example/', undefined],
    ['.acme.example', undefined],
    ['acme.example/a@b', undefined],
    ['me@acme.example', undefined],
    ['acme.example/?u=https://evil.example', undefined],
    ['acme.example/a:b//c', 'acme.example'],
    ['acme.example\\@evil.example', undefined],
    ['acme.example%2fevil.example', undefined],
    ['acme.example;evil.example', undefined],
    ['http:acme.example/', undefined],
    ['xn--acme-.example', undefined],
    ['xn--nxasmq6b.example', 'xn--nxasmq6b.example'],
    ['acmé.example', undefined]
])('%s has the host %s', (text, host) => {
    expect(hostOf(text)).toBe(host);
    expect(oracle.hostOf(text)).toBe(host);
});

test('hosts are found in lists the same way', () => {
    const host = fc.constantFrom('a', 'a.a', 'b.a', 'ba', 'a.b.a', '10.0.0.1', '0.0.0.1', '[0:0:0:0:0:0:0:1]');
    const entry = fc.constantFrom('a', '*.a', 'b.a', '*.b.a', 'A', '*.A', '[::1]', '10.0.0.1');
    fc.assert(
        fc.property(host, entry, (text, pattern) => {
            expect(hostMatches(text, pattern), `${text} in ["${pattern}"]`).toBe(oracle.hostIsIn(text, [pattern]));
        }),
        { numRuns: 1_000, seed: SEED }
    );
});
