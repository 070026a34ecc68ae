/**
 * Texts with conditions on their parts together with a pattern on the whole text, or with patterns on the parts: one
 * text for every combination of values that the conditions can take (docs/checker.md, "Argument classes").
 */
import { addressOf, hostOfAddress, isWithin, PRIVATE_NAMES } from '../../../model/values/addresses.js';
import { canonicalHost } from '../../../model/values/hosts.js';
import type { Lengths, TextCondition } from '../languages.js';
import { languageFor, TooLarge } from '../languages.js';
import type { Mentions } from '../mentions.js';
import { addressHosts, networksOf, pathTexts as readablePaths } from '../structured-texts.js';
import { Undecidable } from '../../limits/undecidable.js';
import type { Automaton } from './automata.js';
import { alphabetFor, automatonOf, Product } from './automata.js';
import { kindInPath, pathStructure } from './paths.js';
import type { AddressHost } from './urls.js';
import { kindInUrl, mailStructure, urlStructure } from './urls.js';
import { textsOfStructure, TooManyStates } from './walk.js';
import { addressesForAll } from './addresses.js';

/** Throws `Undecidable`. @param lengths bounds on the whole text, if conditions read its length */
export function structuredTexts(mentions: Mentions, lengths: readonly Lengths[]): string[] {
    const asksWhole = [mentions.texts, mentions.parts, mentions.lengths].some((asked) => asked.length > 0);
    if (mentions.isCompared && (asksWhole || !mentions.readsPath)) {
        throw new Undecidable('are compared with each other, and have conditions on patterns or parts too');
    }
    try {
        const constants = mentions.constants.filter((value) => typeof value === 'string');
        const whole = [
            ...mentions.texts.map(languageFor),
            ...constants.map((text) => languageFor({ kind: 'equals', text })),
            ...(lengths.length > 1 ? lengths.map((length) => languageFor({ kind: 'length', length })) : [])
        ].map(automatonOf);
        const found = mentions.readsPath
            ? [...(asksWhole ? [] : readablePaths(mentions, new Set(constants))), ...pathsOfEachKind(mentions, whole)]
            : mentions.readsDomain
              ? mailTexts(mentions, whole)
              : urlTexts(mentions, whole);
        return [...found, ...constants];
    } catch (error) {
        if (error instanceof TooLarge || error instanceof TooManyStates) {
            throw new Undecidable('meet conditions on one text and its parts that are too large to be solved together');
        }
        throw error;
    }
}

function pathsOfEachKind(mentions: Mentions, whole: readonly Automaton[]): string[] {
    const names: TextCondition[] = mentions.names.map((text) => ({ kind: 'equals', text }));
    const extensions = mentions.extensions.map((text): TextCondition => ({ kind: 'extension', text }));
    const parts = [...names, ...extensions, ...mentions.parts].map(languageFor).map(automatonOf);
    const asked = [...mentions.roots.map((root) => ({ root })), ...mentions.bases];
    const alphabet = alphabetFor([...parts, ...whole, ...asked.map(({ root }) => literal(root))], kindInPath);
    const product = new Product(whole);
    const found = textsOfStructure(pathStructure(parts, asked, product, alphabet), product, alphabet);
    return mentions.isCompared ? found.flatMap((path) => pathSpellings(path, mentions)) : found;
}

/** Other texts of the same path, which are not equal to it. */
function pathSpellings(path: string, { constants, width }: Mentions): string[] {
    const [, start = '', rest = ''] = /^(\/?)(.*)$/s.exec(path)!;
    const spellings = Array.from(
        { length: width + constants.length },
        (_, dots) => `${start}${'./'.repeat(dots)}${rest}`
    );
    return spellings.filter((text) => !constants.includes(text)).slice(0, width);
}

function mailTexts(mentions: Mentions, whole: readonly Automaton[]): string[] {
    const parts = hostConditions(mentions).map(languageFor).map(automatonOf);
    const alphabet = alphabetFor([...parts, ...whole], kindInUrl);
    return textsOfStructure(mailStructure(new Product(parts)), new Product(whole), alphabet);
}

function urlTexts(mentions: Mentions, whole: readonly Automaton[]): string[] {
    const conditions = hostConditions(mentions);
    const [parts, free] = [conditions, conditions.filter((condition) => !namesAddress(condition))].map((some) =>
        some.map(languageFor).map(automatonOf)
    );
    const alphabet = alphabetFor([...parts!, ...whole], kindInUrl);
    const addresses = addressesForAll(free!, whole, addressesFor(mentions), alphabet);
    return textsOfStructure(urlStructure(new Product(parts!), addresses), new Product(whole), alphabet);
}

/** The conditions on a host that is a name. */
function hostConditions({ hosts, networks, parts }: Mentions): TextCondition[] {
    const named = networks.includes('private') ? [...hosts, ...PRIVATE_NAMES] : hosts;
    return [
        ...named.map((host): TextCondition =>
            host.startsWith('*.')
                ? { kind: 'ends with', part: host.slice(1).toLowerCase() }
                : { kind: 'equals', text: canonicalHost(host) ?? host.toLowerCase() }
        ),
        ...(networks.includes('private') ? [{ kind: 'contains', part: '.' } as const] : []),
        ...parts
    ];
}

function namesAddress(condition: TextCondition): boolean {
    return condition.kind === 'equals' && addressOf(condition.text) !== undefined;
}

/** Several hosts of each kind that networks distinguish, with different digits and spellings. */
function addressesFor(mentions: Mentions): AddressHost[] {
    const networks = networksOf(mentions);
    const kindOf = (address: bigint): string =>
        networks.map((network) => (isWithin(address, network) ? 1 : 0)).join('');
    const starts = [...addressHosts({ ...mentions, networks: [...mentions.networks, '8.8.8.8'] }), '8.8.8.8']
        .map((host) => addressOf(host))
        .filter((address) => address !== undefined);
    const near = new Set(starts.flatMap((start) => OFFSETS.map((offset) => start + offset)));
    return [...near]
        .filter((address) => address >= 0n && address < 1n << 128n)
        .flatMap(spellingsOf)
        .map((text) => {
            const host = canonicalHost(text)!;
            return { text, host, kind: kindOf(addressOf(host)!) || '-' };
        });
}

/** An IPv4 address is also given as the IPv6 address that embeds it. */
function spellingsOf(address: bigint): string[] {
    const host = hostOfAddress(address);
    const groups = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((from) => ((address >> from) & 0xffffn).toString(16));
    return [...new Set([host, `[${groups.join(':')}]`])];
}

const OFFSETS = [
    0n,
    1n,
    9n,
    12n,
    99n,
    101n,
    1n << 8n,
    (12n << 8n) + 12n,
    (101n << 8n) + 101n,
    1n << 16n,
    (1n << 24n) - 1n
];

function literal(text: string): Automaton {
    return automatonOf(languageFor({ kind: 'contains', part: text }));
}
