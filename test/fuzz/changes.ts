/** Makes changes of JSON and of bytes that a person, a broken program or an attacker could make. */
import fc from 'fast-check';

/**
 * Texts of JSON values, and of other values, that programs often overlook. They are functions, so that no long text is
 * kept in memory.
 */
const ODD_VALUES: Readonly<Record<string, () => string>> = {
    null: () => 'null',
    true: () => 'true',
    zero: () => '0',
    negative: () => '-1',
    fraction: () => '1.5',
    'beyond 2^53': () => '9007199254740993',
    'beyond the largest': () => '1e999',
    NaN: () => 'NaN',
    'leading zero': () => '01',
    'empty text': () => '""',
    text: () => '"x"',
    line: () => '"a\\nb"',
    'unseen characters': () => '"\\u202e\\u200b\\u0000\\u001b[31m"',
    surrogate: () => '"\\ud800"',
    'a path out': () => '"../outside/planted"',
    'an absolute path': () => '"/proc/self/planted"',
    'a time': () => '"9999-12-31T23:59:59Z"',
    'a long text': () => JSON.stringify('x'.repeat(100_000)),
    'a reference': () => '{"$ref": "#"}',
    'empty object': () => '{}',
    'empty list': () => '[]',
    'a list in a list': () => '[[]]',
    'a prototype': () => '{"__proto__": {"type": "end"}, "constructor": 1}',
    'a key twice': () => '{"id": 1, "id": 2}',
    'nested 300 deep': () => nested(300),
    'nested 100,000 deep': () => nested(100_000),
    'objects nested 100,000 deep': () => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
    unfinished: () => '{"a": [',
    'single quotes': () => "'x'"
};
const ODD_KEYS = [
    '',
    '__proto__',
    'constructor',
    'toString',
    'a b',
    'a\nb',
    '\u202e',
    '$ref',
    'x'.repeat(5000),
    'type'
];

function nested(levels: number): string {
    return `${'['.repeat(levels)}${']'.repeat(levels)}`;
}

/** A change of JSON; `at` and `other` select places, from 0 to 1 in text order. */
export interface JsonChange {
    readonly kind: 'replace' | 'copy' | 'delete' | 'double' | 'swap' | 'rename' | 'wrap' | 'repeat';
    readonly at: number;
    readonly other: number;
    readonly odd: string;
    readonly key: string;
}

const place = fc.noBias(fc.nat({ max: 9999 })).map((part) => part / 10_000);

export const jsonChanges: fc.Arbitrary<readonly JsonChange[]> = fc.array(
    fc.record({
        kind: fc.constantFrom('replace', 'replace', 'copy', 'delete', 'double', 'swap', 'rename', 'wrap', 'repeat'),
        at: place,
        other: place,
        odd: fc.constantFrom(...Object.keys(ODD_VALUES)),
        key: fc.constantFrom(...ODD_KEYS)
    }),
    { maxLength: 6 }
);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Holder = Json[] | { [key: string]: Json };

/** The value with these changes. An odd value is represented by a mark, for `printed`. */
export function changedJson(sample: unknown, changes: readonly JsonChange[]): unknown {
    const root: { [key: string]: Json } = { value: structuredClone(sample) as Json };
    for (const { kind, at, other, odd, key } of changes) {
        const slots = slotsOf(root);
        if (slots.length > MOST_SLOTS) {
            break;
        }
        const [holder, name] = slots[Math.floor(at * slots.length)]!;
        const [from, source] = slots[Math.floor(other * slots.length)]!;
        const index = Number(name);
        if (kind === 'replace') {
            put(holder, name, `${MARK}${odd}`);
        } else if (kind === 'copy') {
            put(holder, name, structuredClone(from[source as never]));
        } else if (kind === 'wrap') {
            put(holder, name, index % 2 === 0 ? [holder[name as never]] : { [key]: holder[name as never] });
        } else if (Array.isArray(holder) && kind === 'delete') {
            holder.splice(index, 1);
        } else if (Array.isArray(holder) && kind === 'double') {
            holder.splice(index, 0, structuredClone(holder[index]!));
        } else if (Array.isArray(holder) && kind === 'repeat') {
            holder.splice(index, 0, ...Array.from({ length: 2000 }, () => holder[index]!));
        } else if (Array.isArray(holder) && kind === 'swap') {
            holder.splice(index, 2, ...holder.slice(index, index + 2).reverse());
        } else if (!Array.isArray(holder) && holder !== root) {
            const value = holder[name]!;
            delete holder[name];
            if (kind !== 'delete') {
                put(holder, key, value);
            }
        }
    }
    return root['value'];
}

/** The maximum number of places: a part that was repeated is not repeated again. */
const MOST_SLOTS = 5000;

/** Sets a property; `__proto__` is an ordinary key too. */
function put(holder: Holder, name: string, value: Json): void {
    Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

function slotsOf(holder: Holder): [Holder, string][] {
    return Object.entries(holder).flatMap(([name, value]): [Holder, string][] => [
        [holder, name],
        ...(typeof value === 'object' && value !== null ? slotsOf(value) : [])
    ]);
}

const MARK = '\u0001odd ';

/**
 * The number of characters of odd values in one text, which changes may repeat thousands of times; the rest are `null`.
 */
const MOST_ODD = 100_000_000;

/** The text in JSON, or in nearly JSON. */
export function printed(value: unknown, indent?: number): string {
    return withOddValues(JSON.stringify(value, undefined, indent) ?? '');
}

export function printedLines(values: readonly unknown[]): string {
    return withOddValues(values.map((value) => `${JSON.stringify(value) ?? ''}\n`).join(''));
}

function withOddValues(text: string): string {
    let left = MOST_ODD;
    return text.replace(/"\\u0001odd ([^"]*)"/g, (_, odd: string) => {
        const one = left > 0 ? ODD_VALUES[odd]!() : 'null';
        left -= one.length;
        return one;
    });
}

export interface TextChange {
    readonly kind: keyof typeof TEXT_CHANGES;
    readonly at: number;
}

const TEXT_CHANGES = {
    'cut off': (text: Buffer, at: number) => text.subarray(0, at),
    'begun late': (text: Buffer, at: number) => text.subarray(at),
    'a byte order mark': (text: Buffer) => Buffer.concat([Buffer.from('\uFEFF'), text]),
    'UTF-16': (text: Buffer) => Buffer.from(`\uFEFF${text.toString('utf8')}`, 'utf16le'),
    'lines end as on Windows': (text: Buffer) => Buffer.from(text.toString('latin1').replace(/\n/g, '\r\n'), 'latin1'),
    'bytes that are not UTF-8': inserted(Buffer.from([0xff, 0xfe, 0xc0, 0x80])),
    'a zero byte': inserted(Buffer.from([0])),
    'unseen characters': inserted(Buffer.from('\u202e\u200b\u2028\u001b[2J')),
    'a lone bracket': inserted(Buffer.from('{')),
    'a long line': inserted(Buffer.from('x'.repeat(200_000))),
    'many lines': inserted(Buffer.from('\n'.repeat(50_000))),
    'garbage lines': inserted(Buffer.from('\n}{"garbage'.repeat(1000))),
    twice: (text: Buffer) => Buffer.concat([text, text]),
    empty: () => Buffer.alloc(0)
} satisfies Record<string, (text: Buffer, at: number) => Buffer>;

function inserted(bytes: Buffer): (text: Buffer, at: number) => Buffer {
    return (text, at) => Buffer.concat([text.subarray(0, at), bytes, text.subarray(at)]);
}

const textChange = fc.record({
    kind: fc.constantFrom(...(Object.keys(TEXT_CHANGES) as TextChange['kind'][])),
    at: place
});

/** Changes of the text, usually none, so that the changed JSON is still parsed. */
export const textChanges: fc.Arbitrary<readonly TextChange[]> = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(textChange, { minLength: 1, maxLength: 2 }) }
);

export function changedText(text: string, changes: readonly TextChange[]): Buffer {
    return changes.reduce<Buffer>(
        (bytes, { kind, at }) => TEXT_CHANGES[kind](bytes, Math.floor(at * bytes.length)),
        Buffer.from(text)
    );
}
