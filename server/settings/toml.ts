/** TOML files with the places of their values. */
import { type AST, parseTOML, getStaticTOMLValue } from 'toml-eslint-parser';
import type { Place, SettingsFile } from './settings.js';

export interface TomlTable {
    readonly place: Place;
    readonly entries: ReadonlyMap<string, { readonly value: unknown; readonly place: Place }>;
}

/**
 * The tables of the array `[[name]]`, and the keys of the file outside of them.
 *
 * @throws TomlError for a text that is no TOML
 */
export function tomlTables(
    file: SettingsFile,
    name: string
): { readonly tables: readonly TomlTable[]; readonly others: TomlTable } {
    const placeOf = ([start, end]: readonly [number, number]): Place => ({ path: file.path, start, end });
    let program: AST.TOMLProgram;
    try {
        program = parseTOML(file.text, { tomlVersion: '1.0.0' });
    } catch (error) {
        const start = (error as { index?: number }).index ?? 0;
        throw new TomlError({ path: file.path, start, end: start + 1 });
    }
    const entriesOf = (body: readonly AST.TOMLNode[]): TomlTable['entries'] =>
        new Map(
            body.flatMap((node) =>
                node.type === 'TOMLKeyValue'
                    ? [
                          [
                              keyOf(node.key),
                              { value: getStaticTOMLValue(node.value), place: placeOf(node.range) }
                          ] as const
                      ]
                    : []
            )
        );
    const [top] = program.body;
    const tables = top.body.filter((node) => node.type === 'TOMLTable');
    const isRule = (table: AST.TOMLTable): boolean => table.kind === 'array' && keyOf(table.key) === name;
    const others = [
        ...entriesOf(top.body),
        ...tables
            .filter((table) => !isRule(table))
            .map((table) => [keyOf(table.key), { value: undefined, place: placeOf(table.key.range) }] as const)
    ];
    return {
        tables: tables.filter(isRule).map((table) => ({ place: placeOf(table.range), entries: entriesOf(table.body) })),
        others: { place: placeOf(program.range), entries: new Map(others) }
    };
}

export class TomlError extends Error {
    constructor(readonly place: Place) {
        super('it is not valid TOML');
    }
}

function keyOf({ keys }: { readonly keys: readonly (AST.TOMLBare | AST.TOMLQuoted)[] }): string {
    return keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value)).join('.');
}
