/** One self-contained page: it loads nothing and runs no scripts, and its content security policy forbids both. */
import { createHash } from 'node:crypto';
import type { ReportContext } from '../context.js';
import type { Block } from '../document.js';
import type { Tone } from '../../terminal/style.js';
import { sections } from './blocks.js';
import { STYLE } from './style.js';
import { html, Html, NOTHING } from './tag.js';

export interface Page {
    readonly title: string;
    readonly tone: Tone;
    /** The totals, such as 4 and `holds`. */
    readonly figures: readonly { readonly count: string; readonly what: string; readonly tone: Tone }[];
    readonly blocks: readonly Block[];
    /** What a reader can choose to see: the name of a class of the style, and its description. */
    readonly filter?: readonly (readonly [id: string, text: string])[];
    readonly footer: readonly string[];
}

export function htmlPage({ title, tone, figures, blocks, filter = [], footer }: Page, context: ReportContext): string {
    const hash = createHash('sha256').update(STYLE).digest('base64');
    const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
    // The hash covers every character between the tags.
    const style = new Html(`<style>${STYLE}</style>`);
    return html`<!doctype html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta http-equiv="Content-Security-Policy" content="${new Html(policy)}" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>${title} – Guardrail</title>
                ${style}
            </head>
            <body>
                <header class="top">
                    <div class="banner ${tone}">
                        <p class="name">Guardrail</p>
                        <h1>${title}</h1>
                    </div>
                    <ul class="figures" aria-label="Summary">
                        ${figures.map(({ count, what, tone: of }) => html`<li class="figure ${of}"><b>${count}</b><span>${what}</span></li>`)}
                    </ul>
                    ${filter.length === 0 ? NOTHING : choices(filter)}
                </header>
                <main>${sections(blocks, context)}</main>
                <footer>${footer.map((text) => html`<p>${text}</p>`)}</footer>
            </body>
        </html> `.text;
}

/** The filter works without scripts: CSS hides everything that is not selected. */
function choices(filter: NonNullable<Page['filter']>): Html {
    const radios = filter.map(
        ([id, text], index) =>
            html`<label
                ><input
                    type="radio"
                    name="show"
                    id="show-${id}"
                    ${index === 0 ? new Html(' checked') : NOTHING}
                />${text}</label
            >`
    );
    return html`<fieldset>
        <legend>Show</legend>
        ${radios}
    </fieldset>`;
}
