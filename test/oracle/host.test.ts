/** The product's reading of URLs and the oracle's agree, character by character, on texts that look like URLs. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostMatches, hostOf } from '../../server/model/hosts.js';
import * as oracle from './host.js';

const SEED = 20_250_117;

/** Mostly the first, or most texts would be broken in several places at once. */
const mostly = (likely: readonly string[], odd: readonly string[]): fc.Arbitrary<string> =>
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...likely) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });

const label = mostly(
    ['a', 'example', 'EXAMPLE', 'x-1', '0', '10', '255', '01', '0xg', 'x'.repeat(63)],
    ['-x', 'x-', '', '256', '0x7f', '0x', 'a_b', 'é', 'x'.repeat(64)]
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

test('hosts are read alike', () => {
    let read = 0;
    fc.assert(
        fc.property(url, (text) => {
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
    ['https://acme.example./', undefined],
    ['https://cs_property.acme.example/', undefined],
    ['http://_acme.example', undefined],
    ['www.acme.example', undefined],
    ['acme.example:443', undefined],
    ['//acme.example/', undefined]
])('%s has the host %s', (text, host) => {
    expect(hostOf(text)).toBe(host);
    expect(oracle.hostOf(text)).toBe(host);
});

test('hosts are found in lists alike', () => {
    const host = fc.constantFrom('a', 'a.a', 'b.a', 'ba', 'a.b.a', '10.0.0.1', '0.0.0.1', '[0:0:0:0:0:0:0:1]');
    const entry = fc.constantFrom('a', '*.a', 'b.a', '*.b.a', 'A', '*.A', '[::1]', '10.0.0.1');
    fc.assert(
        fc.property(host, entry, (text, pattern) => {
            expect(hostMatches(text, pattern), `${text} in ["${pattern}"]`).toBe(oracle.hostIsIn(text, [pattern]));
        }),
        { numRuns: 1_000, seed: SEED }
    );
});
