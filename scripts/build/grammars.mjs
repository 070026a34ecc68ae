import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The grammars under syntaxes/, by file name, without white space. */
export function grammars(root) {
    const folder = join(root, 'syntaxes');
    const names = readdirSync(folder).filter((name) => name.endsWith('.tmLanguage.json'));
    const textOf = (name) => JSON.stringify(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    return Object.fromEntries(names.map((name) => [name, textOf(name)]));
}
