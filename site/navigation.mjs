/**
 * The sidebar follows docs/README.md: a group for each heading, and an item for each line of its lists, with the same
 * nesting.
 */
import { readFileSync } from 'node:fs';

const contents = readFileSync(new URL('../docs/README.md', import.meta.url), 'utf8');

export function sidebar() {
    return contents
        .split(/^## /m)
        .slice(1)
        .map((section) => ({ text: section.slice(0, section.indexOf('\n')), items: itemsOf(section) }));
}

function itemsOf(section) {
    const items = [];
    for (const [, indent, text, target] of section.matchAll(/^( *)(?:-|\d+\.) \[([^\]]+)\]\(([^)]+)\)/gm)) {
        const { pathname } = new URL(target, 'https://site.invalid/docs/');
        const item = { text, link: pathname.replace(/README\.md$/, '').replace(/\.md$/, '') };
        if (indent === '') {
            items.push(item);
        } else {
            const parent = items.at(-1);
            parent.collapsed = true;
            (parent.items ??= []).push(item);
        }
    }
    return items;
}
