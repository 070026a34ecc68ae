/** The parameters of random tools, with arguments near every constant that a random condition compares with. */
import type { Param, Type, Value } from '../../server/model/policy/policy.js';

/** A parameter of tools, which is the same wherever it appears, as M3 requires of rules over several tools. */
export interface Column {
    readonly param: Param;
    /** Arguments near every constant that a condition may compare with. */
    readonly values: readonly Value[];
    readonly constants: readonly Value[];
    readonly ordered: boolean;
    readonly url: boolean;
    /** The kind of key: columns of the same kind may be used for one key. */
    readonly key?: 'text' | 'colour' | 'truth';
}

export const HOSTS: readonly string[] = ['a.example', '*.a.example', 'b.example', '10.0.0.1', '[::1]'];

export const URLS: readonly string[] = [
    'https://a.example/x',
    'https://A.Example:8443?q=1',
    'https://x.a.example#y',
    'https://b.example',
    'https://evila.example/',
    'http://10.0.0.1/',
    'http://010.0.0.1/',
    'http://167772161/',
    'http://x.0x7f/',
    'http://[::1]:80/',
    'https://b.example@a.example/',
    'https://a.example./',
    'https://a%2eexample/',
    'https://a.example\\@b.example',
    ' https://a.example/',
    'a.example',
    'X.a.example./y',
    'https://localhost/',
    'localhost',
    'a.example/p@q',
    ''
];

const column = (
    name: string,
    type: Type,
    values: readonly Value[],
    constants: readonly Value[],
    more: Partial<Param> = {},
    key?: Column['key']
): Column => ({
    ...(key && { key }),
    param: { name, type, optional: false, ...more },
    values,
    constants,
    ordered: type.kind === 'int' || type.kind === 'number',
    url: name === 'url'
});

/** Constants that conditions use for texts that are not keys: these may be compared with each other. */
const TEXTS: readonly string[] = ['x', 'y', 'https://a.example/x', '', 'a.example'];

/** Values that no condition names: they are equivalent, but different. */
export const ANYONE: readonly string[] = ['v1', 'v2', 'v3', 'v4', 'v5'];

export const COLUMNS: readonly Column[] = [
    column('n', { kind: 'int' }, [-2, -1, 0, 1, 2, 3, 4, 5], [0, 1, 2]),
    column('url', { kind: 'string' }, [...URLS, 'x', 'y'], ['https://a.example/x', '']),
    column('s', { kind: 'string' }, [...TEXTS, 'X', 'evila.example'], ['x', 'y']),
    column('m', { kind: 'int', min: 0, max: 3 }, [0, 1, 2, 3], [0, 1, 3], { optional: true }),
    column('b', { kind: 'bool' }, [true, false], [true, false], {}, 'truth'),
    column('k', { kind: 'literals', values: ['red', 'green', 7] }, ['red', 'green', 7], ['red', 7], {}, 'colour'),
    column('q', { kind: 'string' }, [...TEXTS, 'X'], ['x'], { optional: true }),
    ...['acct', 'peer'].map((name) => column(name, { kind: 'string' }, ['main', ...ANYONE], ['main'], {}, 'text')),
    column('ref', { kind: 'string' }, ['main', ...ANYONE], ['main'], { optional: true }, 'text'),
    column('d', { kind: 'bool' }, [true, false], [true], { optional: true, default: false })
];

/** Numbers occur twice as often, since most boundaries involve them. */
export const DRAWN = [...COLUMNS, ...COLUMNS.filter((c) => c.ordered)];

/** Arguments for a tool that lie near the constants, with each parameter's values in turn. */
export function argumentValues(param: Param): readonly (Value | undefined)[] {
    const values = COLUMNS.find((c) => c.param.name === param.name)?.values ?? [];
    return param.optional && param.default === undefined ? [...values, undefined] : values;
}
