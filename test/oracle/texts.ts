/** Reads the parts of texts (M12) naively; for shell lines, a table lists them. */
import { hostOf } from './host.js';

export interface ShellParts {
    readonly commands: readonly string[];
    readonly programs: readonly string[];
    readonly redirects: boolean;
    /** The commands that the only command runs. */
    readonly inner?: readonly string[];
    /** True if it may run others, too. */
    readonly isOpen?: boolean;
}

/** The parts of shell lines; lines that are not here have no parts. */
export const SHELL: ReadonlyMap<string, ShellParts> = new Map([
    ['npm test', { commands: ['npm test'], programs: ['npm'], redirects: false }],
    ['npm   test -- -u', { commands: ['npm test -- -u'], programs: ['npm'], redirects: false }],
    ['npm testevil', { commands: ['npm testevil'], programs: ['npm'], redirects: false }],
    ['npm test > out', { commands: ['npm test'], programs: ['npm'], redirects: true }],
    ['npm test && rm x', { commands: ['npm test', 'rm x'], programs: ['npm', 'rm'], redirects: false }],
    ['\'npm\' "test"; rm x', { commands: ['npm test', 'rm x'], programs: ['npm', 'rm'], redirects: false }],
    ['env A=1 npm test', { commands: ['env A=1 npm test'], programs: ['env'], redirects: false, inner: ['npm test'] }],
    ['sudo -n rm x', { commands: ['sudo -n rm x'], programs: ['sudo'], redirects: false, inner: ['rm x'] }],
    [
        "sh -c 'npm test > out; rm x'",
        {
            commands: ["sh -c 'npm test > out; rm x'"],
            programs: ['sh'],
            redirects: true,
            inner: ['npm test', 'rm x']
        }
    ],
    ['bash run.sh', { commands: ['bash run.sh'], programs: ['bash'], redirects: false, isOpen: true }],
    ['/bin/NPM test', { commands: ['/bin/NPM test'], programs: ['/bin/NPM'], redirects: false }],
    ['npm test\nnpm test', { commands: ['npm test', 'npm test'], programs: ['npm', 'npm'], redirects: false }]
]);

/** The domain of one plain address. */
export function domainOf(address: string): string | undefined {
    const [local = '', domain, ...more] = address.split('@');
    const plain = [...local].every((c) => 'abcdefghijklmnopqrstuvwxyz0123456789.+_-'.includes(c.toLowerCase()));
    if (domain === undefined || more.length > 0 || local === '' || !plain || /[:_[\]]|\.$/.test(domain)) {
        return undefined;
    }
    return hostOf(`x://${domain}`);
}

/** The segments of a path after resolving `..`, and whether it starts at the root. */
function segmentsOf(path: string): { readonly root: boolean; readonly segments: readonly string[] } | undefined {
    const odd = [...path].some((c) => (c.codePointAt(0) ?? 0) < 0x20 || c === '\\');
    if (odd || path.startsWith('~') || ['%2e', '%2f', '%5c'].some((code) => path.toLowerCase().includes(code))) {
        return undefined;
    }
    const segments: string[] = [];
    for (const segment of path.split('/')) {
        if (segment === '..') {
            segments.pop();
        } else if (segment !== '' && segment !== '.') {
            segments.push(segment);
        }
    }
    return { root: path.startsWith('/'), segments };
}

/** True if a path is inside a folder; undefined if that cannot be determined. */
export function isWithin(path: string, folder: string): boolean | undefined {
    const inner = segmentsOf(path);
    const outer = segmentsOf(folder)?.segments ?? [];
    return inner?.root === true ? outer.every((segment, i) => inner.segments[i] === segment) : undefined;
}

/** True if a path is inside a folder that a policy names, perhaps by name anywhere. */
export function isWithinNamed(path: string, folder: string): boolean | undefined {
    if (!folder.startsWith('**/')) {
        return isWithin(path, folder);
    }
    const inner = segmentsOf(path);
    const isNamed = inner && `/${inner.segments.join('/')}/`.includes(`/${folder.slice(3)}/`);
    return isNamed || inner?.root ? isNamed : undefined;
}

/** The last segment of a path. */
export function nameOf(path: string): string | undefined {
    const segments = segmentsOf(path)?.segments;
    return segments?.[segments.length - 1];
}

/** The part after the last dot of the name, in lower case. */
export function extensionOf(path: string): string | undefined {
    const name = nameOf(path);
    const dot = name?.lastIndexOf('.') ?? -1;
    return name === undefined ? undefined : dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** The networks that hosts are compared with, and the drawn hosts that are in them. */
export const NETWORKS: ReadonlyMap<string, readonly string[]> = new Map([
    ['10.0.0.0/8', ['10.0.0.1', '[0:0:0:0:0:ffff:a00:1]']],
    ['fd00::/8', ['[fd00:0:0:0:0:0:0:1]']],
    ['93.184.216.0/24', ['93.184.216.34']],
    ['private', ['10.0.0.1', 'localhost', 'intranet', 'db.internal']]
]);
