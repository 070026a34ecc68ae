/** Compares hosts, addresses and paths with the platform's `URL` and a library for network addresses. */
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { addressOf, hostOfAddress, isHostWithin, parseNetwork } from '../../../server/model/values/addresses.js';
import { canonicalHost, hostOf } from '../../../server/model/values/hosts.js';
import { isPathWithin, pathSegments } from '../../../server/model/values/structured-texts.js';
import { SEED } from '../../support/depth.js';

const group = fc.oneof(
    fc.constantFrom('0', '1', 'ffff', '64', 'ff9b'),
    fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16))
);
const version6 = fc
    .tuple(fc.array(group, { maxLength: 9 }), fc.array(group, { maxLength: 8 }), fc.boolean())
    .map(([head, tail, short]) => (short ? `${head.join(':')}::${tail.join(':')}` : head.join(':')));
const byte = fc.oneof(
    fc.constantFrom('0', '10', '127', '255', '256', '01', '0x7f'),
    fc.integer({ min: 0, max: 255 }).map(String)
);
const version4 = fc.array(byte, { minLength: 1, maxLength: 5 }).map((bytes) => bytes.join('.'));

describe('hosts', () => {
    test('are those that the platform would connect to', () => {
        const name = fc
            .array(fc.constantFrom('a', 'B', 'x-1', 'x_1', '0', '0x', '1', '0x1', 'xg'), { minLength: 1 })
            .map((labels) => labels.join('.'));
        const host = fc.oneof(
            name,
            version4,
            version6.map((text) => `[${text}]`)
        );
        const rest = fc.constantFrom('', '/', ':80', ':8080/p?q#f', '?a@b', '#@evil.example/', '.', './');
        let read = 0;
        fc.assert(
            fc.property(fc.constantFrom('http', 'https', 'wss'), host, rest, (scheme, text, after) => {
                const url = `${scheme}://${text}${after}`;
                const known = hostOf(url);
                if (known !== undefined) {
                    read++;
                    // The platform writes zeros as `::`.
                    expect(canonicalHost(new URL(url).hostname.replace(/\.$/, '')), url).toBe(known);
                }
            }),
            { seed: SEED, numRuns: 5_000 }
        );
        expect(read).toBeGreaterThan(1_000);
    });

    test('without a scheme are those of clients that complete it', () => {
        const name = fc
            .array(fc.constantFrom('a', 'B', 'x-1', 'x_1', '0', '0x', '1', '0x1', 'xg'), { minLength: 1 })
            .map((labels) => labels.join('.'));
        const rest = fc.constantFrom(
            '',
            '.',
            '/',
            ':80',
            ':8080/p?q#f',
            './',
            '?a:b',
            '//evil.example',
            ':80//evil.example/'
        );
        let read = 0;
        fc.assert(
            fc.property(fc.oneof(name, version4), rest, (text, after) => {
                const known = hostOf(`${text}${after}`);
                if (known !== undefined) {
                    read++;
                    const completed = new URL(`http://${text}${after}`).hostname.replace(/\.$/, '');
                    expect(canonicalHost(completed), text).toBe(known);
                    // The unchanged text is either not a URL, or has a scheme without a host.
                    const itself = URL.canParse(`${text}${after}`) ? new URL(`${text}${after}`).hostname : '';
                    expect(itself, text).toBe('');
                }
            }),
            { seed: SEED, numRuns: 5_000 }
        );
        expect(read).toBeGreaterThan(1_000);
    });

    test.each(['xn--nxasmq6b', 'xn--a', 'a.xn--zz.example'])(
        '%s is a host, regardless of the characters it encodes',
        (host) => {
            expect(canonicalHost(host)).toBe(host);
        }
    );
});

describe('addresses', () => {
    test('of version 6 are read as by the library', () => {
        let read = 0;
        fc.assert(
            fc.property(version6, (text) => {
                const host = canonicalHost(`[${text}]`);
                expect(host !== undefined, text).toBe(ipaddr.IPv6.isValid(text));
                if (host !== undefined) {
                    read++;
                    expect(host).toBe(
                        `[${ipaddr.IPv6.parse(text)
                            .parts.map((part) => part.toString(16))
                            .join(':')}]`
                    );
                }
            }),
            { seed: SEED, numRuns: 5_000 }
        );
        expect(read).toBeGreaterThan(1_000);
    });

    test('of version 4 are those with four plain decimal parts', () => {
        fc.assert(
            fc.property(version4, (text) => {
                expect(canonicalHost(text) !== undefined, text).toBe(ipaddr.IPv4.isValidFourPartDecimal(text));
            }),
            { seed: SEED }
        );
    });

    test('are in the same networks as for the library', () => {
        const quad = fc
            .tuple(byte, byte, byte, byte)
            .map((bytes) => bytes.join('.'))
            .filter((text) => ipaddr.IPv4.isValidFourPartDecimal(text));
        fc.assert(
            fc.property(quad, quad, fc.integer({ min: 0, max: 32 }), (text, other, length) => {
                const network = `${ipaddr.IPv4.networkAddressFromCIDR(`${other}/${length}`).toString()}/${length}`;
                expect(isHostWithin(text, network), `${text} ${network}`).toBe(
                    ipaddr.IPv4.parse(text).match(ipaddr.IPv4.parseCIDR(network))
                );
                expect(hostOfAddress(addressOf(text)!)).toBe(text);
                expect(parseNetwork(`${text}/${length}`) !== undefined).toBe(
                    ipaddr.IPv4.networkAddressFromCIDR(`${text}/${length}`).toString() === text
                );
            }),
            { seed: SEED, numRuns: 2_000 }
        );
    });

    test('that are not public in the library are private', () => {
        // Tunnels and relays carry public addresses too; the others in the list are not routed, or are not a single
        // host.
        const open = new Set(['unicast', '6to4', 'teredo', 'rfc6052', 'rfc6145', 'ipv4Mapped']);
        const anycast = new Set(['as112', 'amt', 'as112v6', 'orchid2', 'droneRemoteIdProtocolEntityTags']);
        const address = fc.oneof(
            fc
                .tuple(byte, byte, byte, byte)
                .map((bytes) => bytes.join('.'))
                .filter((text) => ipaddr.IPv4.isValidFourPartDecimal(text)),
            fc
                .tuple(
                    fc.constantFrom('fc00', 'fdff', 'fe80', 'febf', 'ff02', '2001:db8', '::', '100::', '2001:4860'),
                    group
                )
                .map(([head, tail]) =>
                    head.includes('::') ? `${head}${head === '::' ? '1' : tail}` : `${head}::${tail}`
                )
        );
        fc.assert(
            fc.property(address, (text) => {
                const range = ipaddr.parse(text).range() as string;
                const host = text.includes(':') ? canonicalHost(`[${text}]`)! : text;
                if (!open.has(range) && !anycast.has(range)) {
                    expect(isHostWithin(host, 'private'), `${text} is ${range}`).toBe(true);
                }
            }),
            { seed: SEED, numRuns: 5_000 }
        );
    });
});

describe('paths', () => {
    test.each([
        ['/srv/app/a', '/srv/app', true],
        ['/srv/app', '/srv/app', true],
        ['/srv//app/./a', '/srv/app', true],
        ['/srv/x/../app/a', '/srv/app', true],
        ['/../srv/app/a', '/srv/app', true],
        ['/srv/app/../a', '/srv/app', false],
        ['/srv/app/../../etc/passwd', '/srv/app', false],
        ['/srv/apple', '/srv/app', false],
        ['/srv', '/srv/app', false],
        ['/srv/app/..', '/srv/app', false],
        ['/srv/app/.../a', '/srv/app', true],
        ['/etc', '/', true],
        ['srv/app/a', '/srv/app', undefined],
        ['../srv/app/a', '/srv/app', undefined],
        ['', '/', undefined],
        ['~/a', '/', undefined],
        ['C:\\a', '/', undefined],
        ['C:/a', '/', undefined],
        ['file:///srv/app', '/', undefined],
        ['/srv/app/%2e%2e/a', '/srv/app', undefined],
        ['/srv/app%2fa', '/srv/app', undefined],
        ['/srv/app/a\u0000', '/srv/app', undefined],
        ['/srv/app/a', 'srv/app', undefined]
    ])('%j within %j: %s', (path, root, expected) => {
        expect(isPathWithin(path, root)).toBe(expected);
    });

    test('a path is resolved segment by segment', () => {
        const segment = fc.constantFrom('a', 'b', '.', '..', '', '...', 'a.b');
        fc.assert(
            fc.property(fc.array(segment), (segments) => {
                const path = `/${segments.join('/')}`;
                const expected = new URL(`file://${path.replace(/\/+/g, '/')}`).pathname
                    .split('/')
                    .filter((part) => part !== '');
                expect(pathSegments(path)?.segments, path).toEqual(expected);
            }),
            { seed: SEED }
        );
    });
});
