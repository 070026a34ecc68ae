import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { grammars } from '../../scripts/build/grammars.mjs';
import { sidebar } from '../navigation.mjs';
import { writePages } from '../pages.mjs';

// In a folder that git and the linters ignore.
const cache = fileURLToPath(new URL('../.cache/', import.meta.url));
writePages(`${cache}pages`);

const root = fileURLToPath(new URL('../..', import.meta.url));
const grammar = JSON.parse(grammars(root)['guardrail.tmLanguage.json']);

export default defineConfig({
    title: 'Guardrail',
    description: 'Rules for the tool calls of AI agents, verified before they are enforced.',
    srcDir: `${cache}pages`,
    outDir: `${cache}dist`,
    cacheDir: `${cache}cache`,
    head: [['link', { rel: 'icon', type: 'image/png', href: '/guardrail.png' }]],
    markdown: {
        config(markdown) {
            // Vue would evaluate `{{ … }}` in code, as in GitHub workflows, as an expression of the page.
            const { code_inline: inline } = markdown.renderer.rules;
            markdown.renderer.rules.code_inline = (...args) => inline(...args).replace('<code', '<code v-pre');
        },
        languages: [{ ...grammar, name: 'guardrail' }],
        codeTransformers: [
            {
                // Lines of a file have anchors, as on source-hosting sites.
                name: 'line-anchors',
                line(node, line) {
                    if (this.options.meta?.__raw?.includes('anchors')) {
                        node.properties.id = `L${line}`;
                    }
                }
            }
        ]
    },
    themeConfig: {
        logo: '/guardrail.png',
        nav: [
            { text: 'Book', link: '/docs/why-sequences' },
            { text: 'Cookbook', link: '/docs/cookbook' },
            { text: 'Reference', link: '/docs/language/' },
            { text: 'Examples', link: '/examples/' }
        ],
        sidebar: sidebar(),
        outline: [2, 3],
        search: { provider: 'local', options: { _render: withoutColours } },
        // The chapters contain their own links to the next one.
        docFooter: { prev: false, next: false }
    }
});

/** Renders a page for the search, which reads only its words: to colour the code again would take a quarter of the build. */
function withoutColours(text, environment, markdown) {
    const { highlight } = markdown.options;
    markdown.options.highlight = null;
    const html = markdown.render(text, environment);
    markdown.options.highlight = highlight;
    return html;
}
