/**
 * Texts with parts (addresses, paths, network addresses): enough to make every combination of values that conditions on
 * these parts can take (docs/checker.md, "Argument classes").
 */
import type { Network } from '../../model/values/addresses.js';
import {
    addressOf,
    hostOfAddress,
    isWithin,
    parseNetwork,
    PRIVATE_NAMES,
    PRIVATE_NETWORKS
} from '../../model/values/addresses.js';
import { canonicalHost } from '../../model/values/hosts.js';
import { examplePath, pathSegments } from '../../model/values/structured-texts.js';
import { Undecidable } from '../limits/undecidable.js';
import type { Mentions } from './mentions.js';

/** The networks and their address ranges. */
export function networksOf({ networks, hosts }: Mentions): Network[] {
    const named = networks.flatMap((network) => (network === 'private' ? PRIVATE_NETWORKS : [network]));
    const single = hosts.flatMap((host) => {
        const address = addressOf(canonicalHost(host) ?? '');
        return address === undefined ? [] : [{ first: address, last: address }];
    });
    return [...named.map(parseNetwork).filter((network) => network !== undefined), ...single];
}

/**
 * Addresses in every region into which the networks divide the address space. Two networks are disjoint or nested, so a
 * nonempty region starts where its network starts, or right after a nested network.
 */
export function addressHosts(mentions: Mentions): string[] {
    // Another spelling of the same address is a different host.
    return addressesOfEachKind(mentions).flatMap((address) => [hostOfAddress(address), ...carrier(address)]);
}

/** Texts that are addresses in every such region and differ from all constants, `width` for each region. */
export function addressTexts(mentions: Mentions, avoid: ReadonlySet<string>): string[] {
    return addressesOfEachKind(mentions).flatMap((address) => {
        const host = hostOfAddress(address);
        const group = (carrier(address)[0] ?? host).slice(1, -1);
        // Zeros in front of groups spell the same address.
        const spellings = [host.startsWith('[') ? group : host, ...[0, 1, 2, 3].map((zeros) => padded(group, zeros))];
        const free = [...new Set(spellings)].filter((text) => !avoid.has(text)).slice(0, mentions.width);
        if (free.length < mentions.width) {
            throw new Undecidable('are addresses that are compared with too many values');
        }
        return free;
    });
}

function padded(groups: string, zeros: number): string {
    return groups.replace(/[0-9a-f]+/g, (group) => group.padStart(1 + zeros, '0'));
}

function addressesOfEachKind(mentions: Mentions): bigint[] {
    if (mentions.networks.length === 0) {
        return [];
    }
    const networks = networksOf(mentions);
    const ends = networks.flatMap(({ first, last }) => [first, last, first - 1n, last + 1n]);
    const addresses = [OUTSIDE, ...ends].filter((address) => address >= 0n && address < 1n << 128n);
    const seen = new Set<string>();
    return addresses.filter((address) => {
        const kind = networks.map((network) => isWithin(address, network)).join();
        return seen.has(kind) ? false : Boolean(seen.add(kind));
    });
}

/** Hosts without a dot, and other hosts that are not addresses but matter to conditions on networks. */
export function privateNames({ networks, hosts, width, isCompared }: Mentions): string[] {
    const named = new Set(hosts.map((host) => host.toLowerCase()));
    const single = numbered(width, named, (suffix) => `intranet${suffix}`);
    // A single label is not a host as a text, but may be the host of another text.
    return networks.includes('private') ? [...single, ...PRIVATE_NAMES] : isCompared ? single : [];
}

/** Mail addresses at the hosts that differ from all constants, `width` for each host. */
export function mailTexts(hosts: readonly string[], avoid: ReadonlySet<string>, width: number): string[] {
    return hosts
        .filter((host) => /[a-z-]/.test(host) && !host.startsWith('['))
        .flatMap((host) => numbered(width, avoid, (suffix) => `x${suffix}@${host}`));
}

/**
 * Paths that equal each root and paths below it, with every name. They are enough if every root has one place, and begin
 * the others with readable texts.
 */
export function pathTexts(mentions: Mentions, avoid: ReadonlySet<string>): string[] {
    const { names, extensions, width } = mentions;
    const roots = mentions.roots.map(examplePath);
    const taken = new Set([...roots, ...names, ...avoid].flatMap((text) => pathSegments(text)?.segments ?? []));
    const fresh = numbered(width + 1, taken, (suffix) => `x${suffix}`);
    const [below = 'x', ...others] = fresh;
    const free = others.flatMap((name) => [
        name,
        `${name}.zzz`,
        ...extensions.map((extension) => `${name}.${extension}`)
    ]);
    const allNames = [...free, ...names.filter((name) => pathSegments(name)?.segments.length === 1)];
    const folders = [
        '',
        ...roots.map((root) => (pathSegments(root)?.segments ?? []).map((part) => `/${part}`).join(''))
    ];
    const inside = folders.flatMap((folder) => allNames.map((name) => `${folder}/${below}/${name}`));
    const themselves = folders.flatMap((folder) => [folder, `${folder}/`, `${folder}/.`]);
    const relative = ['', ...relativeRoots(mentions)].flatMap((folder) => [
        ...allNames.map((name) => `${folder}${below}/${name}`),
        ...(folder === '' ? [] : [folder, `${folder}.`, folder.slice(0, -1)])
    ]);
    return [...inside, ...themselves.filter((path) => path !== ''), ...relative, '.', '..', '../..', '~'];
}

/** The roots below the folder that relative paths are resolved against, relative to it. */
function relativeRoots({ bases }: Mentions): string[] {
    const found = bases.flatMap(({ base, root }) => {
        const [from, to] = [base, examplePath(root)].map((path) => pathSegments(path)?.segments);
        const isBelow = from && to && to.length > from.length && from.every((part, index) => to[index] === part);
        return isBelow ? [`${to.slice(from.length).join('/')}/`] : [];
    });
    return [...new Set(found)];
}

/** The first texts of a numbered series that are not among those to avoid. */
function numbered(count: number, avoid: ReadonlySet<string>, text: (suffix: string) => string): string[] {
    const found: string[] = [];
    for (let i = 1; found.length < count; i++) {
        const candidate = text(i === 1 ? '' : String(i));
        if (!avoid.has(candidate)) {
            found.push(candidate);
        }
    }
    return found;
}

const OUTSIDE = addressOf('8.8.8.8')!;

/** The IPv6 address that embeds an IPv4 address. */
function carrier(address: bigint): string[] {
    const low = address & 0xffffffffn;
    return hostOfAddress(address).startsWith('[')
        ? []
        : [`[0:0:0:0:0:ffff:${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}]`];
}
