import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The pages under docs/codes as one JSON text, `{ "GR101": "…" }`: a small file each would take three times as much room
 * in the VSIX.
 */
export function codePages(root) {
    const folder = join(root, 'docs', 'codes');
    const names = readdirSync(folder).filter((name) => /^GR\d{3}\.md$/.test(name));
    const pages = names.sort().map((name) => [name.slice(0, -'.md'.length), readFileSync(join(folder, name), 'utf8')]);
    return JSON.stringify(Object.fromEntries(pages));
}
